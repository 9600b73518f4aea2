/*
 * What this is: the userdata that owns one call's buffers. As `request.trace` it stays readable
 * for diagnosis: the canonical request, the string to sign, the decoded parameters, the signature
 * version and the placement.
 *
 * May include: luaglue.h, ../wire/request.h.
 *
 * Ownership: its finalizer frees and wipes the request; a caller that no longer needs it may free
 * it earlier.
 */
#ifndef ECSP_REQUEST_OBJECT_H
#define ECSP_REQUEST_OBJECT_H

#include "../wire/request.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* Pushes one, and gives the empty request inside it. */
struct ecsp_request *ecsp_request_object_push(lua_State *L);

/* The request inside the one at the index, or NULL. */
const struct ecsp_request *ecsp_request_object_test(lua_State *L, int index);

/* Frees what `trace` of the request table at the index owns, before its finalizer does. The table
   has been in the hands of a transport, so any value may stand there: another one is left alone. */
void ecsp_request_object_release(lua_State *L, int request);

/* Its metatable; once a state. */
void ecsp_request_object_register(lua_State *L);

ECSP_HIDDEN_END

#endif
