#include "marshal.h"

#include <string.h>

#include "../api/suggest.h"
#include "../wire/str.h"

/* The functions below return 1 when a value counts as given; nil and an empty table do not. */
static int marshal_value(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                         const struct ecsp_path *path);

/* Conditions look at the arguments of the call, however deep the parameter is. */
static int condition_holds(struct ecsp_marshal *m, const struct ecsp_condition *condition)
{
    if (condition == NULL) {
        return 0;
    }
    int type = ecsp_rawgetfield(m->L, m->root, condition->param);
    int holds = condition->values == NULL && type != LUA_TNIL;
    char digits[ECSP_MAX_DIGITS];
    struct ecsp_str given = {NULL, 0};
    ecsp_scalar_text(m->L, -1, digits, &given);
    for (const char *const *value = condition->values; value != NULL && *value != NULL; value++) {
        holds = holds || ecsp_str_equals(given, *value);
    }
    lua_pop(m->L, 1);
    return holds;
}

static int is_absent(struct ecsp_marshal *m, const char *name)
{
    if (name == NULL) {
        return 0;
    }
    int absent = ecsp_rawgetfield(m->L, m->root, name) == LUA_TNIL;
    lua_pop(m->L, 1);
    return absent;
}

/* Of which kind of resource the parameter wants the id; NULL: of none. */
static const struct ecsp_id_kind *wanted_kind(struct ecsp_marshal *m,
                                              const struct ecsp_param *param)
{
    return condition_holds(m, param->id_unless) ? NULL : param->id_of;
}

static void marshal_string(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                           const struct ecsp_path *path)
{
    char digits[ECSP_MAX_DIGITS];
    struct ecsp_str text;
    const struct ecsp_id_kind *kind = wanted_kind(m, param);
    ecsp_id_push(m->L, kind, index);
    int value = lua_gettop(m->L);
    enum ecsp_scalar scalar = ecsp_scalar_text(m->L, value, digits, &text);
    if (scalar == ECSP_SCALAR_OK && lua_type(m->L, value) == LUA_TBOOLEAN) {
        scalar = ECSP_SCALAR_TYPE;
    }
    if (scalar != ECSP_SCALAR_OK) {
        ecsp_refuse_scalar(m, path, index, scalar,
                           kind != NULL ? "a string, or a table with an id" : "a string");
    } else {
        ecsp_check_text(m, param->text, text, value, path);
        ecsp_id_check_text(m, kind, text, value, path);
        ecsp_write_value(m, text);
    }
    lua_pop(m->L, 1);
}

static void marshal_boolean(struct ecsp_marshal *m, int index, const struct ecsp_path *path)
{
    struct ecsp_str text = ecsp_tostr(m->L, index);
    if (lua_isboolean(m->L, index)) {
        ecsp_write_value(m,
                         lua_toboolean(m->L, index) ? ECSP_LITERAL("true") : ECSP_LITERAL("false"));
    } else if (ecsp_str_equals(text, "true")) {
        ecsp_write_value(m, ECSP_LITERAL("true"));
    } else if (ecsp_str_equals(text, "false")) {
        ecsp_write_value(m, ECSP_LITERAL("false"));
    } else {
        ecsp_refuse_scalar(m, path, index, ECSP_SCALAR_TYPE, "true or false");
    }
}

static void check_count(struct ecsp_marshal *m, const struct ecsp_param *param, size_t count,
                        int index, const struct ecsp_path *path)
{
    if (param->max > 0 && (int64_t)count > param->max) {
        luaL_checkstack(m->L, 5, "too many findings");
        ecsp_push_shape(m->L, index);
        lua_pushfstring(m->L, "at most %d items", (int)param->max);
        lua_pushfstring(m->L, "remove %d of them", (int)((int64_t)count - param->max));
        ecsp_report_rule(m, path, 0);
    }
}

static int marshal_object(struct ecsp_marshal *m, const struct ecsp_param *fields, int table,
                          const struct ecsp_path *path);

static void marshal_list(struct ecsp_marshal *m, const struct ecsp_param *param, int table,
                         size_t count, const struct ecsp_path *path)
{
    check_count(m, param, count, table, path);
    for (size_t i = 1; i <= count; i++) {
        struct ecsp_path item = {path, {NULL, 0}, i};
        size_t before = ecsp_name_push_index(m->request, i);
        lua_rawgeti(m->L, table, (int)i);
        int value = lua_gettop(m->L);
        if (param->type == ECSP_LIST) {
            marshal_string(m, param, value, &item);
        } else if (lua_istable(m->L, value)) {
            marshal_object(m, param->fields, value, &item);
        } else {
            ecsp_refuse_scalar(m, &item, value, ECSP_SCALAR_TYPE, "a table");
        }
        lua_settop(m->L, value - 1);
        ecsp_name_pop(m->request, before);
    }
}

