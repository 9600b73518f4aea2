#include "lua_multi.h"

#include <math.h>

#include "../binding/interrupt.h"
#include "lua_tables.h"
#include "multi.h"

#define MULTI_TYPE "ecs_pipeline.curl.multi"

static struct ecsp_multi *check_multi(lua_State *L)
{
    struct ecsp_multi *multi = ecsp_testobject(L, 1, MULTI_TYPE);

    if (multi == NULL) {
        luaL_error(L, "wants a multi of ecs_pipeline.curl");
    } else if (multi->closed) {
        luaL_error(L, "the multi is closed");
    }
    return multi;
}

/***
Many requests at once. Does no I/O.
@function multi
@treturn userdata multi: `step next cancel descriptors timeout close`, called with a colon
*/
int ecsp_lua_multi_new(lua_State *L)
{
    ecsp_newobject(L, sizeof(struct ecsp_multi), MULTI_TYPE);
    return 1;
}

int ecsp_lua_multi_start(lua_State *L, struct ecsp_settings *settings)
{
    struct ecsp_multi *multi = check_multi(L);
    struct ecsp_outgoing request;
    struct ecsp_exchange *exchange;
    double deadline = 0;
    int has_deadline;
    long timeout_ms = 0;

    ecsp_lua_check_request(L, 2);
    has_deadline = ecsp_lua_deadline(L, 3, &deadline);
    lua_settop(L, 3);
    luaL_checkstack(L, 16, "start");
    ecsp_lua_request(L, 2, &request);
    (void)check_multi(L); /* again: a finalizer may have closed it */
    /* From here on Lua allocates nothing, so that no finalizer can start another meanwhile. */
    exchange = ecsp_multi_exchange(multi, settings);
    if (exchange == NULL) {
        return luaL_error(L, "not enough memory");
    }
    if (has_deadline) {
        timeout_ms = ecsp_milliseconds_left(deadline);
        if (timeout_ms == 0) {
            ecsp_failure_set(&exchange->transfer.failure, "timeout", "DEADLINE", 0,
                             "the deadline passed before anything was sent");
            return ecsp_lua_push_failure(L, &exchange->transfer.failure);
        }
    }
    if (!ecsp_multi_fill(exchange, request.method, request.url, request.body) ||
        !ecsp_lua_headers(L, &request, &exchange->transfer) ||
        !ecsp_multi_start(multi, exchange, timeout_ms)) {
        return ecsp_lua_push_failure(L, &exchange->transfer.failure);
    }
    lua_pushnumber(L, (lua_Number)exchange->id);
    return 1;
}

/***
Carries all exchanges on. Blocks until one is over, at most so long and at most a second, so that
Ctrl-C is not left waiting; does not block when one is over already or none is under way.
@function multi.step
@tparam number seconds
@treturn number how many are still under way
*/
static int multi_step(lua_State *L)
{
    struct ecsp_multi *multi = check_multi(L);
    double seconds = (double)luaL_checknumber(L, 2);
    double ms = ceil(seconds * 1000);

    luaL_argcheck(L, seconds >= 0, 2, "a number of seconds, not negative");
    ecsp_multi_step(multi, ms < ECSP_POLL_MS ? (int)ms : ECSP_POLL_MS);
    lua_pushnumber(L, (lua_Number)multi->running_count);
    return 1;
}

/***
The next exchange that is over.
@function multi.next
@treturn[1] number id
@treturn[1] table reply as `transport.send`
@treturn[2] number id
@treturn[2] nil
@treturn[2] table failure as `transport.send`; kind "cancelled" too
@treturn[3] nil none is over
*/
static int multi_next(lua_State *L)
{
    struct ecsp_multi *multi = check_multi(L);
    struct ecsp_exchange *exchange = multi->over;
    int results = 1;

    if (exchange == NULL) {
        lua_pushnil(L);
        return 1;
    }
    luaL_checkstack(L, 16, "next");
    lua_pushnumber(L, (lua_Number)exchange->id);
    results += exchange->done ? ecsp_lua_push_reply(L, &exchange->transfer)
                              : ecsp_lua_push_failure(L, &exchange->transfer.failure);
    ecsp_multi_drop_oldest(multi);
    return results;
}

/***
Ends an exchange that is under way; `next` gives it with kind "cancelled".
@function multi.cancel
@tparam number id
@treturn boolean false when none is under way with that id
*/
static int multi_cancel(lua_State *L)
{
    struct ecsp_multi *multi = check_multi(L);

    lua_pushboolean(L, ecsp_multi_cancel(multi, (double)luaL_checknumber(L, 2)));
    return 1;
}

/***
What a host with a loop of its own has to watch.
@function multi.descriptors
@treturn table list of `{ fd, read, write }`
*/
static int multi_descriptors(lua_State *L)
{
    const struct ecsp_watched *watched = ecsp_multi_watched(check_multi(L));

    lua_newtable(L);
    /* Nothing here lets exchanges go on, a finalizer may: the length is read anew. */
    for (size_t i = 0; i < watched->count; i++) {
        struct pollfd entry = watched->list[i];

        lua_createtable(L, 0, 3);
        ecsp_pushinteger(L, entry.fd);
        ecsp_rawsetfield(L, -2, "fd");
        lua_pushboolean(L, (entry.events & POLLIN) != 0);
        ecsp_rawsetfield(L, -2, "read");
        lua_pushboolean(L, (entry.events & POLLOUT) != 0);
        ecsp_rawsetfield(L, -2, "write");
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/***
How long may a host wait for the descriptors before it calls `step`?
@function multi.timeout
@treturn ?number seconds; nil: as long as it likes
*/
static int multi_timeout(lua_State *L)
{
    long wait = ecsp_multi_wait_ms(check_multi(L));

    if (wait < 0) {
        lua_pushnil(L);
    } else {
        lua_pushnumber(L, (lua_Number)wait / 1000);
    }
    return 1;
}

/***
Ends all exchanges and connections. May be called again; all else raises afterwards.
@function multi.close
*/
static int multi_close(lua_State *L)
{
    struct ecsp_multi *multi = ecsp_testobject(L, 1, MULTI_TYPE);

    if (multi != NULL) {
        ecsp_multi_close(multi);
    }
    return 0;
}

void ecsp_lua_multi_register(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"step", multi_step},
        {"next", multi_next},
        {"cancel", multi_cancel},
        {"descriptors", multi_descriptors},
        {"timeout", multi_timeout},
        {"close", multi_close},
        {NULL, NULL},
    };

    ecsp_newtype(L, MULTI_TYPE, methods, multi_close, NULL);
}
