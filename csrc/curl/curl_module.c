/*
 * What this is: require("ecs_pipeline.curl"): the blocking transport as Lua sees it.
 *
 * Ownership: a transport is a userdata with its settings; send and close are C closures over it and
 * over the state's one pool (pool.h). Each call's memory hangs on a transfer userdata on the Lua
 * stack, so that an error anywhere frees it. No lua_State is kept, nothing in libcurl calls Lua,
 * Lua code is called nowhere, arguments are read raw.
 */
#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#endif
#include <math.h>
#include <string.h>
#include <time.h>

#include "../binding/luaglue.h"
#include "pool.h"
#include "settings.h"
#include "transfer.h"

#define POOL_TYPE "ecs_pipeline.curl.pool"
#define TRANSPORT_TYPE "ecs_pipeline.curl.transport"
#define TRANSFER_TYPE "ecs_pipeline.curl.transfer"

/* 24 days: what a 32-bit long holds, and longer than anybody waits. */
#define MAX_TIMEOUT_MS 2147483647L

struct transport {
    struct ecsp_settings settings;
    int closed;
};

ECSP_EXPORT int luaopen_ecs_pipeline_curl(lua_State *L);

static int transport_gc(lua_State *L)
{
    struct transport *transport = lua_touserdata(L, 1);

    ecsp_settings_free(&transport->settings);
    transport->closed = 1;
    return 0;
}

static int transfer_gc(lua_State *L)
{
    ecsp_transfer_close(lua_touserdata(L, 1));
    return 0;
}

static int pool_gc(lua_State *L)
{
    struct ecsp_pool *pool = lua_touserdata(L, 1);

    pool->finalized = 1;
    ecsp_pool_close(pool);
    return 0;
}

static double monotonic_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Whole milliseconds until the deadline, rounded up; 0 when it has passed. */
static long milliseconds_left(double deadline)
{
    double left = ceil((deadline - monotonic_seconds()) * 1000);

    if (left >= (double)MAX_TIMEOUT_MS) {
        return MAX_TIMEOUT_MS;
    }
    return left > 0 ? (long)left : 0;
}

/* A string field of the request (index 1), left on the stack so that the view stays good. */
static struct ecsp_str push_request_string(lua_State *L, const char *name, int required)
{
    struct ecsp_str text = ECSP_LITERAL("");
    int type = ecsp_rawgetfield(L, 1, name);

    if (type == LUA_TSTRING) {
        text.data = lua_tolstring(L, -1, &text.len);
    } else if (type != LUA_TNIL || required) {
        luaL_error(L, "send: request.%s must be a string, got %s", name, lua_typename(L, type));
    }
    return text;
}

/* Copies request.headers into the transfer; 0 when one cannot be sent. */
static int read_headers(lua_State *L, struct ecsp_transfer *transfer)
{
    int type = ecsp_rawgetfield(L, 1, "headers");
    int headers = lua_gettop(L);

    if (type == LUA_TNIL) {
        return 1;
    }
    if (type != LUA_TTABLE) {
        luaL_error(L, "send: request.headers must be a table, got %s", lua_typename(L, type));
    }
    for (lua_pushnil(L); lua_next(L, headers); lua_pop(L, 1)) {
        struct ecsp_str name;
        struct ecsp_str value;

        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING) {
            luaL_error(L, "send: request.headers must map strings to strings");
        }
        name.data = lua_tolstring(L, -2, &name.len);
        value.data = lua_tolstring(L, -1, &value.len);
        if (!ecsp_transfer_field(transfer, name, value)) {
            return 0;
        }
    }
    return 1;
}

/* No Lua from here to the return: no finalizer can run while the shared handle is in use. */
static int exchange(struct ecsp_pool *pool, struct ecsp_transfer *transfer,
                    const struct ecsp_transfer_settings *settings, int has_deadline,
                    double deadline)
{
    long timeout_ms = has_deadline ? milliseconds_left(deadline) : 0;
    CURL *easy;
    int done;

    if (has_deadline && timeout_ms == 0) {
        ecsp_failure_set(&transfer->failure, "timeout", "TIMEOUT", 0,
                         "the deadline had passed before the call began");
        return 0;
    }
    easy = ecsp_pool_take(pool);
    if (easy == NULL) {
        ecsp_failure_set(&transfer->failure, "transport", "MEMORY", 0,
                         "libcurl could not be started");
        return 0;
    }
    done = ecsp_transfer_begin(transfer, easy, &pool->kept, settings, pool->bundle, timeout_ms) &&
           ecsp_transfer_finish(transfer, easy, ecsp_transfer_perform(transfer, easy));
    ecsp_pool_give_back(pool, easy);
    return done;
}

