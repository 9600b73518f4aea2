#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "call.h"

#include <string.h>
#include <time.h>

#include "../wire/request.h"
#include "attempt.h"
#include "marshal.h"
#include "reply.h"
#include "request_object.h"
#include "session.h"
#include "target.h"

double ecsp_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Arguments → parameters. 1 = go on; 0 = an error table is pushed. */
static int marshal(lua_State *L, const struct ecsp_target *target, int args,
                   const struct ecsp_attempt *attempt, struct ecsp_marshal *m)
{
    ecsp_report_init(&m->report, L);
    m->L = L;
    m->mode = attempt->mode;
    m->operation = target->name;
    m->region = attempt->region;
    m->client_token = attempt->client_token;
    if (target->operation != NULL) {
        ecsp_marshal_typed(m, target->operation, args);
    } else {
        ecsp_marshal_plain(m, args, NULL);
    }
    ecsp_report_sort(&m->report);
    if (ecsp_report_has_failures(&m->report)) {
        ecsp_report_push_error(&m->report, target->name);
        return 0;
    }
    enum ecsp_status status = ecsp_params_status(&m->request->params);
    status = status != ECSP_OK ? status : m->request->name.status;
    if (status != ECSP_OK) {
        ecsp_push_status_error(L, target->name, status, "the parameters", (struct ecsp_str){"", 0});
        return 0;
    }
    return 1;
}

/* Sets what the send contract wants in the table on top. */
static void set_contract(lua_State *L, const struct ecsp_outgoing *request,
                         const struct ecsp_target *target)
{
    ecsp_rawsetstr(L, -1, "method", request->method);
    ecsp_rawsetstr(L, -1, "url", request->url);
    ecsp_rawsetstr(L, -1, "body", request->body);
    ecsp_rawsetstr(L, -1, "product", target->product);
    lua_createtable(L, 0, (int)request->header_count);
    for (size_t i = 0; i < request->header_count; i++) {
        ecsp_pushstr(L, request->headers[i].name);
        ecsp_pushstr(L, request->headers[i].value);
        lua_rawset(L, -3);
    }
    ecsp_rawsetfield(L, -2, "headers");
}

/* Pushes what finish needs, with room for more fields. The trace and the warnings are at `trace`
 * and `trace + 1`. */
static void push_request(lua_State *L, int operation, int trace, int more)
{
    lua_createtable(L, 0, 4 + more);
    lua_pushvalue(L, operation);
    ecsp_rawsetfield(L, -2, "operation");
    lua_pushvalue(L, 1);
    ecsp_rawsetfield(L, -2, "session");
    lua_pushvalue(L, trace);
    ecsp_rawsetfield(L, -2, "trace");
    lua_pushvalue(L, trace + 1);
    ecsp_rawsetfield(L, -2, "warnings");
}

/* The work of prepare for the session at 1. Fills the request object on top of the stack, and
   pushes the warnings, or nil (1); or an error table (0). `timeout` gets the attempt's. */
static int prepare(lua_State *L, int args, int attempt_index, const struct ecsp_target *target,
                   struct ecsp_request *request, double *timeout)
{
    struct ecsp_session *session = ecsp_session_check(L, 1);
    int object = lua_gettop(L);
    struct ecsp_attempt attempt;
    struct ecsp_marshal m;
    int anonymous = target->operation != NULL && target->operation->anonymous;
    const char *problem = ecsp_attempt_read(L, attempt_index, session, anonymous, &attempt);
    *timeout = attempt.timeout;
    if (problem != NULL) {
        ecsp_push_status_error(L, target->name, ECSP_ERR_INVALID, problem,
                               (struct ecsp_str){"", 0});
        return 0;
    }
    m.request = request;
    if (!marshal(L, target, args, &attempt, &m)) {
        return 0;
    }
    struct ecsp_str duplicate = {"", 0};
    ecsp_getuservalue(L, 1);
    ecsp_rawgetfield(L, -1, "user_agent");
    attempt.input.user_agent = ecsp_tostr(L, -1);
    attempt.input.action = target->action;
    attempt.input.version = target->version;
    enum ecsp_status status =
        ecsp_request_build(request, &attempt.input, session->digest, &problem, &duplicate);
    if (status != ECSP_OK) {
        ecsp_push_status_error(L, target->name, status, problem, duplicate);
        return 0;
    }
    lua_pushvalue(L, m.report.warnings);
    lua_replace(L, object + 1);
    lua_settop(L, object + 1);
    return 1;
}

