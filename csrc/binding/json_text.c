#include "json_text.h"

enum ecsp_json ecsp_json_push(lua_State *L, int index, size_t *bad_at)
{
    struct ecsp_str text = ecsp_tostr(L, index);
    size_t detail;
    enum ecsp_json grammar = ecsp_json_check(text, &detail);
    index = ecsp_absindex(L, index);
    if (grammar == ECSP_JSON_BAD || detail == 0) {
        if (bad_at != NULL) {
            *bad_at = detail;
        }
        lua_pushvalue(L, index);
        return grammar;
    }
    char *out = lua_newuserdata(L, text.len + 2 * detail);
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
@treturn[2] ?number the byte where it is broken, from 1; nil if only strings are bad
*/
int ecsp_json_text(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    size_t bad_at = 0;
    enum ecsp_json grammar = ecsp_json_push(L, 1, &bad_at);
    if (grammar == ECSP_JSON_GOOD) {
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, grammar == ECSP_JSON_BAD
                          ? "it is not JSON"
                          : "its strings are not JSON: control characters, or no UTF-8");
    if (grammar == ECSP_JSON_BAD) {
        ecsp_pushinteger(L, (int64_t)bad_at + 1);
        return 3;
    }
    return 2;
}
