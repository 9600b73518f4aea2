/***
libcurl as a transport: one request that blocks, or many at once. Errors are `nil, error table`;
only a programmer's mistake raises.
@module ecs_pipeline.curl
*/
/*
 * What this is: require("ecs_pipeline.curl"): transports as Lua sees them. `send` blocks; `start`
 * gives the request to a multi (lua_multi.h), which carries many at once.
 *
 * Ownership: a transport is a userdata with its settings; send and close are C closures over it and
 * over the state's one pool (pool.h), which has the memory of each call. No lua_State is kept,
 * nothing in libcurl calls Lua, arguments are read raw. Lua code runs only as the pending handler
 * of a signal, between polls.
 */
#include "../binding/interrupt.h"
#include "global.h"
#include "lua_multi.h"
#include "lua_options.h"
#include "lua_tables.h"
#include "pool.h"
#include "settings.h"
#include "transfer.h"

#define POOL_TYPE "ecs_pipeline.curl.pool"
#define TRANSPORT_TYPE "ecs_pipeline.curl.transport"

struct transport {
    struct ecsp_settings *settings; /* NULL: finalized */
};

ECSP_EXPORT int luaopen_ecs_pipeline_curl(lua_State *L);

static int transport_gc(lua_State *L)
{
    struct transport *transport = lua_touserdata(L, 1);

    ecsp_settings_drop(transport->settings);
    transport->settings = NULL;
    return 0;
}

static int pool_gc(lua_State *L)
{
    ecsp_pool_finalize(lua_touserdata(L, 1));
    return 0;
}

/* The host's hook, which is pending after a signal, and what it raised, on top of the stack. */
struct host {
    struct ecsp_interrupt watch;
    int raised;
};

static int let_hook_run(void *context)
{
    struct host *host = context;

    host->raised = ecsp_interrupt_run(&host->watch, host->watch.running);
    return host->raised;
}

/* Lua code runs in here only as let_hook_run: what it can close or collect is held until the
 * return. */
static int exchange(struct ecsp_pool *pool, struct ecsp_transfer *transfer,
                    struct ecsp_settings *settings, int has_deadline, double deadline,
                    struct host *host)
{
    long timeout_ms = has_deadline ? ecsp_milliseconds_left(deadline) : 0;
    CURLM *multi;
    int done;

    if (has_deadline && timeout_ms == 0) {
        ecsp_failure_set(&transfer->failure, "timeout", "DEADLINE", 0,
                         "the deadline passed before anything was sent");
        return 0;
    }
    multi = ecsp_pool_take(pool);
    if (multi == NULL) {
        ecsp_failure_set(&transfer->failure, "transport", "MEMORY", 0,
                         "libcurl could not be started");
        return 0;
    }
    done = ecsp_transfer_begin(transfer, &pool->idle_sockets, settings, pool->bundle, timeout_ms) &&
           ecsp_transfer_perform(transfer, multi, let_hook_run, host);
    ecsp_transfer_leave(transfer);
    ecsp_pool_give_back(pool, multi);
    return done;
}

static int is_closed(const struct transport *transport)
{
    return transport->settings == NULL || transport->settings->closed;
}

static int refuse_closed(lua_State *L)
{
    return luaL_error(L, "send: the transport is closed");
}

/* push_outcome(done): what send returns. Protected, so that the transfer, whose reply may be large,
 * is given back whatever happens. */
static int push_outcome(lua_State *L)
{
    const struct ecsp_pool *pool = lua_touserdata(L, lua_upvalueindex(1));
    const struct ecsp_transfer *transfer = pool->over;

    luaL_checkstack(L, 16, "send");
    return lua_toboolean(L, 1) ? ecsp_lua_push_reply(L, transfer)
                               : ecsp_lua_push_failure(L, &transfer->failure);
}

