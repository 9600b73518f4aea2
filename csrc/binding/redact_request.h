/*
 * What this is: what a text from outside needs before it is shown. core.redact removes the secrets
 * of one request: token, signature, passwords, the lines of a build content.
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

/* core.request_id(id, credentials) */
int ecsp_redact_request_id(lua_State *L);

/* core.is_secret_name(name) */
int ecsp_redact_is_secret_name(lua_State *L);

/* Pushes the text with a blank for all that could speak to a terminal or turn the direction of
 * writing; `keep_lines`: but for line ends. */
void ecsp_push_printable(lua_State *L, struct ecsp_str text, int keep_lines);

ECSP_HIDDEN_END

#endif
