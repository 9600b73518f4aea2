#include "unmarshal.h"

#include <string.h>

#include "field_names.h"
#include "scalar.h"

#define MAX_DEPTH 100 /* of fields that no table describes */

/* The documents show lists as lists, as lists of lists and as JSON text ("[\"a\",\"b\"]"): all give
 * one flat list. These functions return how many items it has then. */
static int append_text_items(lua_State *L, int list, int used, struct ecsp_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t skip = strspn(text.data + at, "[]\", \t\n");
        size_t item = strcspn(text.data + at + skip, "[]\", \t\n");
        if (item > 0) {
            lua_pushlstring(L, text.data + at + skip, item);
            lua_rawseti(L, list, ++used);
        }
        at += skip + item > 0 ? skip + item : 1; /* a NUL byte stops both */
    }
    return used;
}

static int append_items(lua_State *L, int list, int used, int index, int depth)
{
    if (ecsp_isnull(L, index) || depth > 2) {
        return used;
    }
    if (lua_istable(L, index)) {
        luaL_checkstack(L, 6, "reply nests too deep");
        int count = (int)ecsp_rawlen(L, index);
        for (int i = 1; i <= count; i++) {
            lua_rawgeti(L, index, i);
            used = append_items(L, list, used, lua_gettop(L), depth + 1);
            lua_pop(L, 1);
        }
        return used;
    }
    ecsp_push_text(L, index);
    if (lua_type(L, -1) == LUA_TSTRING && lua_tostring(L, -1)[0] == '[') {
        used = append_text_items(L, list, used, ecsp_tostr(L, -1));
        lua_pop(L, 1);
    } else {
        lua_rawseti(L, list, ++used);
    }
    return used;
}

/* How many items it holds; 0 of what is no table. */
static int item_count(lua_State *L, int index)
{
    return lua_istable(L, index) ? (int)ecsp_rawlen(L, index) : 0;
}

static void push_list(lua_State *L, int index)
{
    lua_createtable(L, item_count(L, index), 0);
    (void)append_items(L, lua_gettop(L), 0, index, 0);
}

static int is_system_key(const char *key)
{
    return strncmp(key, "acs:", 4) == 0 || strncmp(key, "aliyun", 6) == 0;
}

/* A result on its way. */
struct object {
    const struct ecsp_field *fields;
    int names; /* the table of field_names.h at this index */
    int result;
    int used; /* how many fields it has */
};

/* Pushes a name of the row; nil if it has none. */
static void push_name(lua_State *L, struct object *object, int row, enum ecsp_name name)
{
    lua_rawgeti(L, object->names, ecsp_name_slot(row, name));
}

/* Sets the field of that name to the value at the index. */
static void store(lua_State *L, struct object *object, int row, enum ecsp_name name, int index)
{
    push_name(L, object, row, name);
    lua_pushvalue(L, index);
    lua_rawset(L, object->result);
    object->used++;
}

/* The same for all names that the field has in the result. */
static void set_names(lua_State *L, struct object *object, int row, int index)
{
    store(L, object, row, ECSP_NAME_LUA, index);
    if ((object->fields[row - 1].flags & ECSP_IDENTIFIER) != 0) {
        store(L, object, row, ECSP_NAME_ALSO, index);
    }
}

/* Pushes what the table at the index has under a name of the row. */
static void push_named(lua_State *L, struct object *object, int row, enum ecsp_name name, int index)
{
    push_name(L, object, row, name);
    lua_rawget(L, index);
}

/* Pushes the map of the user's tags, and sets that of the system's own, if there are any. */
static void push_tags(lua_State *L, struct object *object, int row, int index)
{
    int count = item_count(L, index);
    int has_system = 0;
    lua_createtable(L, 0, count);
    int tags = lua_gettop(L);
    int system = tags + 1;
    int item = tags + 2;
    lua_pushnil(L);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, index, i);
        if (lua_istable(L, item)) {
            push_named(L, object, row, ECSP_NAME_KEY, item);
            if (lua_type(L, -1) == LUA_TSTRING) {
                int is_system = is_system_key(lua_tostring(L, -1));
                if (is_system && !has_system) {
                    has_system = 1;
                    lua_newtable(L);
                    lua_replace(L, system);
                }
                push_named(L, object, row, ECSP_NAME_VALUE, item);
                if (ecsp_isnull(L, -1) || lua_istable(L, -1)) {
                    lua_pushliteral(L, "");
                } else {
                    ecsp_push_text(L, lua_gettop(L));
                }
                lua_replace(L, -2);
                lua_rawset(L, is_system ? system : tags);
            }
        }
        lua_settop(L, system);
    }
    if (has_system) {
        store(L, object, row, ECSP_NAME_ALSO, system);
    }
    lua_settop(L, tags);
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
static void set_unknown(lua_State *L, struct object *object, int key, int value)
{
    if (ecsp_isnull(L, value)) {
        return;
    }
    push_snake_case(L, ecsp_tostr(L, key));
    if (is_taken(object->fields, lua_tostring(L, -1))) {
        return;
    }
    if (lua_istable(L, value)) {
        ecsp_normalise(L, value);
    }
    ecsp_push_number(L, value);
    lua_rawset(L, object->result);
    object->used++;
}

