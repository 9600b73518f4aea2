#include "reflect.h"

#include <string.h>

#include "../api/schema.h"

static const char *const TYPES[] = {"string", "integer", "boolean", "object",
                                    "list",   "objects", "tags",    "number"};
static const char *const FORMATS[] = {"any", "version", "version_filter"};
static const char *const CHARSETS[] = {"any",     "letter",   "name",       "family",
                                       "digit",   "lower",    "lower_dash", "printable",
                                       "session", "external", "text"};

static void set_string(lua_State *L, const char *name, const char *text)
{
    if (text != NULL) {
        lua_pushstring(L, text);
        ecsp_rawsetfield(L, -2, name);
    }
}

static void set_number(lua_State *L, const char *name, int64_t number)
{
    ecsp_pushinteger(L, number);
    ecsp_rawsetfield(L, -2, name);
}

static void set_flag(lua_State *L, const char *name, unsigned flag)
{
    if (flag != 0) {
        lua_pushboolean(L, 1);
        ecsp_rawsetfield(L, -2, name);
    }
}

static void set_list(lua_State *L, const char *name, const char *const *list)
{
    if (list == NULL) {
        return;
    }
    lua_newtable(L);
    for (int i = 0; list[i] != NULL; i++) {
        lua_pushstring(L, list[i]);
        lua_rawseti(L, -2, i + 1);
    }
    ecsp_rawsetfield(L, -2, name);
}

/* The rules of a text, into the table on top. */
static void set_text_rules(lua_State *L, const struct ecsp_text *text)
{
    if (text == NULL) {
        return;
    }
    const struct {
        const char *name;
        uint32_t limit;
    } limits[] = {
        {"min_length", text->min_chars},
        {"max_length", text->max_chars},
        {"max_bytes", text->max_bytes},
        {"max_commands", text->max_commands},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        if (limits[i].limit > 0) {
            set_number(L, limits[i].name, limits[i].limit);
        }
    }
    set_string(L, "first", text->first != ECSP_CHARS_ANY ? CHARSETS[text->first] : NULL);
    set_string(L, "rest", text->rest != ECSP_CHARS_ANY ? CHARSETS[text->rest] : NULL);
    set_string(L, "last", text->last != ECSP_CHARS_ANY ? CHARSETS[text->last] : NULL);
    set_string(L, "format", text->format != ECSP_FORMAT_ANY ? FORMATS[text->format] : NULL);
    set_list(L, "not_prefix", text->not_prefix);
    set_list(L, "not_contain", text->not_contain);
    set_list(L, "values", text->values);
    if (text->max_prefix > 0) {
        set_number(L, "min_prefix", text->min_prefix);
        set_number(L, "max_prefix", text->max_prefix);
        set_list(L, "not_inside", text->not_inside);
    }
}

static void push_params(lua_State *L, const struct ecsp_param *params);

static void push_param(lua_State *L, const struct ecsp_param *param)
{
    lua_createtable(L, 0, 12);
    set_string(L, "name", param->lua);
    set_string(L, "alias", param->alias);
    set_string(L, "wire", param->wire);
    set_string(L, "type", TYPES[param->type]);
    set_flag(L, "required", param->flags & ECSP_REQUIRED);
    set_flag(L, "deprecated", param->flags & ECSP_DEPRECATED);
    set_string(L, "id", param->id_of != NULL ? param->id_of->name : NULL);
    set_flag(L, "joined", param->flags & ECSP_JOINED);
    set_string(L, "replaced_by", param->replaced_by);
    set_string(L, "warning", param->warning);
    set_string(L, "default", param->default_value);
    set_string(L, "unit", param->unit);
    if (param->type == ECSP_INTEGER && param->max >= param->min && param->max > 0) {
        set_number(L, "min", param->min);
        set_number(L, "max", param->max);
    } else if (param->type != ECSP_INTEGER && param->max > 0) {
        set_number(L, "max_items", param->max);
    }
    set_text_rules(L, param->text);
    if (param->key_text != NULL) {
        lua_newtable(L);
        set_text_rules(L, param->key_text);
        ecsp_rawsetfield(L, -2, "key");
    }
    set_string(L, "required_unless", param->required_unless);
    if (param->required_when != NULL) {
        lua_newtable(L);
        set_string(L, "param", param->required_when->param);
        set_list(L, "values", param->required_when->values);
        ecsp_rawsetfield(L, -2, "required_when");
    }
    if (param->fields != NULL) {
        push_params(L, param->fields);
        ecsp_rawsetfield(L, -2, "fields");
    }
}

static void push_params(lua_State *L, const struct ecsp_param *params)
{
    luaL_checkstack(L, 12, "api tables");
    lua_newtable(L);
    for (int i = 0; params[i].lua != NULL; i++) {
        push_param(L, &params[i]);
        lua_rawseti(L, -2, i + 1);
    }
}

