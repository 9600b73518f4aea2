/*
 * What this is: how code that blocks in C sees a signal. The handlers of signals in stand-alone
 * interpreters (Ctrl-C) and of luaposix only set a debug hook, which raises, or runs the program's
 * own handler, as soon as Lua code runs. So code that blocks looks from time to time whether the
 * hook has changed, and lets it run. Only what that raises is a wish to stop.
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
    lua_State *running; /* the thread that blocks */
    lua_State *main;    /* the thread whose hook such handlers set */
    lua_Hook hook;      /* the one that it had, with mask and count */
    int mask;
    int count;
};

void ecsp_interrupt_watch(struct ecsp_interrupt *watch, lua_State *L);

/* Has a hook been set since? Then lets it run, by one protected call of an empty function. Any Lua
 * code may run in it: what it can collect or close must be held. Needs three slots of the stack. 1:
 * it raised, and what it raised is on top; 0: go on. */
int ecsp_interrupt_run(struct ecsp_interrupt *watch, lua_State *L);

/* At the end: a hook that came after the last look runs at once, in a coroutine too. */
void ecsp_interrupt_pass_on(const struct ecsp_interrupt *watch, lua_State *L);

/* Is the error at the index what the interpreters' own hook raises? For code that takes errors of
 * what it calls for something else. */
int ecsp_interrupt_is(lua_State *L, int index);

ECSP_HIDDEN_END

#endif
