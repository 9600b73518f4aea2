/*
 * What this is: a decoded reply → the result, in one pass that the field tables drive: wrappers
 * flattened, tags to maps, JSON null away, numbers as the field's type says (Debian's cjson gives
 * 42.0, OpenResty's 42), unknown fields kept.
 *
 * May include: luaglue.h, ../api/schema.h.
 *
 * Ownership: builds new Lua tables; the decoded reply stays as it is.
 */
#ifndef ECSP_UNMARSHAL_H
#define ECSP_UNMARSHAL_H

#include "../api/schema.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* Pushes the result made of the decoded table at the index. 0: somewhere an object or a list stands
 * where the fields have a text, a number or a boolean; it is left out. */
int ecsp_unmarshal(lua_State *L, const struct ecsp_field *fields, int decoded);

/* In place: nulls away, whole numbers as integers. For replies without a table of fields. */
void ecsp_normalise(lua_State *L, int decoded);

/* A whole number of a reply, or the digits of one (2021's replies hold strings); 0 when it is
 * neither, or has more digits than a double holds. */
int ecsp_read_integer(lua_State *L, int index, int64_t *out);

/* Pushes the digits of an exact number, or a copy of any other value. */
void ecsp_push_text(lua_State *L, int index);

ECSP_HIDDEN_END

#endif
