/*
 * What this is: a decoded reply → the result, in one pass that the field tables drive: wrappers
 * flattened, tags to maps, JSON null away, scalars as the field's type says (scalar.h), unknown
 * fields kept.
 *
 * May include: luaglue.h, field_names.h, scalar.h, ../api/schema.h.
 *
 * Ownership: builds new Lua tables; the decoded reply stays as it is.
 */
#ifndef ECSP_UNMARSHAL_H
#define ECSP_UNMARSHAL_H

#include "../api/schema.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* Pushes the result of the operation, made of the decoded table at the index. 0: somewhere an
 * object or a list stands where the fields have a text, a number or a boolean; it is left out. */
int ecsp_unmarshal(lua_State *L, const struct ecsp_operation *operation, int decoded);

/* In place: nulls away, whole numbers as integers. For replies without a table of fields. */
void ecsp_normalise(lua_State *L, int decoded);

ECSP_HIDDEN_END

#endif
