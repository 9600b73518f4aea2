#include "unmarshal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../wire/buf.h"
#include "../wire/str.h"

#define MAX_DEPTH 100 /* of fields that no table describes */

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

/* 42.0 → 42 where the Lua tells them apart; everything else as it is. */
static void push_number(lua_State *L, int index)
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

/* The documents show lists as lists, as lists of lists and as JSON text ("[\"a\",\"b\"]"): all give
 * one flat list. */
static void append_text_items(lua_State *L, int list, int index)
{
    struct ecsp_str text = ecsp_tostr(L, index);
    if (text.data[0] != '[') {
        lua_pushvalue(L, index);
        lua_rawseti(L, list, (int)ecsp_rawlen(L, list) + 1);
        return;
    }
    for (size_t at = 0; at < text.len;) {
        size_t skip = strspn(text.data + at, "[]\", \t\n");
        size_t item = strcspn(text.data + at + skip, "[]\", \t\n");
        if (item > 0) {
            lua_pushlstring(L, text.data + at + skip, item);
            lua_rawseti(L, list, (int)ecsp_rawlen(L, list) + 1);
        }
        at += skip + item > 0 ? skip + item : 1; /* a NUL byte stops both */
    }
}

static void append_items(lua_State *L, int list, int index, int depth)
{
    luaL_checkstack(L, 6, "reply nests too deep");
    if (ecsp_isnull(L, index) || depth > 2) {
        return;
    }
    if (!lua_istable(L, index)) {
        ecsp_push_text(L, index);
        append_text_items(L, list, lua_gettop(L));
        lua_pop(L, 1);
        return;
    }
    int count = (int)ecsp_rawlen(L, index);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, index, i);
        append_items(L, list, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
}

static int is_empty(lua_State *L, int table)
{
    int empty;
    lua_pushnil(L);
    empty = lua_next(L, table) == 0;
    lua_pop(L, empty ? 0 : 2);
    return empty;
}

/* How many items it holds; 0 of what is no table. */
static int item_count(lua_State *L, int index)
{
    return lua_istable(L, index) ? (int)ecsp_rawlen(L, index) : 0;
}

static void push_list(lua_State *L, int index)
{
    lua_createtable(L, item_count(L, index), 0);
    append_items(L, lua_gettop(L), index, 0);
}

/* Room for the fields of a decoded object, and for the few that are added. */
static int room_for(lua_State *L, int decoded)
{
    int room = 2;
    lua_pushnil(L);
    while (lua_next(L, decoded) != 0) {
        room++;
        lua_pop(L, 1);
    }
    return room;
}

static int unmarshal(lua_State *L, const struct ecsp_field *fields, int decoded, int room);

/* Items of a list are alike: the first one tells how much room the others need. */
static int push_objects(lua_State *L, const struct ecsp_field *fields, int index)
{
    int count = item_count(L, index);
    int good = 1;
    lua_createtable(L, count, 0);
    int list = lua_gettop(L);
    int used = 0;
    int room = 0;
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, index, i);
        if (lua_istable(L, -1)) {
            room = room > 0 ? room : room_for(L, list + 1);
            good &= unmarshal(L, fields, list + 1, room);
            lua_rawseti(L, list, ++used);
        }
        lua_pop(L, 1);
    }
    return good;
}

static int is_system_key(const char *key)
{
    return strncmp(key, "acs:", 4) == 0 || strncmp(key, "aliyun", 6) == 0;
}