/* Of a list that travels as one text: one item, or the joined text already. */
static void marshal_joined_text(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                                const struct ecsp_path *path)
{
    struct ecsp_str text = ecsp_tostr(m->L, index);
    struct ecsp_param plain = *param;
    if (memchr(text.data, ',', text.len) != NULL) {
        plain.text = NULL;
        plain.id_of = NULL;
    }
    marshal_string(m, &plain, index, path);
}

static void marshal_joined(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                           size_t count, const struct ecsp_path *path)
{
    lua_State *L = m->L;
    int base = lua_gettop(L);
    luaL_checkstack(L, 2 * (int)count + 4, "too many items");
    for (size_t i = 1; i <= count; i++) {
        struct ecsp_path item = {path, {NULL, 0}, i};
        lua_rawgeti(L, index, (int)i);
        ecsp_id_push(L, param->id_of, lua_gettop(L));
        lua_replace(L, -2);
        int value = lua_gettop(L);
        if (lua_type(L, value) != LUA_TSTRING) {
            ecsp_refuse_scalar(m, &item, value, ECSP_SCALAR_TYPE, "a string");
            lua_settop(L, base);
            return;
        }
        ecsp_check_text(m, param->text, ecsp_tostr(L, value), value, &item);
        ecsp_id_check_text(m, param->id_of, ecsp_tostr(L, value), value, &item);
        lua_pushstring(L, i < count ? "," : "");
    }
    lua_concat(L, lua_gettop(L) - base);
    ecsp_write_value(m, ecsp_tostr(L, -1));
    lua_settop(L, base);
}

/* LIST, OBJECTS, TAGS: whatever is numbered on the wire. */
static int marshal_numbered(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                            const struct ecsp_path *path)
{
    size_t count = 0;
    int is_table = lua_istable(m->L, index);
    enum ecsp_list kind = is_table ? ecsp_list_kind(m->L, index, &count) : ECSP_LIST_MIXED;
    int is_one_id =
        param->type == ECSP_LIST && (!is_table || (kind == ECSP_LIST_MAP && param->id_of != NULL));
    if (param->flags & ECSP_JOINED && is_one_id) {
        marshal_joined_text(m, param, index, path);
    } else if (param->flags & ECSP_JOINED && kind == ECSP_LIST_PROPER) {
        check_count(m, param, count, index, path);
        marshal_joined(m, param, index, count, path);
    } else if (is_one_id) { /* ids = "ip-1" is as clear as ids = { "ip-1" } */
        size_t before = ecsp_name_push_index(m->request, 1);
        marshal_string(m, param, index, path);
        ecsp_name_pop(m->request, before);
    } else if (!is_table) {
        ecsp_refuse_scalar(m, path, index, ECSP_SCALAR_TYPE,
                           param->type == ECSP_TAGS ? "a map of tags" : "a list");
    } else if (kind == ECSP_LIST_EMPTY) {
        return 0;
    } else if (kind == ECSP_LIST_MAP && param->type == ECSP_TAGS) {
        check_count(m, param, count, index, path);
        ecsp_marshal_tag_map(m, param, index, count, path);
    } else if (kind != ECSP_LIST_PROPER) {
        ecsp_refuse_list(m, path, index, kind);
    } else if (param->type == ECSP_TAGS) {
        check_count(m, param, count, index, path);
        ecsp_marshal_tag_list(m, param, index, count, path);
    } else {
        marshal_list(m, param, index, count, path);
    }
    return 1;
}

/* A parameter that makes sense only with some values of another one. */
static void check_other(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                        const struct ecsp_path *path)
{
    const struct ecsp_condition *other = param->only_with;
    if (other != NULL && !is_absent(m, other->param) && !condition_holds(m, other)) {
        ecsp_push_shape(m->L, index);
        lua_pushfstring(m->L, "only with %s = %s", other->param, other->values[0]);
        lua_pushfstring(m->L, "change %s, or leave this out", other->param);
        ecsp_report_rule(m, path, 0);
    }
}

/* Pushes the value of the arguments at a path such as "image_options.image_name", or nil. */
static void push_at(struct ecsp_marshal *m, const char *at)
{
    lua_State *L = m->L;
    lua_pushvalue(L, m->root);
    while (at != NULL && lua_istable(L, -1)) {
        const char *dot = strchr(at, '.');
        lua_pushlstring(L, at, dot != NULL ? (size_t)(dot - at) : strlen(at));
        lua_rawget(L, -2);
        lua_remove(L, -2);
        at = dot != NULL ? dot + 1 : NULL;
    }
}

