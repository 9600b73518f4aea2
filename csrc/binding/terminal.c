#define _POSIX_C_SOURCE 200809L /* fileno */
#include "terminal.h"

#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "interrupt.h"

#define USUAL_COLUMNS 80 /* of a terminal that does not tell */

/* The descriptor of a file of Lua's io library; -1 for a closed one and for any other value. */
static int descriptor(lua_State *L, int index)
{
    void *file = lua_touserdata(L, index);
    if (file == NULL || !lua_getmetatable(L, index)) {
        return -1;
    }
    luaL_getmetatable(L, LUA_FILEHANDLE);
    int is_file = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (!is_file) {
        return -1;
    }
#if LUA_VERSION_NUM >= 502
    if (((luaL_Stream *)file)->closef == NULL) {
        return -1;
    }
#endif
    FILE *stream = *(FILE **)file; /* the first member in every version; NULL when closed */
    return stream != NULL ? fileno(stream) : -1;
}

/***
The width of a terminal.
@function terminal
@param stream a file of Lua's io library, or any other value
@treturn ?integer columns, 80 when the terminal does not tell; nil when it is no open terminal
*/
int ecsp_terminal(lua_State *L)
{
    luaL_checkany(L, 1);
    int fd = descriptor(L, 1);
    struct winsize size;
    if (fd < 0 || !isatty(fd)) {
        lua_pushnil(L);
        return 1;
    }
    int told = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    lua_pushinteger(L, told ? size.ws_col : USUAL_COLUMNS);
    return 1;
}

/***
Waits until somebody has typed a line; the handlers of signals run meanwhile. A read alone goes on
after a signal, in Lua 5.1 to 5.3 and LuaJIT. Returns at once for any stream that is no terminal.
@function await_input
@param stream a file of Lua's io library, or any other value
@raise what the handler of a signal raises, such as Ctrl-C
*/
int ecsp_await_input(lua_State *L)
{
    luaL_checkany(L, 1);
    int fd = descriptor(L, 1);
    if (fd < 0 || !isatty(fd)) {
        return 0;
    }
    struct pollfd input = {fd, POLLIN, 0};
    struct ecsp_interrupt watch;
    ecsp_interrupt_watch(&watch, L);
    luaL_checkstack(L, 3, "await_input");
    int ready = 0;
    while (ready == 0) {
        if (ecsp_interrupt_run(&watch, L)) {
            return lua_error(L);
        }
        ready = poll(&input, 1, ECSP_POLL_MS);
        if (ready < 0 && errno == EINTR) {
            ready = 0;
        }
    }
    ecsp_interrupt_pass_on(&watch, L);
    return 0;
}