static void push_fields(lua_State *L, const struct ecsp_field *fields)
{
    luaL_checkstack(L, 8, "api tables");
    lua_newtable(L);
    for (int i = 0; fields[i].lua != NULL; i++) {
        lua_createtable(L, 0, 8);
        set_string(L, "name", fields[i].lua);
        set_string(L, "wire", fields[i].wire);
        set_string(L, "type", TYPES[fields[i].type]);
        set_string(L, "wrapper", fields[i].wrapper);
        set_string(L, "key", fields[i].key);
        set_string(L, "value", fields[i].value);
        set_flag(L, "id", fields[i].flags & ECSP_IDENTIFIER);
        if (fields[i].fields != NULL) {
            push_fields(L, fields[i].fields);
            ecsp_rawsetfield(L, -2, "fields");
        }
        lua_rawseti(L, -2, i + 1);
    }
}

static int has_token(const struct ecsp_operation *operation)
{
    for (const struct ecsp_param *param = operation->params; param->lua != NULL; param++) {
        if ((param->flags & ECSP_TOKEN) != 0) {
            return 1;
        }
    }
    return 0;
}

/* The parameter with the size of a page, into the table on top. */
static void set_page(lua_State *L, const struct ecsp_operation *operation)
{
    for (const struct ecsp_param *param = operation->params; param->lua != NULL; param++) {
        if (strcmp(param->lua, "max_results") == 0 || strcmp(param->lua, "page_size") == 0) {
            push_param(L, param);
            ecsp_rawsetfield(L, -2, "page");
        }
    }
}

/* What can be said of an operation in a word each, into the table on top. */
static void set_flags(lua_State *L, const struct ecsp_operation *operation)
{
    luaL_checkstack(L, 6, "api tables");
    set_string(L, "name", operation->name);
    set_string(L, "group", operation->group);
    set_string(L, "verb", operation->verb);
    set_string(L, "product", operation->product);
    set_string(L, "version", operation->version);
    set_string(L, "action", operation->action);
    set_string(L, "ram_action", operation->ram_action);
    set_list(L, "ram_resources", operation->ram_resources);
    set_string(L, "makes_role", operation->makes_role);
    lua_pushboolean(L, operation->writes);
    ecsp_rawsetfield(L, -2, "writes");
    set_flag(L, "anonymous", operation->anonymous != 0);
    lua_pushboolean(L, has_token(operation));
    ecsp_rawsetfield(L, -2, "client_token");
    set_page(L, operation);
}

static void push_operation(lua_State *L, const struct ecsp_operation *operation)
{
    lua_createtable(L, 0, 15);
    set_flags(L, operation);
    push_params(L, operation->params);
    ecsp_rawsetfield(L, -2, "parameters");
    push_fields(L, operation->results);
    ecsp_rawsetfield(L, -2, "results");
}

/* The operation that the string at 1 names; NULL, and nil pushed, when there is none. */
static const struct ecsp_operation *find_operation(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    const struct ecsp_operation *operation = ecsp_operation_find(ecsp_tostr(L, 1));
    if (operation == NULL) {
        lua_pushnil(L);
    }
    return operation;
}

/***
The API as data. A fresh table each time.
@function operations
@treturn table by operation name ("pipeline.create"): what `operation` gives for it
*/
int ecsp_reflect_operations(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; i < ecsp_operation_count; i++) {
        push_operation(L, ecsp_operations[i]);
        ecsp_rawsetfield(L, -2, ecsp_operations[i]->name);
    }
    return 1;
}

/***
One operation as data. A fresh table each time.
@function operation
@tparam string name "pipeline.create"
@treturn[1] table what `operation_flags` gives, and `parameters` (name, alias, wire, type, limits,
rules, fields), `results` (name, wire, type, wrapper, fields)
@treturn[2] nil when there is no such operation
*/
int ecsp_reflect_operation(lua_State *L)
{
    const struct ecsp_operation *operation = find_operation(L);
    if (operation != NULL) {
        push_operation(L, operation);
    }
    return 1;
}

/***
The same without parameters and results: cheap enough for each call.
@function operation_flags
@tparam string name "pipeline.create"
@treturn[1] table `name`, `group`, `verb`, `product`, `version`, `action`, `ram_action`,
`ram_resources` (list of resources of RAM, in which `{region}` and `{account}` stand for those of
the call; "*": any), `makes_role` (the service whose service-linked role the first call of an
account makes), `writes`, `anonymous` (sent unsigned: no `ram_action`), `client_token`, `page` (of a
list: the parameter with the size of a page, as `operation` gives it)
@treturn[2] nil when there is no such operation
*/
int ecsp_reflect_operation_flags(lua_State *L)
{
    const struct ecsp_operation *operation = find_operation(L);
    if (operation != NULL) {
        lua_createtable(L, 0, 13);
        set_flags(L, operation);
    }
    return 1;
}
