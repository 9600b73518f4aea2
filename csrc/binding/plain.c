/* The marshaller's common parts, and tables in the service's own spelling (`client.call`, `extra`). */
#include "marshal.h"

#include <string.h>

#include "../wire/utf8.h"

#define MAX_DEPTH 8

enum ecsp_scalar ecsp_scalar_text(lua_State *L, int index, char digits[ECSP_MAX_DIGITS], struct ecsp_str *text)
{
    int64_t number;
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        text->data = lua_tolstring(L, index, &text->len);
        return ECSP_SCALAR_OK;
    case LUA_TNUMBER:
        if (!ecsp_tointeger(L, index, &number)) {
            return ECSP_SCALAR_INEXACT;
        }
        text->data = digits;
        text->len = ecsp_format_integer(digits, number);
        return ECSP_SCALAR_OK;
    case LUA_TBOOLEAN:
        *text = lua_toboolean(L, index) ? ECSP_LITERAL("true") : ECSP_LITERAL("false");
        return ECSP_SCALAR_OK;
    default:
        return ECSP_SCALAR_TYPE;
    }
}

enum ecsp_list ecsp_list_kind(lua_State *L, int index, size_t *count)
{
    index = ecsp_absindex(L, index);
    size_t items = 0;
    size_t fields = 0;
    int64_t highest = 0;
    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        int64_t at;
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TNUMBER && ecsp_tointeger(L, -1, &at) && at > 0) {
            highest = at > highest ? at : highest;
            items++;
        } else if (lua_type(L, -1) == LUA_TSTRING) {
            fields++;
        } else {
            lua_pop(L, 1);
            return ECSP_LIST_MIXED;
        }
        if (items + fields > ECSP_MAX_ITEMS) {
            lua_pop(L, 1);
            return ECSP_LIST_TOO_LONG;
        }
    }
    *count = items + fields;
    if (items == 0) {
        return fields == 0 ? ECSP_LIST_EMPTY : ECSP_LIST_MAP;
    }
    if (fields > 0) {
        return ECSP_LIST_MIXED;
    }
    return highest == (int64_t)items ? ECSP_LIST_PROPER : ECSP_LIST_HOLES;
}

size_t ecsp_name_push(struct ecsp_request *request, struct ecsp_str part)
{
    size_t before = request->name.len;
    if (before > 0) {
        ecsp_buf_byte(&request->name, '.');
    }
    ecsp_buf_str(&request->name, part);
    return before;
}

size_t ecsp_name_push_index(struct ecsp_request *request, size_t index)
{
    char digits[ECSP_MAX_DIGITS];
    struct ecsp_str part = {digits, ecsp_format_integer(digits, (int64_t)index)};
    return ecsp_name_push(request, part);
}

void ecsp_name_pop(struct ecsp_request *request, size_t len)
{
    request->name.len = len;
}

void ecsp_write_value(struct ecsp_marshal *m, struct ecsp_str value)
{
    ecsp_params_add(&m->request->params, ECSP_PARAM_API, ecsp_buf_view(&m->request->name), value);
}

void ecsp_refuse(struct ecsp_marshal *m, const struct ecsp_path *path, int index, const char *rule, const char *fix)
{
    luaL_checkstack(m->L, 5, "too many findings");
    ecsp_push_shape(m->L, index);
    lua_pushstring(m->L, rule);
    lua_pushstring(m->L, fix);
    ecsp_report_add(&m->report, m->report.failures, path);
}

void ecsp_refuse_list(struct ecsp_marshal *m, const struct ecsp_path *path, int index, enum ecsp_list kind)
{
    switch (kind) {
    case ECSP_LIST_HOLES:
        ecsp_refuse(m, path, index, "a list without holes", "remove the nil items; the service numbers the rest");
        break;
    case ECSP_LIST_TOO_LONG:
        ecsp_refuse(m, path, index, "at most 1000 entries", "send less at once");
        break;
    case ECSP_LIST_MIXED:
        ecsp_refuse(m, path, index, "a list or a map, not both", "use 1, 2, 3 … or names as keys");
        break;
    default:
        ecsp_refuse(m, path, index, "a list", "write { \"first\", \"second\" }");
        break;
    }
}

