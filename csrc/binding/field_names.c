#include "field_names.h"

#define ALL_NAMES "ecs_pipeline.field_names" /* in the registry: by the name of the operation */

/* Sets a name, if there is one. */
static void set_name(lua_State *L, int names, int row, enum ecsp_name name, const char *text)
{
    if (text != NULL) {
        lua_pushstring(L, text);
        lua_rawseti(L, names, ecsp_name_slot(row, name));
    }
}

static void push_names(lua_State *L, const struct ecsp_field *fields)
{
    int count = 0;
    while (fields[count].lua != NULL) {
        count++;
    }
    luaL_checkstack(L, 6, "names of fields");
    lua_createtable(L, ecsp_name_slot(count + 1, ECSP_NAME_LUA), count);
    int names = lua_gettop(L);
    for (int row = 1; row <= count; row++) {
        const struct ecsp_field *field = &fields[row - 1];
        lua_pushinteger(L, row);
        ecsp_rawsetfield(L, names, field->wire);
        set_name(L, names, row, ECSP_NAME_LUA, field->lua);
        set_name(L, names, row, ECSP_NAME_WRAPPER, field->wrapper);
        set_name(L, names, row, ECSP_NAME_KEY, field->key);
        set_name(L, names, row, ECSP_NAME_VALUE, field->value);
        if ((field->flags & ECSP_IDENTIFIER) != 0) {
            set_name(L, names, row, ECSP_NAME_ALSO, "id");
        } else if (field->type == ECSP_TAGS) {
            lua_pushfstring(L, "system_%s", field->lua);
            lua_rawseti(L, names, ecsp_name_slot(row, ECSP_NAME_ALSO));
        }
        if (field->fields != NULL) {
            push_names(L, field->fields);
            lua_rawseti(L, names, ecsp_name_slot(row, ECSP_NAME_FIELDS));
        }
    }
}

void ecsp_field_names_push(lua_State *L, const struct ecsp_operation *operation)
{
    if (ecsp_rawgetfield(L, LUA_REGISTRYINDEX, ALL_NAMES) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        ecsp_rawsetfield(L, LUA_REGISTRYINDEX, ALL_NAMES);
    }
    if (ecsp_rawgetfield(L, -1, operation->name) == LUA_TNIL) {
        lua_pop(L, 1);
        push_names(L, operation->results);
        lua_pushvalue(L, -1);
        ecsp_rawsetfield(L, -3, operation->name);
    }
    lua_replace(L, -2);
}