static int unmarshal(lua_State *L, const struct ecsp_field *fields, int names, int decoded);

static int push_object(lua_State *L, struct object *object, int row, int index)
{
    push_name(L, object, row, ECSP_NAME_FIELDS);
    return unmarshal(L, object->fields[row - 1].fields, lua_gettop(L), index);
}

static int push_objects(lua_State *L, struct object *object, int row, int index)
{
    const struct ecsp_field *fields = object->fields[row - 1].fields;
    int count = item_count(L, index);
    int used = 0;
    int good = 1;
    push_name(L, object, row, ECSP_NAME_FIELDS);
    lua_createtable(L, count, 0);
    int list = lua_gettop(L);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, index, i);
        if (lua_istable(L, -1)) {
            good &= unmarshal(L, fields, list - 1, list + 1);
            lua_rawseti(L, list, ++used);
        }
        lua_pop(L, 1);
    }
    return good;
}

/* 0: an object or a list where the table has a text, a number or a boolean. It is left out. */
static int set_field(lua_State *L, struct object *object, int row, int value)
{
    const struct ecsp_field *field = &object->fields[row - 1];
    int good = 1;
    if (field->type == ECSP_STRING && lua_type(L, value) == LUA_TSTRING) {
        set_names(L, object, row, value); /* nearly always */
        return 1;
    }
    if (ecsp_isnull(L, value)) {
        return 1;
    }
    if (field->wrapper != NULL && lua_istable(L, value)) {
        push_named(L, object, row, ECSP_NAME_WRAPPER, value);
        if (ecsp_isnull(L, -1)) { /* some replies come without the wrapper */
            lua_pop(L, 1);
        } else {
            value = lua_gettop(L);
        }
    }
    if (field->type == ECSP_LIST) {
        push_list(L, value);
    } else if (field->type == ECSP_TAGS) {
        push_tags(L, object, row, value);
    } else if (field->type == ECSP_OBJECTS) {
        good = push_objects(L, object, row, value);
    } else if (!lua_istable(L, value)) {
        ecsp_push_scalar(L, field->type, value);
    } else if (field->type == ECSP_OBJECT) {
        good = push_object(L, object, row, value);
    } else {
        return ecsp_isempty(L, value);
    }
    set_names(L, object, row, lua_gettop(L));
    return good;
}

#define MAX_ROOM 64 /* one very large result does not make every later one as large */

/* Pushes a result with as much room as the largest one of its fields has needed until now. */
static int unmarshal(lua_State *L, const struct ecsp_field *fields, int names, int decoded)
{
    int good = 1;
    luaL_checkstack(L, 20, "reply nests too deep");
    lua_rawgeti(L, names, ECSP_NAME_ROOM);
    int room = (int)lua_tointeger(L, -1);
    lua_createtable(L, 0, room);
    lua_replace(L, -2);
    struct object object = {fields, names, lua_gettop(L), 0};
    int key = object.result + 1;
    int value = object.result + 2;
    lua_pushnil(L);
    while (lua_next(L, decoded) != 0) {
        if (lua_type(L, key) == LUA_TSTRING) {
            lua_pushvalue(L, key);
            lua_rawget(L, names);
            int row = (int)lua_tointeger(L, -1); /* nil: 0 */
            if (row == 0) {
                set_unknown(L, &object, key, value);
            } else {
                good &= set_field(L, &object, row, value);
            }
        }
        lua_settop(L, key);
    }
    if (object.used > room && room < MAX_ROOM) {
        lua_pushinteger(L, object.used < MAX_ROOM ? object.used : MAX_ROOM);
        lua_rawseti(L, names, ECSP_NAME_ROOM);
    }
    return good;
}

int ecsp_unmarshal(lua_State *L, const struct ecsp_operation *operation, int decoded)
{
    ecsp_field_names_push(L, operation);
    int good = unmarshal(L, operation->results, lua_gettop(L), decoded);
    lua_replace(L, -2);
    return good;
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
        ecsp_push_number(L, lua_gettop(L));
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
            ecsp_push_number(L, value);
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
