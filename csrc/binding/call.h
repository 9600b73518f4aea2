/*
 * What this is: one call to the service in stages: prepare (arguments → signed request), send
 * (the transport), finish (reply → result), and the three together as one C function.
 *
 * May include: luaglue.h, ../api/schema.h.
 *
 * Ownership: every call owns its buffers, in one userdata on the Lua stack (the `trace` of its
 * request). Finalizers run inside any allocating Lua function and may call us again, so nothing
 * of a call is shared with another.
 *
 * Shape: `result, info` or `nil, error table`. C calls no Lua code: `send` and `decode` are C
 * functions.
 */
#ifndef ECSP_CALL_H
#define ECSP_CALL_H

#include "../api/schema.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* core.prepare(session, operation, args, attempt), core.finish(request, reply),
   core.check(operation, args, attempt), core.call(session, operation, params, attempt) */
int ecsp_call_prepare(lua_State *L);
int ecsp_call_finish(lua_State *L);
int ecsp_call_check(lua_State *L);
int ecsp_call_any(lua_State *L);

/* core.<group>.<verb>(session, args, attempt): the whole call of one operation. */
int ecsp_call_operation(lua_State *L, const struct ecsp_operation *operation);

/* Monotonic seconds; the clock that deadlines are on. */
double ecsp_clock(void);

ECSP_HIDDEN_END

#endif
