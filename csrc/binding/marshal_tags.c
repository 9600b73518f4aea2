/* Tags: a map or a list in Lua, Name.1.Key and Name.1.Value on the wire. */
#include "marshal.h"

#include <stdlib.h>
#include <string.h>

#include "../wire/str.h"

static void write_tag(struct ecsp_marshal *m, const struct ecsp_param *param, size_t number,
                      int key, int value, const struct ecsp_path *path)
{
    lua_State *L = m->L;
    char digits[ECSP_MAX_DIGITS];
    struct ecsp_str text;
    struct ecsp_path key_path = {path, ecsp_tostr(L, key), 0};
    ecsp_check_text(m, param->key_text, key_path.name, key, &key_path);
    size_t outer = ecsp_name_push_index(m->request, number);
    size_t inner = ecsp_name_push(m->request, ECSP_LITERAL("Key"));
    ecsp_write_value(m, key_path.name);
    ecsp_name_pop(m->request, inner);
    if (!lua_isnil(L, value)) { /* a filter may name the key alone */
        enum ecsp_scalar scalar = ecsp_scalar_text(L, value, digits, &text);
        if (scalar != ECSP_SCALAR_OK) {
            ecsp_refuse_scalar(m, &key_path, value, scalar, "a string");
        } else {
            ecsp_check_text(m, param->text, text, value, &key_path);
            ecsp_name_push(m->request, ECSP_LITERAL("Value"));
            ecsp_write_value(m, text);
        }
    }
    ecsp_name_pop(m->request, outer);
}

static int compare_keys(const void *a, const void *b)
{
    return ecsp_str_compare(*(const struct ecsp_str *)a, *(const struct ecsp_str *)b);
}

static char folded(char byte)
{
    return (char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
}

static int equal_but_for_case(struct ecsp_str a, struct ecsp_str b)
{
    for (size_t i = 0; i < a.len && i < b.len; i++) {
        if (folded(a.data[i]) != folded(b.data[i])) {
            return 0;
        }
    }
    return a.len == b.len;
}

/* The service compares tag keys without case (TagKey.Duplication). */
static void check_distinct(struct ecsp_marshal *m, const struct ecsp_param *param,
                           const struct ecsp_str *keys, size_t count, const struct ecsp_path *path)
{
    if (param->key_text == NULL || (int64_t)count > param->max) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            if (equal_but_for_case(keys[i], keys[j])) {
                struct ecsp_path key_path = {path, keys[j], 0};
                luaL_checkstack(m->L, 5, "too many findings");
                lua_pushliteral(m->L, "a key that is there already");
                lua_pushliteral(m->L, "keys must differ in more than upper and lower case");
                lua_pushliteral(m->L, "keep one of them");
                ecsp_report_rule(m, &key_path, 0);
            }
        }
    }
}

/* A map: numbered in bytewise key order, so that equal calls are equal bytes. The keys are anchored
   in a table of their own: a finalizer that runs meanwhile may take them out of the user's. */
void ecsp_marshal_tag_map(struct ecsp_marshal *m, const struct ecsp_param *param, int table,
                          size_t count, const struct ecsp_path *path)
{
    lua_State *L = m->L;
    lua_createtable(L, (int)count, 0);
    int anchor = lua_gettop(L);
    struct ecsp_str *keys = lua_newuserdata(L, count * sizeof *keys);
    size_t used = 0;
    lua_pushnil(L);
    while (used < count && lua_next(L, table) != 0) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, anchor, (int)used + 1);
        keys[used++] = ecsp_tostr(L, -1);
    }
    lua_settop(L, anchor + 1);
    qsort(keys, used, sizeof *keys, compare_keys);
    for (size_t i = 0; i < used; i++) {
        ecsp_pushstr(L, keys[i]);
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        write_tag(m, param, i + 1, anchor + 2, anchor + 3, path);
        lua_settop(L, anchor + 1);
    }
    check_distinct(m, param, keys, used, path);
    lua_settop(L, anchor - 1);
}

void ecsp_marshal_tag_list(struct ecsp_marshal *m, const struct ecsp_param *param, int table,
                           size_t count, const struct ecsp_path *path)
{
    lua_State *L = m->L;
    lua_createtable(L, (int)count, 0);
    int anchor = lua_gettop(L);
    struct ecsp_str *keys = lua_newuserdata(L, count * sizeof *keys);
    size_t used = 0;
    for (size_t i = 1; i <= count; i++) {
        struct ecsp_path item = {path, {NULL, 0}, i};
        lua_rawgeti(L, table, (int)i);
        if (!lua_istable(L, -1)) {
            ecsp_refuse_scalar(m, &item, lua_gettop(L), ECSP_SCALAR_TYPE,
                               "a table { key = …, value = … }");
        } else if (ecsp_rawgetfield(L, anchor + 2, "key") != LUA_TSTRING) {
            ecsp_refuse(m, &item, anchor + 3, "a table with a string `key`",
                        "write { key = \"Name\", value = \"text\" }");
        } else {
            ecsp_rawgetfield(L, anchor + 2, "value");
            lua_pushvalue(L, anchor + 3);
            lua_rawseti(L, anchor, (int)used + 1);
            keys[used++] = ecsp_tostr(L, anchor + 3);
            write_tag(m, param, i, anchor + 3, anchor + 4, path);
        }
        lua_settop(L, anchor + 1);
    }
    check_distinct(m, param, keys, used, path);
    lua_settop(L, anchor - 1);
}
