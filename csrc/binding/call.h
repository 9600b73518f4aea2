/*
 * What this is: one call to the service in stages: prepare (arguments → signed request), send (the transport), finish
 * (reply → result), and the three together as one C function.
 * May include: luaglue.h, marshal.h, session.h, ../api/schema.h, ../wire/request.h.
 * Ownership: every call owns its buffers, in one userdata on the Lua stack (the `trace` of its request). Finalizers run
 * inside any allocating Lua function and may call us again, so nothing of a call is shared with another.
 * Shape: `result, info` or `nil, error table`. C calls no Lua code: `send` and `decode` are C functions.
 */
#ifndef ECSP_CALL_H
#define ECSP_CALL_H

#include "../api/schema.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

#define ECSP_TRACE_TYPE "ecs_pipeline.trace"

/* An operation as a call sees it: a known one, or any RPC action by its names. */
struct ecsp_target {
    const struct ecsp_operation *operation; /* NULL = any action, spelled as the service does */
    const char *name;                       /* for messages */
    struct ecsp_str product;
    struct ecsp_str version;
    struct ecsp_str action;
};

/* Reads an operation from the stack: a name ("pipeline.create") or { product, version, action }. Raises otherwise.
   The strings live as long as that value, which the caller leaves on the stack. */
void ecsp_target_read(lua_State *L, int index, struct ecsp_target *target);

/* core.prepare(session, operation, args, attempt), core.finish(request, reply), core.check(operation, args, attempt),
   core.call(session, operation, params, attempt) */
int ecsp_call_prepare(lua_State *L);
int ecsp_call_finish(lua_State *L);
int ecsp_call_check(lua_State *L);
int ecsp_call_any(lua_State *L);

/* core.<group>.<verb>(session, args, attempt); the operation's name is the first upvalue. */
int ecsp_call_operation(lua_State *L);

void ecsp_call_register(lua_State *L);

/* Monotonic seconds; the clock that deadlines are on. */
double ecsp_clock(void);

ECSP_HIDDEN_END

#endif
