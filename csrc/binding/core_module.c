/***
The C core: Lua tables become signed requests, replies become Lua tables; and files that must
survive. Nothing here retries or waits; that is the Lua layer's part. Errors are `nil, error table`;
only a programmer's mistake raises.
@module ecs_pipeline.core
*/
#define _POSIX_C_SOURCE 200809L /* clock_gettime, nanosleep */
#include <arpa/inet.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "../api/cidr.h"
#include "../api/schema.h"
#include "../api/suggest.h"
#include "../wire/digest.h"
#include "../wire/utf8.h"
#include "call.h"
#include "files.h"
#include "interrupt.h"
#include "json_text.h"
#include "luaglue.h"
#include "marshal.h"
#include "redact_request.h"
#include "reflect.h"
#include "regex.h"
#include "reply.h"
#include "request_object.h"
#include "session.h"
#include "sign_functions.h"
#include "terminal.h"

#define MAX_RANDOM 256

/***
Seconds on the monotonic clock (CLOCK_MONOTONIC): the one that deadlines are on.
@function clock
@treturn number seconds
*/
static int core_clock(lua_State *L)
{
    lua_pushnumber(L, (lua_Number)ecsp_clock());
    return 1;
}

/***
Seconds since 1970, with a fraction.
@function wall
@treturn number seconds
*/
static int core_wall(lua_State *L)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    lua_pushnumber(L, (lua_Number)now.tv_sec + (lua_Number)now.tv_nsec / 1e9);
    return 1;
}

/***
Sleeps; blocks the thread. The handlers of signals run meanwhile.
@function sleep
@tparam number seconds 0 to 86,400
@raise what the handler of a signal raises, such as Ctrl-C
*/
static int core_sleep(lua_State *L)
{
    double seconds = (double)luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0 && seconds <= 86400, 1, "0 to 86400 seconds");
    struct ecsp_interrupt watch;
    ecsp_interrupt_watch(&watch, L);
    double until = ecsp_clock() + seconds;
    double left = seconds;
    luaL_checkstack(L, 3, "sleep");
    while (left > 0) {
        if (ecsp_interrupt_run(&watch, L)) {
            return lua_error(L);
        }
        double part = left < ECSP_POLL_MS / 1000.0 ? left : ECSP_POLL_MS / 1000.0;
        struct timespec rest;
        rest.tv_sec = (time_t)part;
        rest.tv_nsec = (long)((part - floor(part)) * 1e9);
        (void)nanosleep(&rest, NULL);
        left = until - ecsp_clock();
    }
    ecsp_interrupt_pass_on(&watch, L);
    return 0;
}

static void random_bytes(lua_State *L, unsigned char out[MAX_RANDOM], lua_Integer count)
{
    luaL_argcheck(L, count >= 1 && count <= MAX_RANDOM, 1, "1 to 256 bytes");
    if (ecsp_random(out, (size_t)count) != ECSP_OK) {
        luaL_error(L, "OpenSSL gives no random bytes");
    }
}

/***
Cryptographic random bytes.
@function random
@tparam number count 1 to 256
@treturn string that many bytes
*/
static int core_random(lua_State *L)
{
    unsigned char bytes[MAX_RANDOM];
    lua_Integer count = luaL_checkinteger(L, 1);
    random_bytes(L, bytes, count);
    lua_pushlstring(L, (const char *)bytes, (size_t)count);
    return 1;
}

/***
A fresh random token in lower-case hex digits, such as a ClientToken.
@function token
@tparam[opt=16] number count of random bytes, 1 to 256
@treturn string two digits a byte
*/
static int core_token(lua_State *L)
{
    unsigned char bytes[MAX_RANDOM];
    char digits[2 * MAX_RANDOM];
    lua_Integer count = luaL_optinteger(L, 1, 16);
    random_bytes(L, bytes, count);
    ecsp_hex(digits, bytes, (size_t)count);
    lua_pushlstring(L, digits, 2 * (size_t)count);
    return 1;
}