/* Pushes two values: the map of the user's tags, and the map of the system's own (or nil). */
static void push_tags(lua_State *L, const struct ecsp_field *field, int index)
{
    int count = item_count(L, index);
    lua_createtable(L, 0, count);
    int tags = lua_gettop(L);
    lua_pushnil(L);
    int system = lua_gettop(L);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, index, i);
        if (lua_istable(L, -1) && ecsp_rawgetfield(L, system + 1, field->key) == LUA_TSTRING) {
            int is_system = is_system_key(lua_tostring(L, -1));
            if (is_system && lua_isnil(L, system)) {
                lua_newtable(L);
                lua_replace(L, system);
            }
            ecsp_rawgetfield(L, system + 1, field->value);
            if (ecsp_isnull(L, -1) || lua_istable(L, -1)) {
                lua_pushliteral(L, "");
                lua_replace(L, -2);
            }
            ecsp_push_text(L, lua_gettop(L));
            lua_replace(L, -2);
            lua_rawset(L, is_system ? system : tags);
        }
        lua_settop(L, system);
    }
}

/* Pushes `add_account` for an unknown `AddAccount`: unknown fields are kept under a name that looks
 * like the others. */
static void push_snake_case(lua_State *L, struct ecsp_str wire)
{
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    for (size_t i = 0; i < wire.len; i++) {
        char byte = wire.data[i];
        int upper = byte >= 'A' && byte <= 'Z';
        int after_lower = i > 0 && !(wire.data[i - 1] >= 'A' && wire.data[i - 1] <= 'Z');
        int before_lower = i + 1 < wire.len && wire.data[i + 1] >= 'a' && wire.data[i + 1] <= 'z';
        if (upper && i > 0 && wire.data[i - 1] != '_' && (after_lower || before_lower)) {
            luaL_addchar(&out, '_');
        }
        luaL_addchar(&out, (char)(upper ? byte + ('a' - 'A') : byte));
    }
    luaL_pushresult(&out);
}

/* Does a field of the table go by this name in the result? */
static int is_taken(const struct ecsp_field *fields, const char *name)
{
    for (; fields->lua != NULL; fields++) {
        if (strcmp(fields->lua, name) == 0 ||
            ((fields->flags & ECSP_IDENTIFIER) != 0 && strcmp("id", name) == 0) ||
            (fields->type == ECSP_TAGS && strncmp(name, "system_", 7) == 0 &&
             strcmp(fields->lua, name + 7) == 0)) {
            return 1;
        }
    }
    return 0;
}

/* A field that the table does not know: kept, unless its name belongs to one that it does. */
static void set_unknown(lua_State *L, const struct ecsp_field *fields, struct ecsp_str wire,
                        int value, int result)
{
    push_snake_case(L, wire);
    if (is_taken(fields, lua_tostring(L, -1))) {
        lua_pop(L, 1);
        return;
    }
    if (lua_istable(L, value)) {
        ecsp_normalise(L, value);
    }
    push_number(L, value);
    lua_rawset(L, result);
}

/* 0: an object or a list where the table has a text, a number or a boolean. It is left out. */
static int set_field(lua_State *L, const struct ecsp_field *field, int value, int result)
{
    int scalar = field->type == ECSP_STRING || field->type == ECSP_INTEGER ||
                 field->type == ECSP_NUMBER || field->type == ECSP_BOOLEAN;
    int type = lua_type(L, value);
    int good = 1;
    if (scalar && type == LUA_TTABLE) {
        return is_empty(L, value);
    }
    switch (field->type) {
    case ECSP_STRING:
        if (type == LUA_TSTRING) { /* nearly always */
            lua_pushvalue(L, value);
        } else {
            ecsp_push_text(L, value);
        }
        break;
    case ECSP_INTEGER:
        push_integer(L, value);
        break;
    case ECSP_NUMBER:
        push_number(L, value);
        break;
    case ECSP_BOOLEAN:
        push_boolean(L, value);
        break;
    case ECSP_OBJECT:
        if (lua_istable(L, value)) {
            good = ecsp_unmarshal(L, field->fields, value);
        } else {
            lua_pushvalue(L, value);
        }
        break;
    case ECSP_LIST:
        push_list(L, value);
        break;
    case ECSP_OBJECTS:
        good = push_objects(L, field->fields, value);
        break;
    case ECSP_TAGS:
        push_tags(L, field, value);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
        } else {
            lua_pushfstring(L, "system_%s", field->lua);
            lua_insert(L, -2);
            lua_rawset(L, result);
        }
        break;
    }
    if ((field->flags & ECSP_IDENTIFIER) != 0) {
        lua_pushvalue(L, -1);
        ecsp_rawsetfield(L, result, "id");
    }
    ecsp_rawsetfield(L, result, field->lua);
    return good;
}