/***
Arguments → a signed request; sends nothing.
@function prepare
@tparam userdata session
@tparam string|table operation "pipeline.create", or `{ product, version, action }` for any RPC
action
@tparam table args the arguments; for any RPC action, parameters as the service spells them
@tparam table attempt `credentials` (not for an anonymous operation), `endpoint`, and optional
`region`, `client_token`, `validate`, `now` (unix seconds), `nonce`, `headers`, `timeout` (seconds)
@tparam[opt] boolean native `trace` is what will be sent (`ecs_pipeline.curl` takes it): the request
has no method, url, headers, body and product
@treturn[1] table request `{ method, url, headers, body, operation, session, trace, product,
warnings }`
@treturn[1] ?table warnings
@treturn[2] nil
@treturn[2] table error of kind `validation`
@raise on fields of the wrong type
*/
int ecsp_call_prepare(lua_State *L)
{
    struct ecsp_target target;
    double timeout;
    ecsp_session_check(L, 1);
    luaL_checktype(L, 3, LUA_TTABLE);
    int native = lua_toboolean(L, 5);
    lua_settop(L, 4);
    ecsp_target_read(L, 2, &target);
    struct ecsp_request *request = ecsp_request_object_push(L);
    int trace = lua_gettop(L);
    if (!prepare(L, 3, 4, &target, request, &timeout)) {
        ecsp_request_free(request);
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    push_request(L, 2, trace, native ? 0 : 5);
    if (!native) {
        set_contract(L, &request->outgoing, &target);
    }
    lua_pushvalue(L, trace + 1);
    return 2;
}

/***
Checks arguments offline, by every rule.
@function check
@tparam string operation
@tparam table args
@tparam ?table attempt `region`, `client_token`, `validate`
@treturn[1] boolean true
@treturn[1] ?table warnings
@treturn[2] nil
@treturn[2] table error of kind `validation` with all failures
*/
int ecsp_call_check(lua_State *L)
{
    struct ecsp_target target;
    struct ecsp_attempt attempt;
    struct ecsp_marshal m;
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 3);
    ecsp_target_read(L, 1, &target);
    ecsp_attempt_read_defaults(L, 3, &attempt);
    m.request = ecsp_request_object_push(L);
    int accepted = marshal(L, &target, 2, &attempt, &m);
    struct ecsp_str duplicate = {"", 0};
    enum ecsp_status status = accepted ? ecsp_params_sort(&m.request->params, &duplicate) : ECSP_OK;
    if (status != ECSP_OK) {
        ecsp_push_status_error(L, target.name, status, ECSP_GIVEN_TWICE, duplicate);
        accepted = 0;
    }
    ecsp_request_free(m.request);
    if (!accepted) {
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
    lua_pushboolean(L, 1);
    lua_pushvalue(L, m.report.warnings);
    return 2;
}

/* Pushes what `send` answers to the request object at the index: a reply (1), or an error table
   (0). It is a C function, so no Lua code runs. If memory runs out inside it, it is unknown what
   was sent. Any other error that it raises (a mistake in the program, or Ctrl-C) is not a failure
   of the transport, and is raised to the caller. */
static int send(lua_State *L, int attempt, int request, double timeout, const char *operation)
{
    ecsp_rawgetfield(L, attempt, "send");
    if (!lua_iscfunction(L, -1)) {
        return luaL_error(L, "attempt.send must be a C function; for one in Lua, use core.prepare, "
                             "send and core.finish");
    }
    lua_pushvalue(L, request);
    if (timeout > 0) {
        lua_pushnumber(L, (lua_Number)(ecsp_clock() + timeout));
    } else {
        lua_pushnil(L);
    }
    int raised = lua_pcall(L, 2, 2, 0);
    if (raised == 0 && lua_istable(L, -2)) {
        lua_pop(L, 1);
        return 1;
    }
    if (raised != 0 && raised != LUA_ERRMEM) {
        ecsp_request_object_give_back(L, 1, request);
        return lua_error(L);
    }
    if (raised != 0 || !lua_istable(L, -1)) {
        ecsp_push_error(L, operation, "transport", "SEND_FAILED",
                        "the transport failed without saying how");
    }
    lua_pushstring(L, operation);
    ecsp_rawsetfield(L, -2, "operation");
    lua_pushvalue(L, request);
    ecsp_rawsetfield(L, -2, "trace");
    return 0;
}

static int whole_call(lua_State *L, int args, int attempt, const struct ecsp_target *target)
{
    double timeout;
    struct ecsp_sent sent = {target, 1, 0, 0};
    struct ecsp_request *request = ecsp_request_object_take(L, sent.session);
    sent.trace = lua_gettop(L);
    sent.warnings = sent.trace + 1;
    if (!prepare(L, args, attempt, target, request, &timeout)) {
        ecsp_request_object_give_back(L, sent.session, sent.trace);
    } else if (send(L, attempt, sent.trace, timeout, target->name)) {
        int results = ecsp_finish(L, &sent, lua_gettop(L));
        if (!lua_isnil(L, -2)) { /* an error keeps its trace */
            ecsp_request_object_give_back(L, sent.session, sent.trace);
        }
        return results;
    }
    lua_pushnil(L);
    lua_insert(L, -2);
    return 2;
}

int ecsp_call_operation(lua_State *L, const struct ecsp_operation *operation)
{
    struct ecsp_target target;
    ecsp_session_check(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_settop(L, 3);
    ecsp_target_of(operation, &target);
    return whole_call(L, 2, 3, &target);
}

/***
Any RPC action: the whole call.
@function call
@tparam userdata session
@tparam table operation `{ product, version, action }`
@tparam table params as the service spells them
@tparam table attempt as for `prepare`, with `send`
@treturn[1] table the reply as the service spells it
@treturn[1] table info
@treturn[2] nil
@treturn[2] table error
*/
int ecsp_call_any(lua_State *L)
{
    struct ecsp_target target;
    ecsp_session_check(L, 1);
    luaL_checktype(L, 3, LUA_TTABLE);
    luaL_checktype(L, 4, LUA_TTABLE);
    lua_settop(L, 4);
    ecsp_target_read(L, 2, &target);
    return whole_call(L, 3, 4, &target);
}

/***
A reply → the result.
@function finish
@tparam table request from `prepare`
@tparam table reply `{ status, headers, body }`
@treturn[1] table result
@treturn[1] table info `{ raw, status, headers, warnings }`
@treturn[2] nil
@treturn[2] table error of kind `api` or `protocol`
*/
int ecsp_call_finish(lua_State *L)
{
    struct ecsp_target target;
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    ecsp_rawgetfield(L, 1, "operation");
    ecsp_target_read(L, 3, &target);
    ecsp_rawgetfield(L, 1, "session");
    ecsp_rawgetfield(L, 1, "trace");
    ecsp_rawgetfield(L, 1, "warnings");
    int top = lua_gettop(L);
    struct ecsp_sent sent = {&target, top - 2, top - 1, top};
    return ecsp_finish(L, &sent, 2);
}
