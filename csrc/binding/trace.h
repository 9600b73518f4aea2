/*
 * What this is: the userdata that owns one call's buffers. As `request.trace` it stays readable
 * for diagnosis: the canonical request, the string to sign, the decoded parameters, the way
 * taken.
 *
 * May include: luaglue.h, ../wire/request.h.
 *
 * Ownership: its finalizer frees and wipes the request; whoever is done earlier may free it
 * itself.
 */
#ifndef ECSP_TRACE_H
#define ECSP_TRACE_H

#include "../wire/request.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* Pushes a trace and gives the empty request inside it. */
struct ecsp_request *ecsp_trace_push(lua_State *L);

/* The request of the trace at the index, or NULL. */
const struct ecsp_request *ecsp_trace_test(lua_State *L, int index);

void ecsp_trace_register(lua_State *L);

ECSP_HIDDEN_END

#endif
