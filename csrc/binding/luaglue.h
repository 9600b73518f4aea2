/*
 * What this is: the few Lua API functions that 5.1 to 5.5 and LuaJIT do not share, under
 * our own prefix, and the helpers every binding file needs. Code is written to the 5.1 API.
 *
 * May include: ecsp.h, lua.h, lauxlib.h.
 *
 * Ownership: nothing here allocates outside Lua. Any function that takes a lua_State may raise.
 */
#ifndef ECSP_LUAGLUE_H
#define ECSP_LUAGLUE_H

#include <lauxlib.h>
#include <lua.h>

#include "../ecsp.h"

#if defined(__has_include)
#if __has_include(<luajit.h>)
#include <luajit.h>
#if LUAJIT_VERSION_NUM >= 20100
#define ECSP_LUAJIT
#endif
#endif
#endif

#if LUA_VERSION_NUM < 501 || LUA_VERSION_NUM > 505
#error "ecs_pipeline: Lua 5.1 to 5.5 or LuaJIT 2 is needed"
#endif

ECSP_HIDDEN_BEGIN

#if LUA_VERSION_NUM >= 502
#define ecsp_rawlen lua_rawlen
#else
#define ecsp_rawlen lua_objlen
#endif

#if LUA_VERSION_NUM >= 503
#define ecsp_isinteger lua_isinteger
#else
#define ecsp_isinteger(L, index) 0
#endif

/* 1 where it is not known: PUC Lua 5.1 and 5.2 do not say it. nginx's Lua, LuaJIT, does. */
#if LUA_VERSION_NUM >= 503 || defined(ECSP_LUAJIT)
#define ecsp_isyieldable lua_isyieldable
#else
#define ecsp_isyieldable(L) ((void)(L), 1)
#endif

int ecsp_absindex(lua_State *L, int index);

/* A zeroed block with its metatable already set: whatever is acquired into it later is covered by
 * __gc. */
void *ecsp_newobject(lua_State *L, size_t size, const char *type_name);

/* Registers the metatable of a userdata type: methods under __index, `gc` under __gc (and __close
 * on 5.4). */
void ecsp_newtype(lua_State *L, const char *type_name, const luaL_Reg *methods, lua_CFunction gc,
                  lua_CFunction tostring);

/* The userdata of that type at the index, or NULL. Does not raise for a wrong type. */
void *ecsp_testobject(lua_State *L, int index, const char *type_name);

/* One table that lives as long as the userdata at the index (environment in 5.1, user value
 * since 5.2). */
void ecsp_setuservalue(lua_State *L, int index); /* pops a table */
void ecsp_getuservalue(lua_State *L, int index); /* pushes it */

/* Sets the functions of a nul-terminated list in the table on top. */
void ecsp_setfuncs(lua_State *L, const luaL_Reg *functions);

/* Raw field access: metamethods of a user's table are never run. Pushes the value, returns its
 * type. */
int ecsp_rawgetfield(lua_State *L, int index, const char *name);
void ecsp_rawsetfield(lua_State *L, int index, const char *name); /* pops the value */

/* The same for bytes, which need not be on the stack. */
void ecsp_rawsetstr(lua_State *L, int index, const char *name, struct ecsp_str text);

/* The bytes of the string at the index, which stay as long as it is on the stack; of anything else:
 * empty. Both end with a NUL byte that is not counted. Nothing is converted. */
struct ecsp_str ecsp_tostr(lua_State *L, int index);

/* The same of an argument: a number becomes a string in its place, and anything else raises. */
struct ecsp_str ecsp_checkstr(lua_State *L, int index);

/* A field of the table at the index, read raw and left on the stack: a string, or (unless
 * `required`) nil, which is empty. Raises otherwise; `what` is written before the name: "attempt.".
 */
struct ecsp_str ecsp_fieldstr(lua_State *L, int index, const char *what, const char *name,
                              int required);

/* Pushes bytes. */
void ecsp_pushstr(lua_State *L, struct ecsp_str text);

/* Is it nil, or the null that cjson reads (a light userdata without an address)? */
int ecsp_isnull(lua_State *L, int index);

/* Is nothing in the table at the index (which counts from the bottom)? */
int ecsp_isempty(lua_State *L, int table);

/* The exact integer at the index: an integer, or a float that is one and below 2^53. 0 when it is
 * not exact. */
int ecsp_tointeger(lua_State *L, int index, int64_t *out);

/* Pushes an integer: as an integer where the Lua has them and it fits, else as a number. */
void ecsp_pushinteger(lua_State *L, int64_t number);

/* Keeps our own shared object mapped until the process ends: a user's finalizer may call us while
   lua_close is already unloading libraries, and libcurl's resolver thread may outlive a state.
   `symbol` is any function of it. */
void ecsp_pin_library(const void *symbol);

ECSP_HIDDEN_END

#endif
