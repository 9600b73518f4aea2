/*
 * What this is: a pseudo-terminal for specs (the test holds the side of the screen, the code under
 * test opens the other by its path), and what the C library says of the width of a character.
 * Compiled by child_lua.lua.
 *
 * May include: Lua and POSIX.
 *
 * Ownership: descriptors are closed by close().
 */
#define _XOPEN_SOURCE 600
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <lauxlib.h>
#include <locale.h>
#include <lua.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

static void set_columns(int fd, int columns)
{
    struct winsize size = {24, (unsigned short)columns, 0, 0};
    (void)ioctl(fd, TIOCSWINSZ, &size);
}

/* open(columns) -> descriptor of the screen's side, path of the other, a descriptor of the other */
static int do_open(lua_State *L)
{
    int columns = (int)luaL_checkinteger(L, 1);
    int screen = posix_openpt(O_RDWR | O_NOCTTY);
    if (screen < 0 || grantpt(screen) != 0 || unlockpt(screen) != 0) {
        return luaL_error(L, "no pseudo-terminal");
    }
    const char *path = ptsname(screen);
    int other = open(path, O_RDWR | O_NOCTTY);
    struct termios raw;
    (void)tcgetattr(other, &raw);
    raw.c_oflag &= (tcflag_t)~OPOST;
    (void)tcsetattr(other, TCSANOW, &raw);
    (void)fcntl(screen, F_SETFL, O_NONBLOCK);
    set_columns(screen, columns);
    lua_pushinteger(L, screen);
    lua_pushstring(L, path);
    lua_pushinteger(L, other);
    return 3;
}

/* resize(screen, columns) */
static int do_resize(lua_State *L)
{
    set_columns((int)luaL_checkinteger(L, 1), (int)luaL_checkinteger(L, 2));
    return 0;
}

/* read(screen) -> what was written since the last read */
static int do_read(lua_State *L)
{
    int screen = (int)luaL_checkinteger(L, 1);
    char bytes[4096];
    ssize_t count;
    luaL_Buffer text;
    luaL_buffinit(L, &text);
    while ((count = read(screen, bytes, sizeof bytes)) > 0) {
        luaL_addlstring(&text, bytes, (size_t)count);
    }
    luaL_pushresult(&text);
    return 1;
}

/* close(descriptor) */
static int do_close(lua_State *L)
{
    (void)close((int)luaL_checkinteger(L, 1));
    return 0;
}

/* width(code point) -> columns, by the C library; -1: not printable */
static int do_width(lua_State *L)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = uselocale(utf8);
    int width = wcwidth((wchar_t)luaL_checkinteger(L, 1));
    (void)uselocale(before);
    freelocale(utf8);
    lua_pushinteger(L, width);
    return 1;
}

int luaopen_terminal(lua_State *L);

int luaopen_terminal(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"open", do_open},   {"resize", do_resize}, {"read", do_read},
        {"close", do_close}, {"width", do_width},   {NULL, NULL},
    };
    lua_newtable(L);
    for (const luaL_Reg *row = functions; row->name != NULL; row++) {
        lua_pushcfunction(L, row->func);
        lua_setfield(L, -2, row->name);
    }
    return 1;
}
