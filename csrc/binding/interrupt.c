#include "interrupt.h"

#include <string.h>

static void look(struct ecsp_interrupt *watch)
{
    watch->hook = lua_gethook(watch->main);
    watch->mask = lua_gethookmask(watch->main);
    watch->count = lua_gethookcount(watch->main);
}

void ecsp_interrupt_watch(struct ecsp_interrupt *watch, lua_State *L)
{
    watch->running = L;
    watch->main = L;
#if LUA_VERSION_NUM >= 502
    /* PUC Lua has a hook per thread. 5.1 cannot tell which is the main one; LuaJIT has one hook. */
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
    watch->main = lua_tothread(L, -1);
    lua_pop(L, 1);
#endif
    look(watch);
}

/* The hook moves to the running thread: on the main one it would run when that one goes on. */
static void take_over(const struct ecsp_interrupt *watch, lua_State *L, lua_Hook pending)
{
    lua_State *from = watch->main;

    if (from != L) {
        (void)lua_sethook(L, pending, lua_gethookmask(from), lua_gethookcount(from));
        (void)lua_sethook(from, watch->hook, watch->mask, watch->count);
    }
}

int ecsp_interrupt_run(struct ecsp_interrupt *watch, lua_State *L)
{
    lua_Hook pending = lua_gethook(watch->main);
    lua_Hook own = lua_gethook(L);
    int mask = lua_gethookmask(L);
    int count = lua_gethookcount(L);
    int raised;

    if (pending == watch->hook) {
        return 0;
    }
    if (luaL_loadbuffer(L, "", 0, "=signal") != 0) {
        lua_pop(L, 1); /* no memory: the next time, or when Lua code runs again */
        return 0;
    }
    take_over(watch, L, pending);
    raised = lua_pcall(L, 0, 0, 0) != 0;
    if (watch->main != L && lua_gethook(L) != pending) {
        (void)lua_sethook(L, own, mask, count);
    }
    if (lua_gethook(watch->main) != pending) {
        look(watch); /* the handler may have set another */
    }                /* else the next signal came while the handler ran: that one is pending now */
    return raised;
}

void ecsp_interrupt_pass_on(const struct ecsp_interrupt *watch, lua_State *L)
{
    lua_Hook pending = lua_gethook(watch->main);

    if (pending != watch->hook) {
        take_over(watch, L, pending);
    }
}

int ecsp_interrupt_is(lua_State *L, int index)
{
    static const struct ecsp_str word = {"interrupted!", 12};
    struct ecsp_str text = ecsp_tostr(L, index);

    return text.len >= word.len &&
           memcmp(text.data + text.len - word.len, word.data, word.len) == 0;
}