/***
Sends one request and waits for the reply. Blocks the thread, resolves names, opens a connection or
uses a pooled one. libcurl may send the same bytes once more by itself, when a pooled connection
closes before the reply begins.
@function transport.send
@tparam table|userdata request `{ method, url, headers = { [name] = value }, body }`, read raw; or
`trace` of a request of `core.prepare`. `Content-Length`, `Host` and `Accept-Encoding` are added,
nothing else.
@tparam[opt] number deadline absolute, seconds of CLOCK_MONOTONIC (`core.clock()`); none: only
connecting is limited
@treturn[1] table `{ status, headers = { [lower-case name] = value }, body }`; every status,
redirects too
@treturn[2] nil
@treturn[2] table `{ kind = "transport" | "timeout" | "protocol", code, message, sent, reason
}`; `sent == false`: certainly no byte of the request reached the service. Codes: DNS CONNECT PROXY
TLS RESET TIMEOUT TOO_LARGE PROTOCOL REQUEST MEMORY
TOO_MANY_OPEN_FILES OTHER. Reasons, of TLS where known: expired
not_yet_valid wrong_host untrusted self_signed revoked old_protocol no_cipher client_certificate
ended not_tls openssl ca_file; with code PROXY credentials refused unsupported.
@raise wrong types; a closed transport; what the handler of a signal raises, such as Ctrl-C
*/
static int transport_send(lua_State *L)
{
    struct transport *transport = lua_touserdata(L, lua_upvalueindex(1));
    struct ecsp_pool *pool = lua_touserdata(L, lua_upvalueindex(2));
    struct ecsp_transfer *transfer;
    struct ecsp_outgoing request;
    struct host host = {{0}, 0};
    double deadline = 0;
    int has_deadline;
    struct ecsp_settings *settings;
    int done;

    ecsp_lua_check_request(L, 1);
    has_deadline = ecsp_lua_deadline(L, 2, &deadline);
    if (is_closed(transport)) {
        return refuse_closed(L);
    }
    lua_settop(L, 2);
    luaL_checkstack(L, 16, "send");
    ecsp_lua_request(L, 1, &request);
    /* Again: a finalizer may have closed it meanwhile, or lua_close taken its settings away. */
    if (is_closed(transport)) {
        return refuse_closed(L);
    }
    transfer = ecsp_pool_borrow(pool);
    if (transfer == NULL) {
        return luaL_error(L, "not enough memory");
    }
    settings = ecsp_settings_hold(transport->settings);
    ecsp_transfer_open(transfer, &settings->transfer);
    ecsp_interrupt_watch(&host.watch, L);
    done = ecsp_transfer_request(transfer, request.method, request.url, request.body) &&
           ecsp_lua_headers(L, &request, transfer) &&
           exchange(pool, transfer, settings, has_deadline, deadline, &host);
    ecsp_settings_drop(settings);
    if (!host.raised) {
        lua_settop(L, 0);
        lua_pushvalue(L, lua_upvalueindex(3));
        lua_pushboolean(L, done);
        pool->over = transfer;
        host.raised = lua_pcall(L, 1, LUA_MULTRET, 0) != 0;
        ecsp_interrupt_pass_on(&host.watch, L);
    }
    ecsp_pool_return(pool, transfer);
    return host.raised ? lua_error(L) : lua_gettop(L);
}

/***
Begins one request on a multi, which carries it on while others run; see `multi.step`. Does not
block.
@function transport.start
@tparam userdata multi of `curl.multi`
@tparam table request as `send`
@tparam[opt] number deadline as `send`
@treturn[1] number id of the exchange, for `multi:next` and `multi:cancel`
@treturn[2] nil
@treturn[2] table failure as `send`
@raise as `send`; a closed multi
*/
static int transport_start(lua_State *L)
{
    struct transport *transport = lua_touserdata(L, lua_upvalueindex(1));

    if (is_closed(transport)) {
        return refuse_closed(L);
    }
    return ecsp_lua_multi_start(L, transport->settings);
}

