/*
 * What this is: core.conceal, which takes out of a text what one request had in it that is
 * nobody else's business: token, signature, passwords, the lines of a build content.
 *
 * May include: luaglue.h.
 *
 * Ownership: works in buffers of a userdata on the Lua stack; keeps nothing.
 */
#ifndef ECSP_ECHO_H
#define ECSP_ECHO_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* core.conceal(text, trace, credentials) */
int ecsp_echo_conceal(lua_State *L);

ECSP_HIDDEN_END

#endif
