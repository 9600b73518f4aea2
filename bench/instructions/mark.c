/*
 * What this is: what the counted Lua process needs and Lua does not have: `zero()` and `dump(name)`
 * tell callgrind where a count begins and ends, and `time` gives the time that FIXED_TIME names.
 * Lua 5.4 makes the seed of its hashes from that time and from addresses; with a fixed time (this
 * library is preloaded) and fixed addresses (setarch -R) each run counts the same.
 */
#include <lauxlib.h>
#include <lua.h>
#include <stdlib.h>
#include <time.h>
#include <valgrind/callgrind.h>

int luaopen_mark(lua_State *L);

time_t time(time_t *out)
{
    const char *text = getenv("FIXED_TIME");
    time_t now = text != NULL ? (time_t)atoll(text) : 0;

    if (out != NULL) {
        *out = now;
    }
    return now;
}

static int zero(lua_State *L)
{
    (void)L;
    CALLGRIND_ZERO_STATS;
    return 0;
}

static int dump(lua_State *L)
{
    (void)L;
    CALLGRIND_DUMP_STATS;
    return 0;
}

int luaopen_mark(lua_State *L)
{
    lua_newtable(L);
    lua_pushcfunction(L, zero);
    lua_setfield(L, -2, "zero");
    lua_pushcfunction(L, dump);
    lua_setfield(L, -2, "dump");
    return 1;
}