/* A deprecated spelling is only warned of, but it must not contradict the new one. */
static void check_deprecated(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                             const struct ecsp_path *path)
{
    lua_State *L = m->L;
    push_at(m, param->replaced_by);
    int differs = lua_type(L, -1) == LUA_TSTRING && lua_type(L, index) == LUA_TSTRING &&
                  !lua_rawequal(L, -1, index);
    lua_pop(L, 1);
    ecsp_push_shape(L, index);
    if (differs) {
        lua_pushfstring(L, "the same value as %s", param->replaced_by);
        lua_pushliteral(L, "it is the old spelling of that; leave it out");
    } else {
        lua_pushliteral(L, "deprecated by the service");
        lua_pushfstring(L, "sent in spite of that, but prefer %s", param->replaced_by);
    }
    ecsp_report_rule(m, path, !differs);
}

static int marshal_value(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                         const struct ecsp_path *path)
{
    luaL_checkstack(m->L, 16, "arguments nest too deep");
    size_t before = ecsp_name_push(m->request, (struct ecsp_str){param->wire, strlen(param->wire)});
    int given = 1;
    switch (param->type) {
    case ECSP_STRING:
        marshal_string(m, param, index, path);
        break;
    case ECSP_INTEGER:
        ecsp_marshal_integer(m, param, index, path);
        break;
    case ECSP_NUMBER:
        ecsp_marshal_number(m, index, path);
        break;
    case ECSP_BOOLEAN:
        marshal_boolean(m, index, path);
        break;
    case ECSP_OBJECT:
        if (lua_istable(m->L, index)) {
            given = marshal_object(m, param->fields, index, path);
        } else {
            ecsp_refuse_scalar(m, path, index, ECSP_SCALAR_TYPE, "a table");
        }
        break;
    case ECSP_LIST:
    case ECSP_OBJECTS:
    case ECSP_TAGS:
        given = marshal_numbered(m, param, index, path);
        break;
    }
    ecsp_name_pop(m->request, before);
    if (given) {
        check_other(m, param, index, path);
    }
    if (given && (param->flags & ECSP_DEPRECATED) != 0) {
        check_deprecated(m, param, index, path);
    }
    if (given && param->warning != NULL) {
        ecsp_push_shape(m->L, index);
        lua_pushstring(m->L, param->warning);
        lua_pushstring(m->L, param->warning_fix);
        ecsp_report_rule(m, path, 1);
    }
    return given;
}

/* Pushes the path of a parameter; `parent` (NULL = none) is where its first step is. */
static void push_place(lua_State *L, const struct ecsp_place *place, const struct ecsp_path *parent)
{
    if (place->count > 0 && parent != NULL) {
        ecsp_push_path(L, parent);
        lua_pushliteral(L, ".");
        lua_concat(L, 2);
    } else {
        lua_pushliteral(L, "");
    }
    for (size_t i = 0; i < place->count; i++) {
        const struct ecsp_param *step = place->steps[i];
        int last = i + 1 == place->count;
        lua_pushfstring(L, "%s%s", step->lua,
                        last                         ? ""
                        : step->type == ECSP_OBJECTS ? "[1]."
                                                     : ".");
        lua_concat(L, 2);
    }
}

/* Pushes the parameter that was probably meant, or nil: of this object, in an object of this one,
 * elsewhere in the operation. */
static void push_suggestion(struct ecsp_marshal *m, const struct ecsp_param *fields,
                            const struct ecsp_path *path)
{
    const char *nearest = ecsp_param_suggest(fields, path->name);
    if (nearest != NULL) {
        lua_pushstring(m->L, nearest);
        return;
    }
    const struct ecsp_path *parent = path->parent;
    struct ecsp_place place = ecsp_param_suggest_deep(fields, path->name);
    if (place.count == 0 && parent != NULL) {
        parent = NULL;
        place = ecsp_param_suggest_deep(m->params, path->name);
    }
    if (place.count == 0) {
        lua_pushnil(m->L);
    } else {
        push_place(m->L, &place, parent);
    }
}

static void report_unknown(struct ecsp_marshal *m, const struct ecsp_param *fields, int index,
                           const struct ecsp_path *path)
{
    lua_State *L = m->L;
    luaL_checkstack(L, 8, "too many findings");
    ecsp_push_shape(L, index);
    lua_pushfstring(L, "not a parameter of %s", m->operation);
    if (path->name.data != NULL) {
        push_suggestion(m, fields, path);
    } else {
        lua_pushnil(L);
    }
    if (!lua_isnil(L, -1)) {
        lua_pushfstring(L, "did you mean %s?", lua_tostring(L, -1));
    } else {
        lua_pushliteral(
            L, "leave it out, or send it in the API's spelling with extra = { Name = value }");
    }
    lua_remove(L, -2);
    ecsp_report_add(&m->report, m->report.failures, path);
}

