#include "json_text.h"

enum ecsp_json ecsp_json_push(lua_State *L, int index)
{
    struct ecsp_str text = ecsp_tostr(L, index);
    size_t inexact;
    enum ecsp_json grammar = ecsp_json_check(text, &inexact);
    index = ecsp_absindex(L, index);
    if (inexact == 0) {
        lua_pushvalue(L, index);
        return grammar;
    }
    char *out = lua_newuserdata(L, text.len + 2 * inexact);
    lua_pushlstring(L, out, ecsp_json_quote(text, out));
    lua_remove(L, -2);
    return grammar;
}

/***
Checks a JSON text before a decoder reads it, by the grammar of RFC 8259: no NaN, hexadecimal,
leading zeros, raw control characters, text after the end; valid UTF-8; at most 1,000 levels.
@function json_text
@tparam string text
@treturn[1] string the text, its numbers with more digits than a double holds as strings
@treturn[2] nil
@treturn[2] string why, without the text
*/
int ecsp_json_text(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    enum ecsp_json grammar = ecsp_json_push(L, 1);
    if (grammar == ECSP_JSON_GOOD) {
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, grammar == ECSP_JSON_BAD
                          ? "it is not JSON"
                          : "its strings are not JSON: control characters, or no UTF-8");
    return 2;
}
