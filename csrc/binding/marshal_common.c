/* What every marshaller needs: texts of scalars, kinds of tables, wire names, findings. */
#include "marshal.h"

#include <string.h>

#include "../api/rules.h"

enum ecsp_scalar ecsp_scalar_text(lua_State *L, int index, char digits[ECSP_MAX_DIGITS],
                                  struct ecsp_str *text)
{
    int64_t number;
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        *text = ecsp_tostr(L, index);
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

void ecsp_refuse(struct ecsp_marshal *m, const struct ecsp_path *path, int index, const char *rule,
                 const char *fix)
{
    luaL_checkstack(m->L, 5, "too many findings");
    ecsp_push_shape(m->L, index);
    lua_pushstring(m->L, rule);
    lua_pushstring(m->L, fix);
    ecsp_report_add(&m->report, m->report.failures, path);
}

void ecsp_refuse_list(struct ecsp_marshal *m, const struct ecsp_path *path, int index,
                      enum ecsp_list kind)
{
    switch (kind) {
    case ECSP_LIST_HOLES:
        ecsp_refuse(m, path, index, "a list without holes",
                    "remove the nil items; the service numbers the rest");
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

void ecsp_refuse_scalar(struct ecsp_marshal *m, const struct ecsp_path *path, int index,
                        enum ecsp_scalar why, const char *wanted)
{
    if (why == ECSP_SCALAR_INEXACT) {
        ecsp_refuse(m, path, index, "a whole number below 2^53", "write it as a string of digits");
    } else if (lua_islightuserdata(m->L, index) && lua_touserdata(m->L, index) == NULL) {
        ecsp_refuse(m, path, index, wanted, "leave it out: only nil means \"not given\"");
    } else {
        ecsp_refuse(m, path, index, wanted, "change the type");
    }
}

/* Findings about the service's rules follow the mode; pops shape, rule, fix. */
void ecsp_report_rule(struct ecsp_marshal *m, const struct ecsp_path *path, int always_warn)
{
    if (m->mode == ECSP_MODE_OFF) {
        lua_pop(m->L, 3);
    } else {
        int warn = always_warn || m->mode == ECSP_MODE_WARN;
        ecsp_report_add(&m->report, warn ? m->report.warnings : m->report.failures, path);
    }
}

void ecsp_push_scratch(struct ecsp_marshal *m)
{
    ecsp_pushstr(m->L, ecsp_buf_view(&m->request->scratch));
    ecsp_buf_clear(&m->request->scratch);
}

/* Checks a text against its rules; every broken rule is one finding. */
void ecsp_check_text(struct ecsp_marshal *m, const struct ecsp_text *rules, struct ecsp_str text,
                     int index, const struct ecsp_path *path)
{
    unsigned broken = ecsp_text_check(rules, text);
    if (broken == 0 || (m->mode == ECSP_MODE_OFF && broken != ECSP_BROKEN_UTF8)) {
        return;
    }
    struct ecsp_buf *scratch = &m->request->scratch;
    for (unsigned bit = 1; bit < ECSP_BROKEN_END; bit <<= 1) {
        if ((broken & bit) == 0) {
            continue;
        }
        luaL_checkstack(m->L, 5, "too many findings");
        ecsp_push_shape(m->L, index);
        ecsp_text_rule(rules, bit, scratch);
        ecsp_push_scratch(m);
        ecsp_text_fix(rules, bit, text, scratch);
        ecsp_push_scratch(m);
        if (bit == ECSP_BROKEN_UTF8) {
            ecsp_report_add(&m->report, m->report.failures, path);
        } else {
            ecsp_report_rule(m, path, bit == ECSP_BROKEN_COMMANDS);
        }
    }
}
