/*
 * What this is: is a stream a terminal, and how wide is it?
 *
 * May include: luaglue.h, the system's headers.
 *
 * Ownership: none; streams stay the caller's.
 */
#ifndef ECSP_TERMINAL_H
#define ECSP_TERMINAL_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

int ecsp_terminal(lua_State *L);

ECSP_HIDDEN_END

#endif
