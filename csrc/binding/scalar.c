#include "scalar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../wire/buf.h"
#include "../wire/str.h"

/* The shortest text that is this number again. It has a point: where the process has called
 * setlocale, printf writes "0,5". */
static void push_fraction_text(lua_State *L, int index)
{
    char text[64];
    char out[64];
    size_t used = 0;
    double number = (double)lua_tonumber(L, index);
    int digits = 15;
    do {
        (void)snprintf(text, sizeof text, "%.*g", digits, number);
    } while (strtod(text, NULL) != number && ++digits <= 17);
    for (size_t i = 0; text[i] != '\0' && used < sizeof out; i++) {
        if (strchr("0123456789+-einfaEINFA", text[i]) != NULL) {
            out[used++] = text[i];
        } else if (used == 0 || out[used - 1] != '.') { /* a point may have several bytes */
            out[used++] = '.';
        }
    }
    lua_pushlstring(L, out, used);
}

void ecsp_push_text(lua_State *L, int index)
{
    int64_t number;
    char digits[ECSP_MAX_DIGITS];
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        if (ecsp_tointeger(L, index, &number)) {
            lua_pushlstring(L, digits, ecsp_format_integer(digits, number));
        } else {
            push_fraction_text(L, index);
        }
        break;
    case LUA_TBOOLEAN:
        lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
        break;
    default:
        lua_pushvalue(L, index);
        break;
    }
}

void ecsp_push_number(lua_State *L, int index)
{
    int64_t number;
    if (lua_type(L, index) == LUA_TNUMBER && ecsp_tointeger(L, index, &number)) {
        ecsp_pushinteger(L, number);
    } else {
        lua_pushvalue(L, index);
    }
}

int ecsp_read_integer(lua_State *L, int index, int64_t *out)
{
    if (lua_type(L, index) == LUA_TSTRING) {
        /* Lua also takes "0x10", "1e3" and blanks for numbers */
        struct ecsp_str text = ecsp_tostr(L, index);
        size_t sign = text.len > 0 && text.data[0] == '-';
        if (text.len == sign || strspn(text.data + sign, "0123456789") != text.len - sign) {
            return 0;
        }
    } else if (lua_type(L, index) != LUA_TNUMBER) {
        return 0;
    }
    return ecsp_tointeger(L, index, out);
}

static void push_integer(lua_State *L, int index)
{
    int64_t number;
    if (ecsp_read_integer(L, index, &number)) {
        ecsp_pushinteger(L, number);
    } else {
        lua_pushvalue(L, index);
    }
}

static void push_boolean(lua_State *L, int index)
{
    struct ecsp_str text = ecsp_tostr(L, index);
    if (ecsp_str_equals(text, "true") || ecsp_str_equals(text, "false")) {
        lua_pushboolean(L, text.data[0] == 't');
    } else {
        lua_pushvalue(L, index);
    }
}

void ecsp_push_scalar(lua_State *L, enum ecsp_type type, int value)
{
    switch (type) {
    case ECSP_STRING:
        ecsp_push_text(L, value);
        break;
    case ECSP_INTEGER:
        push_integer(L, value);
        break;
    case ECSP_NUMBER:
        ecsp_push_number(L, value);
        break;
    case ECSP_BOOLEAN:
        push_boolean(L, value);
        break;
    default:
        lua_pushvalue(L, value);
        break;
    }
}
