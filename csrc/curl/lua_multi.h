/*
 * What this is: a multi as a Lua object: start, step, next, cancel, descriptors.
 *
 * May include: multi.h, lua_tables.h, binding/luaglue.h.
 *
 * Ownership: the multi lives in the userdata and is closed with it. libcurl runs only inside step,
 * start and cancel, and calls no Lua code there.
 */
#ifndef ECSP_LUA_MULTI_H
#define ECSP_LUA_MULTI_H

#include "../binding/luaglue.h"
#include "settings.h"

ECSP_HIDDEN_BEGIN

void ecsp_lua_multi_register(lua_State *L);

/* curl.multi() */
int ecsp_lua_multi_new(lua_State *L);

/* transport.start(multi, request, deadline) for a transport with these settings. */
int ecsp_lua_multi_start(lua_State *L, struct ecsp_settings *settings);

ECSP_HIDDEN_END

#endif
