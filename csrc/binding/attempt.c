#include "attempt.h"

#include <string.h>
#include <time.h>

#include "../wire/str.h"

/* Leaves the string pushed: its bytes are used until the call is over. */
static struct ecsp_str field_string(lua_State *L, int index, const char *name, int required)
{
    return ecsp_fieldstr(L, index, "attempt.", name, required);
}

static double field_number(lua_State *L, int index, const char *name, double fallback)
{
    int type = ecsp_rawgetfield(L, index, name);
    double number = type == LUA_TNUMBER ? (double)lua_tonumber(L, -1) : fallback;
    if (type != LUA_TNUMBER && type != LUA_TNIL) {
        luaL_error(L, "attempt.%s must be a number", name);
    }
    lua_pop(L, 1);
    return number;
}

static enum ecsp_mode field_mode(lua_State *L, int index)
{
    struct ecsp_str mode = field_string(L, index, "validate", 0);
    if (mode.len == 0 || ecsp_str_equals(mode, "strict")) {
        return ECSP_MODE_STRICT;
    }
    if (ecsp_str_equals(mode, "warn")) {
        return ECSP_MODE_WARN;
    }
    if (!ecsp_str_equals(mode, "off")) {
        luaL_error(L, "attempt.validate must be \"strict\", \"warn\" or \"off\"");
    }
    return ECSP_MODE_OFF;
}

void ecsp_attempt_read_defaults(lua_State *L, int index, struct ecsp_attempt *attempt)
{
    memset(attempt, 0, sizeof *attempt);
    if (lua_isnoneornil(L, index)) {
        return;
    }
    luaL_checktype(L, index, LUA_TTABLE);
    attempt->mode = field_mode(L, index);
    attempt->region = field_string(L, index, "region", 0);
    attempt->client_token = field_string(L, index, "client_token", 0);
}

static int is_header_name(struct ecsp_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
            return 0;
        }
    }
    return name.len > 0;
}

/* Names and values stay pushed. */
static const char *read_headers(lua_State *L, int index, struct ecsp_attempt *attempt)
{
    int type = ecsp_rawgetfield(L, index, "headers");
    if (type == LUA_TNIL) {
        return NULL;
    }
    if (type != LUA_TTABLE) {
        luaL_error(L, "attempt.headers must be a table");
    }
    int table = lua_gettop(L);
    size_t count = 0;
    luaL_checkstack(L, 2 * ECSP_MAX_EXTRA_HEADERS + 4, "too many headers");
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING ||
            count == ECSP_MAX_EXTRA_HEADERS) {
            return "headers: a map of at most 32 strings is wanted";
        }
        struct ecsp_header *header = &attempt->headers[count];
        header->name = ecsp_tostr(L, -2);
        header->value = ecsp_tostr(L, -1);
        if (!is_header_name(header->name) || ecsp_str_has_control(header->value)) {
            return "headers: names are lower-case letters, digits and hyphens; values have no "
                   "control characters";
        }
        lua_pushvalue(L, -2); /* the key once more: lua_next takes it */
        count++;
    }
    attempt->input.extra_headers = attempt->headers;
    attempt->input.extra_count = count;
    return NULL;
}

const char *ecsp_attempt_read(lua_State *L, int index, struct ecsp_session *session, int anonymous,
                              struct ecsp_attempt *attempt)
{
    luaL_checktype(L, index, LUA_TTABLE);
    ecsp_attempt_read_defaults(L, index, attempt);
    struct ecsp_request_input *input = &attempt->input;
    attempt->timeout = field_number(L, index, "timeout", 0);
    input->signature = session->signature;
    input->placement = session->placement;
    input->endpoint = field_string(L, index, "endpoint", 1);
    double now = field_number(L, index, "now", -1);
    if (!(now >= -1 && now < 253402300800.0)) { /* the year 10000 has five digits */
        luaL_error(L, "attempt.now must be unix seconds");
    }
    input->now = now < 0 ? (int64_t)time(NULL) : (int64_t)now;
    if (anonymous) {
        input->signature = ECSP_SIGNATURE_NONE;
    } else {
        ecsp_rawgetfield(L, index, "credentials");
        ecsp_credentials_view(ecsp_credentials_check(L, lua_gettop(L)), input);
    }
    input->nonce = field_string(L, index, "nonce", 0);
    if (input->nonce.len == 0) {
        if (ecsp_session_nonce(session, attempt->nonce) != ECSP_OK) {
            return "nonce: OpenSSL gives no random bytes";
        }
        input->nonce = (struct ecsp_str){attempt->nonce, ECSP_NONCE_HEX};
    } else if (ecsp_str_has_control(input->nonce)) {
        return "nonce: no control characters are allowed";
    }
    return read_headers(L, index, attempt);
}
