#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#endif
#include "lua_tables.h"

#include <math.h>
#include <time.h>

double ecsp_monotonic_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

long ecsp_milliseconds_left(double deadline)
{
    double left = ceil((deadline - ecsp_monotonic_seconds()) * 1000);

    if (left >= (double)ECSP_MAX_TIMEOUT_MS) {
        return ECSP_MAX_TIMEOUT_MS;
    }
    return left > 0 ? (long)left : 0;
}

int ecsp_lua_deadline(lua_State *L, int index, double *deadline)
{
    if (lua_isnoneornil(L, index)) {
        return 0;
    }
    *deadline = (double)luaL_checknumber(L, index);
    luaL_argcheck(L, *deadline == *deadline, index, "not a number");
    return 1;
}

static const struct ecsp_outgoing *handed_over(lua_State *L, int index)
{
    return ecsp_testobject(L, index, ECSP_OUTGOING_TYPE);
}

void ecsp_lua_check_request(lua_State *L, int index)
{
    const struct ecsp_outgoing *request = handed_over(L, index);

    if (request == NULL) {
        luaL_checktype(L, index, LUA_TTABLE);
    } else if (request->url.len == 0) {
        luaL_error(L, "send: there is no request in it any more");
    }
}

/* Pushes the headers of the table: nil, or a table that maps strings to strings. */
static void check_headers(lua_State *L, int index)
{
    int type = ecsp_rawgetfield(L, index, "headers");
    int headers = lua_gettop(L);

    if (type == LUA_TNIL) {
        return;
    }
    if (type != LUA_TTABLE) {
        luaL_error(L, "send: request.headers must be a table, got %s", lua_typename(L, type));
    }
    for (lua_pushnil(L); lua_next(L, headers); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING) {
            luaL_error(L, "send: request.headers must map strings to strings");
        }
    }
}

void ecsp_lua_request(lua_State *L, int index, struct ecsp_outgoing *request)
{
    const struct ecsp_outgoing *handed = handed_over(L, index);

    if (handed != NULL) {
        *request = *handed;
        return;
    }
    request->method = ecsp_fieldstr(L, index, "send: request.", "method", 1);
    request->url = ecsp_fieldstr(L, index, "send: request.", "url", 1);
    request->body = ecsp_fieldstr(L, index, "send: request.", "body", 0);
    request->headers = NULL;
    check_headers(L, index);
}

int ecsp_lua_headers(lua_State *L, const struct ecsp_outgoing *request,
                     struct ecsp_transfer *transfer)
{
    int good = 1;
    int headers = lua_gettop(L);

    for (size_t i = 0; request->headers != NULL && i < request->header_count && good; i++) {
        good = ecsp_transfer_field(transfer, request->headers[i].name, request->headers[i].value);
    }
    if (request->headers == NULL && lua_istable(L, headers)) {
        for (lua_pushnil(L); good && lua_next(L, headers); lua_pop(L, 1)) {
            good = ecsp_transfer_field(transfer, ecsp_tostr(L, -2), ecsp_tostr(L, -1));
        }
        lua_settop(L, headers);
    }
    return good;
}

/* { ["lower-case name"] = value }; equal names are joined with ", " (RFC 9110 §5.3). */
static void push_headers(lua_State *L, const struct ecsp_head *head)
{
    struct ecsp_str name;
    struct ecsp_str value;
    size_t cursor = 0;
    int count = 0;

    while (ecsp_head_next(head, &cursor, &name, &value)) {
        count++;
    }
    lua_createtable(L, 0, count);
    cursor = 0;
    while (ecsp_head_next(head, &cursor, &name, &value)) {
        ecsp_pushstr(L, name);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            ecsp_pushstr(L, value);
        } else {
            lua_pushliteral(L, ", ");
            ecsp_pushstr(L, value);
            lua_concat(L, 3);
        }
        lua_rawset(L, -3);
    }
}

int ecsp_lua_push_reply(lua_State *L, const struct ecsp_transfer *transfer)
{
    lua_createtable(L, 0, 3);
    ecsp_pushinteger(L, transfer->status);
    ecsp_rawsetfield(L, -2, "status");
    push_headers(L, &transfer->head);
    ecsp_rawsetfield(L, -2, "headers");
    ecsp_rawsetstr(L, -1, "body", ecsp_buf_view(&transfer->reply));
    return 1;
}

int ecsp_lua_push_failure(lua_State *L, const struct ecsp_failure *failure)
{
    lua_pushnil(L);
    lua_createtable(L, 0, 5);
    lua_pushstring(L, failure->kind);
    ecsp_rawsetfield(L, -2, "kind");
    lua_pushstring(L, failure->code);
    ecsp_rawsetfield(L, -2, "code");
    lua_pushstring(L, failure->message);
    ecsp_rawsetfield(L, -2, "message");
    lua_pushstring(L, failure->reason); /* NULL is nil */
    ecsp_rawsetfield(L, -2, "reason");
    lua_pushboolean(L, failure->sent);
    ecsp_rawsetfield(L, -2, "sent");
    return 2;
}
