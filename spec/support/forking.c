/*
 * What this is: fork, wait and _exit for specs; Debian has no lua-posix for Lua 5.4. Compiled by
 * forking.lua.
 *
 * May include: Lua and POSIX.
 *
 * Ownership: nothing.
 */
#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif
#include <lauxlib.h>
#include <lua.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int luaopen_forking(lua_State *L);

/* fork() → 0 in the child, the child's pid in the parent */
static int do_fork(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)fork());
    return 1;
}

/* wait(pid) → exit code, or minus the signal that ended it */
static int do_wait(lua_State *L)
{
    int status = 0;
    pid_t pid = (pid_t)luaL_checkinteger(L, 1);

    if (waitpid(pid, &status, 0) != pid) {
        return luaL_error(L, "waitpid failed");
    }
    lua_pushinteger(L, WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    return 1;
}

/* exit(code): at once, no finalizer runs */
static int do_exit(lua_State *L)
{
    _exit((int)luaL_checkinteger(L, 1));
    return 0;
}

int luaopen_forking(lua_State *L)
{
    lua_newtable(L);
    lua_pushcfunction(L, do_fork);
    lua_setfield(L, -2, "fork");
    lua_pushcfunction(L, do_wait);
    lua_setfield(L, -2, "wait");
    lua_pushcfunction(L, do_exit);
    lua_setfield(L, -2, "exit");
    return 1;
}