/* { ["lower-case name"] = value }; equal names are joined with ", " (RFC 9110 §5.3). */
static void push_headers(lua_State *L, const struct ecsp_head *head)
{
    struct ecsp_str name;
    struct ecsp_str value;
    size_t cursor = 0;

    lua_newtable(L);
    while (ecsp_head_next(head, &cursor, &name, &value)) {
        lua_pushlstring(L, name.data, name.len);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            lua_pushlstring(L, value.data, value.len);
        } else {
            lua_pushliteral(L, ", ");
            lua_pushlstring(L, value.data, value.len);
            lua_concat(L, 3);
        }
        lua_rawset(L, -3);
    }
}

static int push_reply(lua_State *L, const struct ecsp_transfer *transfer)
{
    struct ecsp_str body = ecsp_buf_view(&transfer->reply);

    lua_createtable(L, 0, 3);
    ecsp_pushinteger(L, transfer->status);
    ecsp_rawsetfield(L, -2, "status");
    push_headers(L, &transfer->head);
    ecsp_rawsetfield(L, -2, "headers");
    lua_pushlstring(L, body.len > 0 ? body.data : "", body.len);
    ecsp_rawsetfield(L, -2, "body");
    return 1;
}

static int push_failure(lua_State *L, const struct ecsp_failure *failure)
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

static int refuse_closed(lua_State *L)
{
    return luaL_error(L, "send: the transport is closed");
}

/***
Sends one request and waits for the reply. Blocks the thread, resolves names, opens a connection or
uses a pooled one. libcurl may send the same bytes once more by itself, when a pooled connection
closes before the reply begins.
@function transport.send
@tparam table request `{ method, url, headers = { [name] = value }, body }`; read raw.
`Content-Length`, `Host` and `Accept-Encoding` are added, nothing else.
@tparam[opt] number deadline absolute, seconds of CLOCK_MONOTONIC (`core.clock()`); none: only
connecting is limited
@treturn[1] table `{ status, headers = { [lower-case name] = value }, body }`; every status,
redirects too
@treturn[2] nil
@treturn[2] table `{ kind = "transport" | "timeout" | "protocol", code, message, sent, reason
}`; `sent == false`: certainly no byte of the request reached the service. Codes: DNS CONNECT PROXY
TLS RESET TIMEOUT TOO_LARGE PROTOCOL REQUEST MEMORY OTHER. Reasons, of TLS where known: expired
not_yet_valid wrong_host untrusted self_signed revoked old_protocol no_cipher not_tls ca_file.
@raise wrong types; a closed transport
*/
static int transport_send(lua_State *L)
{
    struct transport *transport = lua_touserdata(L, lua_upvalueindex(1));
    struct ecsp_pool *pool = lua_touserdata(L, lua_upvalueindex(2));
    struct ecsp_transfer *transfer;
    struct ecsp_str method;
    struct ecsp_str url;
    struct ecsp_str body;
    int has_deadline;
    double deadline = 0;
    int ready;
    int results;

    luaL_checktype(L, 1, LUA_TTABLE);
    has_deadline = !lua_isnoneornil(L, 2);
    if (has_deadline) {
        deadline = (double)luaL_checknumber(L, 2);
        luaL_argcheck(L, deadline == deadline, 2, "not a number");
    }
    if (transport->closed) {
        return refuse_closed(L);
    }
    lua_settop(L, 2);
    luaL_checkstack(L, 16, "send");
    transfer = ecsp_newobject(L, sizeof *transfer, TRANSFER_TYPE);
    ecsp_transfer_init(transfer, &transport->settings.transfer);
    method = push_request_string(L, "method", 1);
    url = push_request_string(L, "url", 1);
    body = push_request_string(L, "body", 0);

    ready = ecsp_transfer_request(transfer, method, url, body) && read_headers(L, transfer);
    /* Again: a finalizer may have closed it meanwhile, or lua_close taken its settings away. */
    if (transport->closed) {
        ecsp_transfer_close(transfer);
        return refuse_closed(L);
    }
    if (ready && exchange(pool, transfer, &transport->settings.transfer, has_deadline, deadline)) {
        results = push_reply(L, transfer);
    } else {
        results = push_failure(L, &transfer->failure);
    }
    /* Not left to __gc: bodies are large, and during lua_close it may not come any more. */
    ecsp_transfer_close(transfer);
    return results;
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

    if (!transport->closed) {
        transport->closed = 1;
        if (--pool->transports == 0) {
            ecsp_pool_close(pool);
        }
    }
    return 0;
}

