/*
 * What this is: is a stream a terminal, how wide is it, and has somebody typed something?
 *
 * May include: luaglue.h, interrupt.h, the system's headers.
 *
 * Ownership: none; streams stay the caller's.
 */
#ifndef ECSP_TERMINAL_H
#define ECSP_TERMINAL_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

int ecsp_terminal(lua_State *L);
int ecsp_await_input(lua_State *L);

ECSP_HIDDEN_END

#endif
