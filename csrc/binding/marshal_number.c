/* Numbers: whole ones with a range, and those with a fraction. */
#include "marshal.h"

#include <string.h>

#include "scalar.h"

static int digits_only(struct ecsp_str text, int64_t *number)
{
    size_t at = text.len > 0 && text.data[0] == '-';
    if (at == text.len || text.len - at > 18) {
        return 0;
    }
    *number = 0;
    for (size_t i = at; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return 0;
        }
        *number = *number * 10 + (text.data[i] - '0');
    }
    *number = at ? -*number : *number;
    return 1;
}

static void check_range(struct ecsp_marshal *m, const struct ecsp_param *param, int64_t number,
                        const struct ecsp_path *path)
{
    if (param->max < param->min || param->max == 0 ||
        (number >= param->min && number <= param->max)) {
        return;
    }
    struct ecsp_buf *scratch = &m->request->scratch;
    luaL_checkstack(m->L, 5, "too many findings");
    ecsp_buf_number(scratch, number); /* a size is no secret, and seeing it helps */
    ecsp_push_scratch(m);
    ecsp_buf_number(scratch, param->min);
    ecsp_buf_text(scratch, " to ");
    ecsp_buf_number(scratch, param->max);
    if (param->unit != NULL) {
        ecsp_buf_byte(scratch, ' ');
        ecsp_buf_text(scratch, param->unit);
    }
    ecsp_push_scratch(m);
    lua_pushstring(m->L, number < param->min ? "raise it" : "lower it");
    ecsp_report_rule(m, path, 0);
}

void ecsp_marshal_integer(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                          const struct ecsp_path *path)
{
    char digits[ECSP_MAX_DIGITS];
    struct ecsp_str text;
    int64_t number = 0;
    enum ecsp_scalar scalar = ecsp_scalar_text(m->L, index, digits, &text);
    int is_number = scalar == ECSP_SCALAR_OK && lua_type(m->L, index) != LUA_TBOOLEAN &&
                    digits_only(text, &number);
    if (is_number) {
        check_range(m, param, number, path);
        ecsp_write_value(m, text);
    } else {
        ecsp_refuse_scalar(m, path, index,
                           scalar == ECSP_SCALAR_INEXACT ? scalar : ECSP_SCALAR_TYPE,
                           "a whole number");
    }
}

/* "2", "0.5", "-1.25": what the service reads; no sign before it but a minus, no exponent. */
static int is_decimal(struct ecsp_str text)
{
    size_t at = text.len > 0 && text.data[0] == '-';
    size_t whole = 0;
    while (at + whole < text.len && text.data[at + whole] >= '0' && text.data[at + whole] <= '9') {
        whole++;
    }
    at += whole;
    if (whole == 0 || at == text.len) {
        return whole > 0;
    }
    size_t rest = text.len - at;
    return text.data[at] == '.' && rest > 1 && strspn(text.data + at + 1, "0123456789") == rest - 1;
}

void ecsp_marshal_number(struct ecsp_marshal *m, int index, const struct ecsp_path *path)
{
    lua_State *L = m->L;
    int type = lua_type(L, index);
    if (type == LUA_TNUMBER || type == LUA_TSTRING) {
        ecsp_push_text(L, index);
    } else {
        lua_pushnil(L);
    }
    struct ecsp_str text = ecsp_tostr(L, -1);
    if (is_decimal(text)) { /* inf, nan and 1e+20 are none */
        ecsp_write_value(m, text);
    } else {
        ecsp_refuse_scalar(m, path, index, ECSP_SCALAR_TYPE, "a number such as 2 or 0.5");
    }
    lua_pop(L, 1);
}
