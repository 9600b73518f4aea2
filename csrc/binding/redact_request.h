/*
 * What this is: core.redact, which removes from a text the secrets of one request: token,
 * signature, passwords, the lines of a build content.
 *
 * May include: luaglue.h.
 *
 * Ownership: works in buffers of a userdata on the Lua stack; keeps nothing.
 */
#ifndef ECSP_REDACT_REQUEST_H
#define ECSP_REDACT_REQUEST_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* core.redact(text, trace, credentials) */
int ecsp_redact_request(lua_State *L);

ECSP_HIDDEN_END

#endif