/***
Which OpenSSL is loaded, for diagnosis.
@function crypto_version
@treturn string such as `OpenSSL 3.0.17 1 Jul 2025`
*/
static int core_crypto_version(lua_State *L)
{
    lua_pushstring(L, ecsp_crypto_version());
    return 1;
}

/***
May the caller yield? Not where nginx runs Lua without a coroutine (`set_by_lua*`, `log_by_lua*`,
`init_by_lua*`), nor below a C function such as `table.sort`. nginx loses its state if one of its
functions yields there.
@function can_yield
@treturn boolean true also where this Lua does not say it (5.1, 5.2)
*/
static int core_can_yield(lua_State *L)
{
    lua_pushboolean(L, ecsp_isyieldable(L));
    return 1;
}

/***
Can OpenSSL sign here? Where its configuration leaves no provider for HMAC, nothing can be signed.
@function can_sign
@tparam string operation for the error
@treturn[1] boolean true
@treturn[2] nil
@treturn[2] table the error that a call would end with: kind credentials, code CRYPTO
*/
static int core_can_sign(lua_State *L)
{
    const char *operation = luaL_checkstring(L, 1);
    enum ecsp_status status = ecsp_crypto_check();
    if (status == ECSP_OK) {
        lua_pushboolean(L, 1);
        return 1;
    }
    lua_pushnil(L);
    ecsp_push_status_error(L, operation, status, "", (struct ecsp_str){"", 0});
    return 2;
}

/***
Is a text UTF-8?
@function is_utf8
@tparam string text
@treturn boolean
*/
static int core_is_utf8(lua_State *L)
{
    size_t count;
    lua_pushboolean(L, ecsp_utf8_count(ecsp_checkstr(L, 1), &count));
    return 1;
}

/***
The bytes of an address as the network has them.
@function address
@tparam string text "127.0.0.1", "::1"
@treturn ?string 4 or 16 bytes; nil when it is not an address
*/
static int core_address(lua_State *L)
{
    struct in6_addr bytes; /* the larger of the two */
    struct ecsp_str text = ecsp_checkstr(L, 1);
    size_t size = 0;

    if (strlen(text.data) == text.len) {
        if (inet_pton(AF_INET, text.data, &bytes) == 1) {
            size = 4;
        } else if (inet_pton(AF_INET6, text.data, &bytes) == 1) {
            size = 16;
        }
    }
    if (size > 0) {
        lua_pushlstring(L, (const char *)&bytes, size);
    } else {
        lua_pushnil(L);
    }
    return 1;
}

/***
The known name nearest to a misspelt one.
@function nearest
@tparam string word
@tparam table names list of strings
@tparam ?integer most how many letters may be wrong, and not more than half of them; default: a
third
@treturn ?string one of the names, or nil when none is near
*/
static int core_nearest(lua_State *L)
{
    struct ecsp_nearest nearest;
    struct ecsp_str word = ecsp_checkstr(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    ecsp_nearest_init(&nearest, word);
    if (!lua_isnoneornil(L, 3)) {
        ecsp_nearest_limit(&nearest, (size_t)luaL_checkinteger(L, 3));
    }
    int count = (int)ecsp_rawlen(L, 2);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, 2, i);
        luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 2, "a list of strings");
        ecsp_nearest_offer(&nearest, lua_tostring(L, -1), lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    lua_pushstring(L, nearest.best);
    return 1;
}

/***
Does an IPv4 block lie in another? A block lies in itself.
@function cidr_within
@tparam string inner "172.17.3.0/24"
@tparam string outer
@treturn ?boolean nil when one of them is no block
*/
static int core_cidr_within(lua_State *L)
{
    struct ecsp_cidr blocks[2];
    for (int i = 0; i < 2; i++) {
        if (ecsp_cidr_read(ecsp_checkstr(L, i + 1), &blocks[i]) != ECSP_CIDR_OK) {
            lua_pushnil(L);
            return 1;
        }
    }
    lua_pushboolean(L, ecsp_cidr_contains(blocks[1], blocks[0]));
    return 1;
}

