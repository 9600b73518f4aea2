/*
 * What this is: a value of a decoded reply that holds no others → the value of a result. Services
 * and decoders spell numbers and booleans in more than one way (Debian's cjson gives 42.0,
 * OpenResty's 42); a result has them as the field's type says.
 *
 * May include: luaglue.h, ../api/schema.h.
 *
 * Ownership: nothing is kept.
 */
#ifndef ECSP_SCALAR_H
#define ECSP_SCALAR_H

#include "../api/schema.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* Pushes the value at the index as a field of this type has it. */
void ecsp_push_scalar(lua_State *L, enum ecsp_type type, int index);

/* Pushes the digits of an exact number, or a copy of any other value. */
void ecsp_push_text(lua_State *L, int index);

/* Pushes 42 for 42.0 where the Lua tells them apart, or a copy of any other value. */
void ecsp_push_number(lua_State *L, int index);

/* A whole number of a reply, or the digits of one (2021's replies hold strings); 0 when it is
 * neither, or has more digits than a double holds. */
int ecsp_read_integer(lua_State *L, int index, int64_t *out);

ECSP_HIDDEN_END

#endif
