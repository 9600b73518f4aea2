/*
 * What this is: the API tables as Lua tables, for documents, types, the emulator and the command
 * line.
 *
 * May include: luaglue.h, ../api/schema.h.
 */
#ifndef ECSP_REFLECT_H
#define ECSP_REFLECT_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* core.operations(), core.operation(name), core.operation_flags(name): fresh tables each time, so
 * that one caller cannot change them for another. */
int ecsp_reflect_operations(lua_State *L);
int ecsp_reflect_operation(lua_State *L);
int ecsp_reflect_operation_flags(lua_State *L);

ECSP_HIDDEN_END

#endif
