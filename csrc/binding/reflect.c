#include "reflect.h"

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
    set_flag(L, "id", param->flags & ECSP_IDENTIFIER);
    set_flag(L, "joined", param->flags & ECSP_JOINED);
    set_string(L, "replaced_by", param->replaced_by);
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

/***
The API as data.
@function operations
@treturn table by operation name ("pipeline.create"): `group`, `verb`, `product`, `version`,
`action`, `ram_action`, `writes`, `anonymous` (sent unsigned), `client_token`, `parameters` (name,
alias, wire, type, limits, rules, fields), `results` (name, wire, type, wrapper, fields)
*/
int ecsp_operations_push(lua_State *L)
{
    lua_newtable(L);
    for (size_t i = 0; i < ecsp_operation_count; i++) {
        const struct ecsp_operation *operation = ecsp_operations[i];
        lua_createtable(L, 0, 12);
        set_string(L, "name", operation->name);
        set_string(L, "group", operation->group);
        set_string(L, "verb", operation->verb);
        set_string(L, "product", operation->product);
        set_string(L, "version", operation->version);
        set_string(L, "action", operation->action);
        set_string(L, "ram_action", operation->ram_action);
        lua_pushboolean(L, operation->writes);
        ecsp_rawsetfield(L, -2, "writes");
        set_flag(L, "anonymous", operation->anonymous != 0);
        lua_pushboolean(L, has_token(operation));
        ecsp_rawsetfield(L, -2, "client_token");
        push_params(L, operation->params);
        ecsp_rawsetfield(L, -2, "parameters");
        push_fields(L, operation->results);
        ecsp_rawsetfield(L, -2, "results");
        ecsp_rawsetfield(L, -2, operation->name);
    }
    return 1;
}