/***
The API calls: `core.pipeline.create`, `core.pipeline.describe`, `core.pipeline.delete` and so on.
Each is a C function of its own that does one whole call: arguments to a signed request,
`attempt.send`, the reply to a result.
@function pipeline.create
@tparam userdata session
@tparam table args
@tparam table attempt as for `prepare`, with `send` (a C function)
@treturn[1] table result
@treturn[1] table info
@treturn[2] nil
@treturn[2] table error
*/
#define CALL(group, verb)                                      \
    static int group##_##verb(lua_State *L)                    \
    {                                                          \
        return ecsp_call_operation(L, &ecsp_##group##_##verb); \
    }
ECSP_OPERATION_LIST(CALL)
#undef CALL

static const struct {
    const char *group;
    luaL_Reg function;
} calls[] = {
#define ROW(group, verb) {#group, {#verb, group##_##verb}},
    ECSP_OPERATION_LIST(ROW)
#undef ROW
};

/* Into the table on top: a table a group, with a function a verb. */
static void register_calls(lua_State *L)
{
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (ecsp_rawgetfield(L, -1, calls[i].group) == LUA_TNIL) {
            lua_pop(L, 1);
            lua_newtable(L);
            lua_pushvalue(L, -1);
            ecsp_rawsetfield(L, -3, calls[i].group);
        }
        lua_pushcfunction(L, calls[i].function.func);
        ecsp_rawsetfield(L, -2, calls[i].function.name);
        lua_pop(L, 1);
    }
}

ECSP_EXPORT int luaopen_ecs_pipeline_core(lua_State *L);

int luaopen_ecs_pipeline_core(lua_State *L)
{
    static const char anchor = 0; /* any address inside this library */
    static const luaL_Reg functions[] = {
        {"session", ecsp_session_new},
        {"credentials", ecsp_credentials_new},
        {"call", ecsp_call_any},
        {"prepare", ecsp_call_prepare},
        {"finish", ecsp_call_finish},
        {"check", ecsp_call_check},
        {"id", ecsp_id_read},
        {"operations", ecsp_reflect_operations},
        {"operation", ecsp_reflect_operation},
        {"operation_flags", ecsp_reflect_operation_flags},
        {"percent_encode", ecsp_sign_functions_percent_encode},
        {"redact", ecsp_redact_request},
        {"request_id", ecsp_redact_request_id},
        {"is_secret_name", ecsp_redact_is_secret_name},
        {"nearest", core_nearest},
        {"is_utf8", core_is_utf8},
        {"cidr_within", core_cidr_within},
        {"regex", ecsp_regex_new},
        {"json_text", ecsp_json_text},
        {"clock", core_clock},
        {"wall", core_wall},
        {"sleep", core_sleep},
        {"random", core_random},
        {"token", core_token},
        {"crypto_version", core_crypto_version},
        {"can_sign", core_can_sign},
        {"can_yield", core_can_yield},
        {"file_status", ecsp_files_status},
        {"read_file", ecsp_files_read},
        {"working_folder", ecsp_files_working_folder},
        {"real_path", ecsp_files_real_path},
        {"durable_file", ecsp_files_durable},
        {"address", core_address},
        {"terminal", ecsp_terminal},
        {"await_input", ecsp_await_input},
        {NULL, NULL},
    };
    ecsp_pin_library(&anchor);
    ecsp_session_register(L);
    ecsp_request_object_register(L);
    ecsp_regex_register(L);
    ecsp_files_register(L);
    lua_newtable(L);
    ecsp_setfuncs(L, functions);
    register_calls(L);
    ecsp_sign_functions_push(L);
    ecsp_rawsetfield(L, -2, "sign");
    lua_pushliteral(L, ECSP_VERSION);
    ecsp_rawsetfield(L, -2, "_VERSION");
    return 1;
}
