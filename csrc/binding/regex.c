#include "regex.h"

#include "../wire/ere.h"

#define REGEX_TYPE "ecs_pipeline.regex"

/***
A POSIX extended regular expression (IEEE Std 1003.1, Base Definitions, section 9.4), matched
in time proportional to the text. Code points are characters; classes such as `[:alpha:]` know
ASCII. At most 256 bytes, repeats up to 255, 1,024 steps once the repeats are written out.
Refused, with what to write instead: `\d`, `\w`, `\s`, `(?…)`, back-references, lazy repeats,
and a backslash in brackets that is not doubled.
@function regex
@tparam string pattern
@treturn[1] userdata with `:match(text)`: true when the text contains a match, else false, or
`nil, message` for a text of more than 4,096 bytes or one that is not UTF-8
@treturn[2] nil
@treturn[2] string what is wrong with the pattern
@raise when the pattern is no string
*/
int ecsp_regex_new(lua_State *L)
{
    struct ecsp_str pattern;
    luaL_checktype(L, 1, LUA_TSTRING);
    pattern.data = lua_tolstring(L, 1, &pattern.len);
    struct ecsp_ere *ere = ecsp_newobject(L, sizeof *ere, REGEX_TYPE);
    const char *wrong = ecsp_ere_compile(ere, pattern);
    if (wrong != NULL) {
        lua_pushnil(L);
        lua_pushstring(L, wrong);
        return 2;
    }
    return 1;
}

static int regex_match(lua_State *L)
{
    const struct ecsp_ere *ere = ecsp_testobject(L, 1, REGEX_TYPE);
    struct ecsp_str text;
    luaL_argcheck(L, ere != NULL, 1, "a regex is expected");
    luaL_checktype(L, 2, LUA_TSTRING);
    text.data = lua_tolstring(L, 2, &text.len);
    int matched = ecsp_ere_match(ere, text);
    if (matched < 0) {
        lua_pushnil(L);
        lua_pushstring(L, "the text has more than 4,096 bytes or is not UTF-8");
        return 2;
    }
    lua_pushboolean(L, matched);
    return 1;
}

void ecsp_regex_register(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"match", regex_match},
        {NULL, NULL},
    };
    ecsp_newtype(L, REGEX_TYPE, methods, NULL, NULL);
}
