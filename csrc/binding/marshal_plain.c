/* Tables in the service's own spelling: `client.call` and `extra`. */
#include "marshal.h"

#include "../wire/str.h"
#include "../wire/utf8.h"

#define MAX_DEPTH 8
#define LONGEST_NAME 256

static void plain_value(struct ecsp_marshal *m, int index, const struct ecsp_path *path, int depth);

static void plain_list(struct ecsp_marshal *m, int table, size_t count,
                       const struct ecsp_path *path, int depth)
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
        struct ecsp_path field = {path, ecsp_tostr(L, -2), 0}; /* kind MAP: keys are strings */
        if (ecsp_str_is_word(field.name, LONGEST_NAME)) {
            size_t before = ecsp_name_push(m->request, field.name);
            plain_value(m, lua_gettop(L), &field, depth);
            ecsp_name_pop(m->request, before);
        } else {
            ecsp_refuse(m, &field, lua_gettop(L),
                        "a name of A-Z, a-z, 0-9, period, hyphen, underscore",
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
        ecsp_refuse(m, path, table, "at most 8 levels of tables",
                    "look for a table that holds itself");
    } else if (kind == ECSP_LIST_PROPER && path != NULL) {
        plain_list(m, table, count, path, depth);
    } else if (kind == ECSP_LIST_MAP) {
        plain_map(m, table, path, depth);
    } else if (kind != ECSP_LIST_EMPTY) {
        struct ecsp_path here = {NULL, ECSP_LITERAL("parameters"), 0};
        ecsp_refuse_list(m, path != NULL ? path : &here, table,
                         kind == ECSP_LIST_PROPER ? ECSP_LIST_MIXED : kind);
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
