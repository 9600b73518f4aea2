/*
 * What this is: signals that run Lua code, as luaposix and watchdogs have them, for specs. The
 * handler sets a hook on the main thread; the hook takes itself away and calls the function.
 *
 * May include: Lua and POSIX.
 *
 * Ownership: the function is kept in the registry.
 */
#define _DEFAULT_SOURCE
#include <lauxlib.h>
#include <lua.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

int luaopen_signals(lua_State *L);

static lua_State *owner;
static lua_Hook old_hook;
static int old_mask;
static int old_count;
static volatile sig_atomic_t came;

static void on_hook(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    lua_sethook(L, old_hook, old_mask, old_count);
    came = 0;
    lua_getfield(L, LUA_REGISTRYINDEX, "spec.signals");
    lua_call(L, 0, 0);
}

static void on_signal(int number)
{
    (void)number;
    if (!came) {
        came = 1;
        old_hook = lua_gethook(owner);
        old_mask = lua_gethookmask(owner);
        old_count = lua_gethookcount(owner);
        lua_sethook(owner, on_hook, LUA_MASKCALL | LUA_MASKRET | LUA_MASKCOUNT, 1);
    }
}

/* every(seconds, function): calls it so often; 0 seconds ends that */
static int every(lua_State *L)
{
    double seconds = (double)luaL_checknumber(L, 1);
    struct sigaction action;
    struct itimerval timer;

    lua_settop(L, 2);
    lua_setfield(L, LUA_REGISTRYINDEX, "spec.signals");
    owner = L; /* called from the main thread */
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGALRM, &action, NULL);
    timer.it_interval.tv_sec = (time_t)seconds;
    timer.it_interval.tv_usec = (suseconds_t)((seconds - (double)timer.it_interval.tv_sec) * 1e6);
    timer.it_value = timer.it_interval;
    setitimer(ITIMER_REAL, &timer, NULL);
    return 0;
}

int luaopen_signals(lua_State *L)
{
    lua_newtable(L);
    lua_pushcfunction(L, every);
    lua_setfield(L, -2, "every");
    return 1;
}
