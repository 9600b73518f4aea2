/*
 * What this is: how code that blocks in C sees Ctrl-C. The handlers of signals in stand-alone
 * interpreters (and of luaposix) only set a debug hook, which raises, or runs the program's own
 * handler, as soon as Lua code runs again. So code that blocks must check from time to time whether
 * the hook has changed; if so, it stops and returns, and the hook does the rest.
 *
 * May include: luaglue.h.
 *
 * Ownership: a plain value on the C stack of the call that it watches over.
 */
#ifndef ECSP_INTERRUPT_H
#define ECSP_INTERRUPT_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* Blocking calls check at least this often: a signal that comes between the check and the system
 * call does not end the latter. */
#define ECSP_POLL_MS 1000

struct ecsp_interrupt {
    lua_State *main; /* the thread whose hook such handlers set */
    lua_Hook hook;
};

void ecsp_interrupt_watch(struct ecsp_interrupt *watch, lua_State *L);

/* Calls nothing but lua_gethook: no Lua code, no error. `watch` is a struct ecsp_interrupt. */
int ecsp_interrupt_seen(const void *watch);

/* After it was seen: the hook holds for the running thread as well, which may be a coroutine. */
void ecsp_interrupt_pass_on(const struct ecsp_interrupt *watch, lua_State *L);

/* Is the error at the index what the interpreters' own hook raises? For code that takes errors of
 * what it calls for something else. */
int ecsp_interrupt_is(lua_State *L, int index);

ECSP_HIDDEN_END

#endif
