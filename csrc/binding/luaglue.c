#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* dladdr */
#endif
#include "luaglue.h"

#include <dlfcn.h>
#include <math.h>
#include <string.h>

#define EXACT_LIMIT 9007199254740992.0 /* 2^53 */

int ecsp_absindex(lua_State *L, int index)
{
    return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(L) + index + 1;
}

void *ecsp_newobject(lua_State *L, size_t size, const char *type_name)
{
    void *object = lua_newuserdata(L, size);
    memset(object, 0, size);
    luaL_getmetatable(L, type_name);
    lua_setmetatable(L, -2);
    return object;
}

void ecsp_newtype(lua_State *L, const char *type_name, const luaL_Reg *methods, lua_CFunction gc,
                  lua_CFunction tostring)
{
    luaL_newmetatable(L, type_name);
    lua_newtable(L);
    if (methods != NULL) {
        ecsp_setfuncs(L, methods);
    }
    ecsp_rawsetfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    ecsp_rawsetfield(L, -2, "__metatable");
    if (gc != NULL) {
        lua_pushcfunction(L, gc);
        ecsp_rawsetfield(L, -2, "__gc");
#if LUA_VERSION_NUM >= 504
        lua_pushcfunction(L, gc);
        ecsp_rawsetfield(L, -2, "__close");
#endif
    }
    if (tostring != NULL) {
        lua_pushcfunction(L, tostring);
        ecsp_rawsetfield(L, -2, "__tostring");
    }
    lua_pop(L, 1);
}

void *ecsp_testobject(lua_State *L, int index, const char *type_name)
{
    void *object = lua_touserdata(L, index);
    if (object == NULL || !lua_getmetatable(L, index)) {
        return NULL;
    }
    luaL_getmetatable(L, type_name);
    int same = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return same ? object : NULL;
}

void ecsp_setuservalue(lua_State *L, int index)
{
#if LUA_VERSION_NUM >= 504
    lua_setiuservalue(L, index, 1);
#elif LUA_VERSION_NUM >= 502
    lua_setuservalue(L, index);
#else
    lua_setfenv(L, index);
#endif
}

void ecsp_getuservalue(lua_State *L, int index)
{
#if LUA_VERSION_NUM >= 504
    lua_getiuservalue(L, index, 1);
#elif LUA_VERSION_NUM >= 502
    lua_getuservalue(L, index);
#else
    lua_getfenv(L, index);
#endif
}

void ecsp_setfuncs(lua_State *L, const luaL_Reg *functions)
{
    for (; functions->name != NULL; functions++) {
        lua_pushcfunction(L, functions->func);
        ecsp_rawsetfield(L, -2, functions->name);
    }
}

int ecsp_rawgetfield(lua_State *L, int index, const char *name)
{
    index = ecsp_absindex(L, index);
    lua_pushstring(L, name);
    lua_rawget(L, index);
    return lua_type(L, -1);
}

void ecsp_rawsetfield(lua_State *L, int index, const char *name)
{
    index = ecsp_absindex(L, index);
    lua_pushstring(L, name);
    lua_insert(L, -2);
    lua_rawset(L, index);
}

void ecsp_rawsetstr(lua_State *L, int index, const char *name, struct ecsp_str text)
{
    index = ecsp_absindex(L, index);
    ecsp_pushstr(L, text);
    ecsp_rawsetfield(L, index, name);
}

struct ecsp_str ecsp_tostr(lua_State *L, int index)
{
    struct ecsp_str text = ECSP_LITERAL("");
    if (lua_type(L, index) == LUA_TSTRING) {
        text.data = lua_tolstring(L, index, &text.len);
    }
    return text;
}

struct ecsp_str ecsp_checkstr(lua_State *L, int index)
{
    struct ecsp_str text;
    text.data = luaL_checklstring(L, index, &text.len);
    return text;
}

struct ecsp_str ecsp_fieldstr(lua_State *L, int index, const char *what, const char *name,
                              int required)
{
    luaL_checkstack(L, 4, "too many fields");
    int type = ecsp_rawgetfield(L, index, name);
    if (type != LUA_TSTRING && (type != LUA_TNIL || required)) {
        luaL_error(L, "%s%s must be a string, got %s", what, name, lua_typename(L, type));
    }
    return ecsp_tostr(L, -1);
}

void ecsp_pushstr(lua_State *L, struct ecsp_str text)
{
    lua_pushlstring(L, text.data, text.len);
}

int ecsp_isnull(lua_State *L, int index)
{
    int type = lua_type(L, index);
    return type == LUA_TNIL || (type == LUA_TLIGHTUSERDATA && lua_touserdata(L, index) == NULL);
}

int ecsp_isempty(lua_State *L, int table)
{
    lua_pushnil(L);
    int empty = lua_next(L, table) == 0;
    lua_pop(L, empty ? 0 : 2);
    return empty;
}

int ecsp_tointeger(lua_State *L, int index, int64_t *out)
{
    if (ecsp_isinteger(L, index)) {
        *out = (int64_t)lua_tointeger(L, index);
        return 1;
    }
    lua_Number number = lua_tonumber(L, index);
    if (!(number > -EXACT_LIMIT && number < EXACT_LIMIT) || floor(number) != number) {
        return 0;
    }
    *out = (int64_t)number;
    return 1;
}

void ecsp_pushinteger(lua_State *L, int64_t number)
{
    if ((int64_t)(lua_Integer)number == number) {
        lua_pushinteger(L, (lua_Integer)number);
    } else {
        lua_pushnumber(L, (lua_Number)number);
    }
}

void ecsp_pin_library(const void *symbol)
{
    Dl_info info;
    if (dladdr(symbol, &info) != 0 && info.dli_fname != NULL) {
        /* the handle is left open on purpose */
        (void)dlopen(info.dli_fname, RTLD_NOW | RTLD_NODELETE);
    }
}