static void report_missing(struct ecsp_marshal *m, const struct ecsp_param *param,
                           const struct ecsp_path *path)
{
    lua_State *L = m->L;
    struct ecsp_path missing = {path, {param->lua, strlen(param->lua)}, 0};
    luaL_checkstack(L, 6, "too many findings");
    lua_pushliteral(L, "nothing");
    if ((param->flags & ECSP_REQUIRED) != 0) {
        lua_pushliteral(L, "required");
    } else if (param->required_unless != NULL) {
        lua_pushfstring(L, "required without %s", param->required_unless);
    } else {
        lua_pushfstring(
            L, param->required_when->values != NULL ? "required with this %s" : "required with %s",
            param->required_when->param);
    }
    if ((param->flags & ECSP_REGION) != 0) {
        lua_pushliteral(L, "pass region_id, or set the client's region: option region, or "
                           "ALIBABA_CLOUD_REGION_ID");
    } else {
        lua_pushliteral(L, "pass a value");
    }
    ecsp_report_rule(m, &missing, 0);
}

/* Defaults of the attempt, and what is missing after all. */
static void complete(struct ecsp_marshal *m, const struct ecsp_param *fields, uint64_t given,
                     const struct ecsp_path *path)
{
    for (size_t i = 0; fields[i].lua != NULL; i++) {
        const struct ecsp_param *param = &fields[i];
        if ((given >> i & 1) != 0) {
            continue;
        }
        struct ecsp_str value = {NULL, 0};
        if ((param->flags & ECSP_REGION) != 0) {
            value = m->region;
        } else if ((param->flags & ECSP_TOKEN) != 0) {
            value = m->client_token;
        }
        if (value.len > 0) {
            struct ecsp_path here = {path, {param->lua, strlen(param->lua)}, 0};
            ecsp_pushstr(m->L, value);
            marshal_value(m, param, lua_gettop(m->L), &here);
            lua_pop(m->L, 1);
        } else if ((param->flags & ECSP_REQUIRED) != 0 ||
                   condition_holds(m, param->required_when) ||
                   is_absent(m, param->required_unless)) {
            report_missing(m, param, path);
        }
    }
}

static int is_extra(const struct ecsp_path *path, struct ecsp_str name)
{
    return path == NULL && ecsp_str_equals(name, "extra");
}

static void marshal_extra(struct ecsp_marshal *m, int index, const struct ecsp_path *path)
{
    if (lua_istable(m->L, index)) {
        ecsp_marshal_plain(m, index, path);
    } else {
        ecsp_refuse_scalar(m, path, index, ECSP_SCALAR_TYPE,
                           "a table of parameters in the API's spelling");
    }
}

static int is_empty_table(lua_State *L, int index)
{
    return lua_istable(L, index) && ecsp_isempty(L, index);
}

static int marshal_object(struct ecsp_marshal *m, const struct ecsp_param *fields, int table,
                          const struct ecsp_path *path)
{
    lua_State *L = m->L;
    uint64_t given = 0; /* a bit a field; spec/c holds every table below 64 rows */
    int any = 0;
    luaL_checkstack(L, 16, "arguments nest too deep");
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        int value = lua_gettop(L);
        struct ecsp_path here = {path, {NULL, 0}, 0};
        if (lua_type(L, -2) == LUA_TSTRING) {
            here.name = ecsp_tostr(L, -2);
        } else {
            int64_t at = 0;
            ecsp_tointeger(L, -2, &at);
            here.index = at > 0 ? (size_t)at : 0;
        }
        const struct ecsp_param *param =
            here.name.data != NULL ? ecsp_param_find(fields, here.name) : NULL;
        if (param == NULL && here.name.data != NULL && is_extra(path, here.name)) {
            marshal_extra(m, value, &here);
        } else if (param == NULL) {
            report_unknown(m, fields, value, &here);
            any = 1;
        } else if ((given >> (param - fields) & 1) != 0 && !is_empty_table(L, value)) {
            ecsp_refuse(m, &here, value, "given twice", "it has two spellings; keep one of them");
        } else if (marshal_value(m, param, value, &here)) {
            given |= (uint64_t)1 << (param - fields);
            any = 1;
        }
        lua_settop(L, value - 1);
    }
    if (any || path == NULL ||
        path->name.data == NULL) { /* an empty object is not given; an empty list item is */
        complete(m, fields, given, path);
    }
    return any;
}

void ecsp_marshal_typed(struct ecsp_marshal *m, const struct ecsp_operation *operation, int args)
{
    m->operation = operation->name;
    m->params = operation->params;
    m->root = ecsp_absindex(m->L, args);
    marshal_object(m, operation->params, m->root, NULL);
}