/* --- options --- */

#define MAX_SIZE 1099511627776.0 /* 1 TiB: exact in a double, no overflow in sums */

static int refuse_option(lua_State *L, const char *name, const char *wanted)
{
    return luaL_error(L, "ecs_pipeline.curl: option '%s' must be %s", name, wanted);
}

/* The readers below find the value on top of the stack and its name under it. */

static const char *string_option(lua_State *L, const char *name)
{
    size_t len = 0;
    const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &len) : NULL;

    if (text == NULL || strlen(text) != len) {
        refuse_option(L, name, "a string without NUL bytes");
    }
    return text;
}

static double number_option(lua_State *L, const char *name, double min, double max,
                            const char *wanted)
{
    double number = lua_type(L, -1) == LUA_TNUMBER ? (double)lua_tonumber(L, -1) : -1;

    if (!(number >= min && number <= max)) {
        refuse_option(L, name, wanted);
    }
    return number;
}

static void read_option(lua_State *L, const char *name, struct ecsp_settings *settings)
{
    struct ecsp_transfer_settings *transfer = &settings->transfer;

    if (strcmp(name, "ca_file") == 0) {
        const char *path = string_option(L, name);

        if (path[0] == '\0' || !ecsp_settings_ca_file(settings, path)) {
            refuse_option(L, name, "the path of a PEM file");
        }
    } else if (strcmp(name, "verify") == 0) {
        if (!lua_isboolean(L, -1)) {
            refuse_option(L, name, "true or false");
        }
        transfer->verify = lua_toboolean(L, -1);
    } else if (strcmp(name, "proxy") == 0) {
        const char *proxy = string_option(L, name);

        if (proxy[0] != '\0' && !ecsp_settings_proxy(settings, proxy)) {
            refuse_option(L, name,
                          "a URL such as http://user:password@host:port, or \"\" for none");
        }
    } else if (strcmp(name, "connect_timeout") == 0) {
        double seconds = number_option(L, name, 0.001, (double)MAX_TIMEOUT_MS / 1000.0,
                                       "a number of seconds, at least 0.001");

        transfer->connect_timeout_ms = (long)(seconds * 1000);
    } else if (strcmp(name, "max_reply_bytes") == 0) {
        transfer->max_reply_bytes =
            (size_t)number_option(L, name, 1, MAX_SIZE, "a number of bytes");
    } else if (strcmp(name, "max_header_bytes") == 0) {
        transfer->max_header_bytes =
            (size_t)number_option(L, name, 1, MAX_SIZE, "a number of bytes");
    } else {
        luaL_error(L, "ecs_pipeline.curl: unknown option '%s'", name);
    }
}

/* The options table at index 1, read raw. */
static void read_options(lua_State *L, struct ecsp_settings *settings)
{
    ecsp_settings_init(settings);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) {
            luaL_error(L, "ecs_pipeline.curl: the options are named, not numbered");
        }
        read_option(L, lua_tostring(L, -2), settings);
    }
}

/***
Makes a transport. Does no I/O: libcurl starts and connections open at the first send.
@function transport
@tparam[opt] table options `ca_file` (PEM bundle; default: the system's), `verify` (true), `proxy`
(URL, "" = none, which is the default: the environment is never asked), `connect_timeout` (5
seconds), `max_reply_bytes` (16 MiB, after inflating), `max_header_bytes` (64 KiB)
@treturn table `{ send, close }`
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
    read_options(L, &transport->settings);

    lua_createtable(L, 0, 2);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushcclosure(L, transport_send, 2);
    ecsp_rawsetfield(L, -2, "send");
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
    lua_pushstring(L, curl_version());
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
    ecsp_newtype(L, TRANSFER_TYPE, NULL, transfer_gc, NULL);

    lua_createtable(L, 0, 3);
    push_pool(L);
    lua_pushcclosure(L, new_transport, 1);
    ecsp_rawsetfield(L, -2, "transport");
    lua_pushcfunction(L, version);
    ecsp_rawsetfield(L, -2, "version");
    lua_pushliteral(L, ECSP_VERSION);
    ecsp_rawsetfield(L, -2, "_VERSION");
    return 1;
}
