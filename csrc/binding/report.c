#include "report.h"

#include <string.h>

#include "../wire/utf8.h"

#define MAX_FINDINGS 100
#define MAX_SHOWN_NAME 64

void ecsp_report_init(struct ecsp_report *report, lua_State *L)
{
    report->L = L;
    lua_pushnil(L);
    report->failures = lua_gettop(L);
    lua_pushnil(L);
    report->warnings = lua_gettop(L);
}

/* Names come from the user's table: shortened, and without bytes that could garble a log. */
static void add_name(luaL_Buffer *out, struct ecsp_str name)
{
    if (name.len == 0) {
        luaL_addstring(out, "\"\"");
    }
    for (size_t i = 0; i < name.len && i < MAX_SHOWN_NAME; i++) {
        unsigned char byte = (unsigned char)name.data[i];
        luaL_addchar(out, byte < 0x20 || byte == 0x7F ? '?' : (char)byte);
    }
    if (name.len > MAX_SHOWN_NAME) {
        luaL_addstring(out, "...");
    }
}

static void add_path(luaL_Buffer *out, const struct ecsp_path *path)
{
    if (path->parent != NULL) {
        add_path(out, path->parent);
    }
    if (path->name.data != NULL) {
        if (path->parent != NULL) {
            luaL_addchar(out, '.');
        }
        add_name(out, path->name);
    } else {
        char digits[ECSP_MAX_DIGITS];
        luaL_addchar(out, '[');
        luaL_addlstring(out, digits, ecsp_format_integer(digits, (int64_t)path->index));
        luaL_addchar(out, ']');
    }
}

void ecsp_push_path(lua_State *L, const struct ecsp_path *path)
{
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    add_path(&out, path);
    luaL_pushresult(&out);
}

void ecsp_report_add(struct ecsp_report *report, int slot, const struct ecsp_path *path)
{
    lua_State *L = report->L;
    int shape = lua_gettop(L) - 2;
    luaL_checkstack(L, 10, "too many findings");
    if (lua_isnil(L, slot)) {
        lua_newtable(L);
        lua_replace(L, slot);
    }
    int count = (int)ecsp_rawlen(L, slot);
    if (count < MAX_FINDINGS) {
        lua_createtable(L, 0, 5);
        ecsp_push_path(L, path);
        lua_pushfstring(L, "%s: %s (got %s); %s", lua_tostring(L, -1), lua_tostring(L, shape + 1),
                        lua_tostring(L, shape), lua_tostring(L, shape + 2));
        ecsp_rawsetfield(L, -3, "message");
        ecsp_rawsetfield(L, -2, "param");
        lua_pushvalue(L, shape);
        ecsp_rawsetfield(L, -2, "value");
        lua_pushvalue(L, shape + 1);
        ecsp_rawsetfield(L, -2, "rule");
        lua_pushvalue(L, shape + 2);
        ecsp_rawsetfield(L, -2, "fix");
        lua_rawseti(L, slot, count + 1);
    }
    lua_settop(L, shape - 1);
}

int ecsp_report_has_failures(const struct ecsp_report *report)
{
    return !lua_isnil(report->L, report->failures);
}

/* Is message a of the list after message b? Both messages begin with the parameter. */
static int is_after(lua_State *L, int list, int a, int b)
{
    lua_rawgeti(L, list, a);
    ecsp_rawgetfield(L, -1, "message");
    lua_rawgeti(L, list, b);
    ecsp_rawgetfield(L, -1, "message");
    int after = strcmp(lua_tostring(L, -3), lua_tostring(L, -1)) > 0;
    lua_pop(L, 4);
    return after;
}

static void sort_list(lua_State *L, int list)
{
    int count = lua_isnil(L, list) ? 0 : (int)ecsp_rawlen(L, list);
    for (int i = 2; i <= count; i++) {
        for (int at = i; at > 1 && is_after(L, list, at - 1, at); at--) {
            lua_rawgeti(L, list, at - 1);
            lua_rawgeti(L, list, at);
            lua_rawseti(L, list, at - 1);
            lua_rawseti(L, list, at);
        }
    }
}

void ecsp_report_sort(struct ecsp_report *report)
{
    luaL_checkstack(report->L, 6, "too many findings");
    sort_list(report->L, report->failures);
    sort_list(report->L, report->warnings);
}

void ecsp_report_push_error(struct ecsp_report *report, const char *operation)
{
    lua_State *L = report->L;
    int count = (int)ecsp_rawlen(L, report->failures);
    lua_createtable(L, 0, 6);
    lua_pushliteral(L, "validation");
    ecsp_rawsetfield(L, -2, "kind");
    lua_pushstring(L, operation);
    ecsp_rawsetfield(L, -2, "operation");
    lua_rawgeti(L, report->failures, 1);
    ecsp_rawgetfield(L, -1, "message");
    if (count > 1) {
        lua_pushfstring(L, "%s (and %d more)", lua_tostring(L, -1), count - 1);
        lua_replace(L, -2);
    }
    lua_remove(L, -2);
    ecsp_rawsetfield(L, -2, "message");
    lua_pushvalue(L, report->failures);
    ecsp_rawsetfield(L, -2, "failures");
    lua_pushvalue(L, report->warnings);
    ecsp_rawsetfield(L, -2, "warnings");
    lua_pushboolean(L, 0);
    ecsp_rawsetfield(L, -2, "sent");
}

static size_t count_entries(lua_State *L, int index)
{
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        count++;
    }
    return count;
}

void ecsp_push_shape(lua_State *L, int index)
{
    index = ecsp_absindex(L, index);
    size_t chars = 0;
    struct ecsp_str text;
    int64_t number;
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        text = ecsp_tostr(L, index);
        if (!ecsp_utf8_count(text, &chars)) {
            lua_pushfstring(L, "string of %d bytes", (int)text.len);
        } else if (chars == 0) {
            lua_pushliteral(L, "an empty string");
        } else {
            lua_pushfstring(L, "string of %d character%s", (int)chars, chars == 1 ? "" : "s");
        }
        break;
    case LUA_TNUMBER:
        lua_pushstring(L, ecsp_tointeger(L, index, &number) ? "a whole number"
                                                            : "a number that is not exact");
        break;
    case LUA_TTABLE:
        lua_pushfstring(L, "table with %d entries", (int)count_entries(L, index));
        break;
    case LUA_TLIGHTUSERDATA:
        lua_pushstring(L, lua_touserdata(L, index) == NULL ? "JSON null" : "light userdata");
        break;
    default:
        lua_pushfstring(L, "%s", luaL_typename(L, index));
        break;
    }
}
