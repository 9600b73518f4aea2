/*
 * What this is: the options of a transport, from a Lua table.
 *
 * May include: settings.h, binding/luaglue.h.
 *
 * Ownership: fills settings that the caller owns and frees, also if it raises half-way.
 */
#ifndef ECSP_LUA_OPTIONS_H
#define ECSP_LUA_OPTIONS_H

#include "../binding/luaglue.h"
#include "settings.h"

ECSP_HIDDEN_BEGIN

/* Reads the table at index 1, raw, over the defaults. Raises for unknown names and wrong types. */
void ecsp_lua_options_read(lua_State *L, struct ecsp_settings *settings);

ECSP_HIDDEN_END

#endif
