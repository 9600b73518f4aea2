#include "interrupt.h"

#include <string.h>

void ecsp_interrupt_watch(struct ecsp_interrupt *watch, lua_State *L)
{
    watch->main = L;
#if LUA_VERSION_NUM >= 502
    /* PUC Lua has a hook per thread. 5.1 cannot tell which is the main one; LuaJIT has one hook. */
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
    watch->main = lua_tothread(L, -1);
    lua_pop(L, 1);
#endif
    watch->hook = lua_gethook(watch->main);
}

int ecsp_interrupt_seen(const void *watch)
{
    const struct ecsp_interrupt *interrupt = watch;

    return lua_gethook(interrupt->main) != interrupt->hook;
}

void ecsp_interrupt_pass_on(const struct ecsp_interrupt *watch, lua_State *L)
{
    lua_State *from = watch->main;

    if (from != L) {
        (void)lua_sethook(L, lua_gethook(from), lua_gethookmask(from), lua_gethookcount(from));
    }
}

int ecsp_interrupt_is(lua_State *L, int index)
{
    static const struct ecsp_str word = {"interrupted!", 12};
    struct ecsp_str text = ecsp_tostr(L, index);

    return text.len >= word.len &&
           memcmp(text.data + text.len - word.len, word.data, word.len) == 0;
}
