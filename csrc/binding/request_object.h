/*
 * What this is: the userdata that owns one call's buffers. As `request.trace` it stays readable
 * for diagnosis: the canonical request, the string to sign, the decoded parameters, the signature
 * version and the placement.
 *
 * May include: luaglue.h, ../wire/request.h.
 *
 * Ownership: its finalizer frees and wipes the request; a caller that no longer needs it may free
 * it earlier, or give it back to the session. A call takes it out of the session: code that runs
 * meanwhile and calls with the same session gets another.
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

/* The same, but the one that the session at the index has kept, if there is one. */
struct ecsp_request *ecsp_request_object_take(lua_State *L, int session);

/* Wipes the one at the index, and lets the session keep it for its next call. Other code that
 * still has it finds it empty, or with that call's request. */
void ecsp_request_object_give_back(lua_State *L, int session, int object);

/* Its metatable; once a state. */
void ecsp_request_object_register(lua_State *L);

ECSP_HIDDEN_END

#endif