/* Pushes a table with room for what it will get: the fields of the reply, `id` and system tags. */
static int unmarshal(lua_State *L, const struct ecsp_field *fields, int decoded, int room)
{
    int good = 1;
    luaL_checkstack(L, 20, "reply nests too deep");
    lua_createtable(L, 0, room);
    int result = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, decoded) != 0) {
        int value = result + 2;
        if (lua_type(L, result + 1) != LUA_TSTRING || ecsp_isnull(L, value)) {
            lua_pop(L, 1);
            continue;
        }
        struct ecsp_str wire = ecsp_tostr(L, result + 1);
        const struct ecsp_field *field = ecsp_field_find(fields, wire);
        if (field == NULL) {
            set_unknown(L, fields, wire, value, result);
        } else {
            if (field->wrapper != NULL && lua_istable(L, value)) {
                ecsp_rawgetfield(L, value, field->wrapper);
                if (ecsp_isnull(L, value + 1)) { /* some replies come without the wrapper */
                    lua_pop(L, 1);
                } else {
                    value++;
                }
            }
            good &= set_field(L, field, value, result);
        }
        lua_settop(L, result + 1);
    }
    return good;
}

int ecsp_unmarshal(lua_State *L, const struct ecsp_field *fields, int decoded)
{
    return unmarshal(L, fields, decoded, room_for(L, decoded));
}

static void normalise(lua_State *L, int table, int depth);

/* Nulls, and what nests deeper than any reply of the service. */
static int is_dropped(lua_State *L, int index, int depth)
{
    return ecsp_isnull(L, index) || (depth >= MAX_DEPTH && lua_istable(L, index));
}

/* A list loses its nulls without getting holes. */
static void normalise_list(lua_State *L, int table, int count, int depth)
{
    int kept = 0;
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, table, i);
        if (is_dropped(L, lua_gettop(L), depth)) {
            lua_pop(L, 1);
            continue;
        }
        if (lua_istable(L, -1)) {
            normalise(L, lua_gettop(L), depth + 1);
        }
        push_number(L, lua_gettop(L));
        lua_rawseti(L, table, ++kept);
        lua_pop(L, 1);
    }
    for (int i = count; i > kept; i--) {
        lua_pushnil(L);
        lua_rawseti(L, table, i);
    }
}

/* Assigning to fields that exist, nil too, is allowed during a traversal. */
static void normalise_map(lua_State *L, int table, int depth)
{
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        int value = lua_gettop(L);
        if (is_dropped(L, value, depth)) {
            lua_pushvalue(L, value - 1);
            lua_pushnil(L);
            lua_rawset(L, table);
        } else if (lua_istable(L, value)) {
            normalise(L, value, depth + 1);
        } else if (lua_type(L, value) == LUA_TNUMBER) {
            lua_pushvalue(L, value - 1);
            push_number(L, value);
            lua_rawset(L, table);
        }
        lua_settop(L, value - 1);
    }
}

static void normalise(lua_State *L, int table, int depth)
{
    luaL_checkstack(L, 8, "reply nests too deep");
    int count = (int)ecsp_rawlen(L, table);
    if (count > 0) {
        normalise_list(L, table, count, depth);
    } else {
        normalise_map(L, table, depth);
    }
}

void ecsp_normalise(lua_State *L, int decoded)
{
    normalise(L, ecsp_absindex(L, decoded), 0);
}