/***
Ends the transport: a later send raises. The connections, which all transports of the state share,
end with the last open transport. May be called again.
@function transport.close
*/
static int transport_close(lua_State *L)
{
    struct transport *transport = lua_touserdata(L, lua_upvalueindex(1));
    struct ecsp_pool *pool = lua_touserdata(L, lua_upvalueindex(2));

    if (!is_closed(transport)) {
        transport->settings->closed = 1;
        if (--pool->transports == 0) {
            ecsp_pool_close(pool);
        }
    }
    return 0;
}

/***
Makes a transport. Does no I/O: libcurl starts and connections open at the first send.
@function transport
@tparam[opt] table options `ca_file` (PEM bundle or folder; default: the system's), `verify` (true),
`proxy` (URL, "" = none, which is the default: the environment is never asked), `connect_timeout` (5
seconds), `max_reply_bytes` (16 MiB, after inflating), `max_header_bytes` (64 KiB)
@treturn table `{ send, start, close }`
@raise unknown option, wrong type, a proxy URL that cannot be read
*/
static int new_transport(lua_State *L)
{
    struct transport *transport;

    if (lua_isnoneornil(L, 1)) {
        lua_settop(L, 0);
        lua_newtable(L);
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    transport = ecsp_newobject(L, sizeof *transport, TRANSPORT_TYPE);
    transport->settings = ecsp_settings_new();
    if (transport->settings == NULL) {
        return luaL_error(L, "not enough memory");
    }
    ecsp_lua_options_read(L, transport->settings);

    lua_createtable(L, 0, 3);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushcclosure(L, push_outcome, 1);
    lua_pushcclosure(L, transport_send, 3);
    ecsp_rawsetfield(L, -2, "send");
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, transport_start, 1);
    ecsp_rawsetfield(L, -2, "start");
    lua_pushvalue(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushcclosure(L, transport_close, 2);
    ecsp_rawsetfield(L, -2, "close");
    ((struct ecsp_pool *)lua_touserdata(L, lua_upvalueindex(1)))->transports++;
    return 1;
}

/***
What libcurl says about itself, for diagnosis.
@function version
@treturn string such as `libcurl/7.88.1 OpenSSL/3.0.22 zlib/1.2.13`
*/
static int version(lua_State *L)
{
    lua_pushstring(L, ecsp_global_version());
    return 1;
}

/* The state's one pool, kept in the registry: a second require of the module finds it again. */
static void push_pool(lua_State *L)
{
    if (ecsp_rawgetfield(L, LUA_REGISTRYINDEX, POOL_TYPE ".shared") == LUA_TNIL) {
        lua_pop(L, 1);
        ecsp_newobject(L, sizeof(struct ecsp_pool), POOL_TYPE);
        lua_pushvalue(L, -1);
        ecsp_rawsetfield(L, LUA_REGISTRYINDEX, POOL_TYPE ".shared");
    }
}

int luaopen_ecs_pipeline_curl(lua_State *L)
{
    static const char anchor = 0;

    ecsp_pin_library(&anchor);
    ecsp_newtype(L, POOL_TYPE, NULL, pool_gc, NULL);
    ecsp_newtype(L, TRANSPORT_TYPE, NULL, transport_gc, NULL);
    ecsp_lua_multi_register(L);

    lua_createtable(L, 0, 4);
    push_pool(L);
    lua_pushcclosure(L, new_transport, 1);
    ecsp_rawsetfield(L, -2, "transport");
    lua_pushcfunction(L, ecsp_lua_multi_new);
    ecsp_rawsetfield(L, -2, "multi");
    lua_pushcfunction(L, version);
    ecsp_rawsetfield(L, -2, "version");
    lua_pushliteral(L, ECSP_VERSION);
    ecsp_rawsetfield(L, -2, "_VERSION");
    return 1;
}