void ecsp_refuse_scalar(struct ecsp_marshal *m, const struct ecsp_path *path, int index, enum ecsp_scalar why,
                        const char *wanted)
{
    if (why == ECSP_SCALAR_INEXACT) {
        ecsp_refuse(m, path, index, "a whole number below 2^53", "write it as a string of digits");
    } else if (lua_islightuserdata(m->L, index) && lua_touserdata(m->L, index) == NULL) {
        ecsp_refuse(m, path, index, wanted, "leave it out: only nil means \"not given\"");
    } else {
        ecsp_refuse(m, path, index, wanted, "change the type");
    }
}

static int is_wire_name(struct ecsp_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
              c == '-')) {
            return 0;
        }
    }
    return name.len > 0 && name.len <= 256;
}

static void plain_value(struct ecsp_marshal *m, int index, const struct ecsp_path *path, int depth);

static void plain_list(struct ecsp_marshal *m, int table, size_t count, const struct ecsp_path *path, int depth)
{
    for (size_t i = 1; i <= count; i++) {
        struct ecsp_path item = {path, {NULL, 0}, i};
        size_t before = ecsp_name_push_index(m->request, i);
        lua_rawgeti(m->L, table, (int)i);
        plain_value(m, lua_gettop(m->L), &item, depth);
        lua_pop(m->L, 1);
        ecsp_name_pop(m->request, before);
    }
}

static void plain_map(struct ecsp_marshal *m, int table, const struct ecsp_path *path, int depth)
{
    lua_State *L = m->L;
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        struct ecsp_path field = {path, {NULL, 0}, 0};
        field.name.data = lua_tolstring(L, -2, &field.name.len); /* kind MAP: every key is a string */
        if (is_wire_name(field.name)) {
            size_t before = ecsp_name_push(m->request, field.name);
            plain_value(m, lua_gettop(L), &field, depth);
            ecsp_name_pop(m->request, before);
        } else {
            ecsp_refuse(m, &field, lua_gettop(L), "a name of A-Z, a-z, 0-9, period, hyphen, underscore",
                        "spell it as the API does");
        }
        lua_pop(L, 1);
    }
}

static void plain_table(struct ecsp_marshal *m, int table, const struct ecsp_path *path, int depth)
{
    size_t count = 0;
    enum ecsp_list kind = ecsp_list_kind(m->L, table, &count);
    if (depth > MAX_DEPTH) {
        ecsp_refuse(m, path, table, "at most 8 levels of tables", "look for a table that holds itself");
    } else if (kind == ECSP_LIST_PROPER && path != NULL) {
        plain_list(m, table, count, path, depth);
    } else if (kind == ECSP_LIST_MAP) {
        plain_map(m, table, path, depth);
    } else if (kind != ECSP_LIST_EMPTY) {
        struct ecsp_path here = {NULL, ECSP_LITERAL("parameters"), 0};
        ecsp_refuse_list(m, path != NULL ? path : &here, table, kind == ECSP_LIST_PROPER ? ECSP_LIST_MIXED : kind);
    }
}

static void plain_value(struct ecsp_marshal *m, int index, const struct ecsp_path *path, int depth)
{
    luaL_checkstack(m->L, 12, "arguments nest too deep");
    if (lua_istable(m->L, index)) {
        plain_table(m, index, path, depth + 1);
        return;
    }
    char digits[ECSP_MAX_DIGITS];
    struct ecsp_str text;
    size_t chars;
    enum ecsp_scalar scalar = ecsp_scalar_text(m->L, index, digits, &text);
    if (scalar != ECSP_SCALAR_OK) {
        ecsp_refuse_scalar(m, path, index, scalar, "a string, number, boolean or table");
    } else if (!ecsp_utf8_count(text, &chars)) {
        ecsp_refuse(m, path, index, "valid UTF-8", "the service reads parameters as UTF-8");
    } else {
        ecsp_write_value(m, text);
    }
}

void ecsp_marshal_plain(struct ecsp_marshal *m, int table, const struct ecsp_path *path)
{
    table = ecsp_absindex(m->L, table);
    luaL_checkstack(m->L, 12, "arguments nest too deep");
    plain_table(m, table, path, 0);
}
