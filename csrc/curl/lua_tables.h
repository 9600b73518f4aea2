/*
 * What this is: requests, replies and failures as Lua tables, for the blocking send and for the
 * exchanges of a multi. A request of the core module comes as it is.
 *
 * May include: transfer.h, binding/luaglue.h.
 *
 * Ownership: read copies header fields into the transfer; method, URL and body stay views into Lua
 * strings, kept by the stack slots that it leaves.
 */
#ifndef ECSP_LUA_TABLES_H
#define ECSP_LUA_TABLES_H

#include "../binding/luaglue.h"
#include "transfer.h"

ECSP_HIDDEN_BEGIN

/* 24 days: what a 32-bit long holds, and longer than anybody waits. */
#define ECSP_MAX_TIMEOUT_MS 2147483647L

/* CLOCK_MONOTONIC, as core.clock(). */
double ecsp_monotonic_seconds(void);

/* The optional deadline at the index: 1 and its value, or 0. Raises if it is not a number. */
int ecsp_lua_deadline(lua_State *L, int index, double *deadline);

/* Whole milliseconds until the deadline, rounded up; 0 when it has passed. */
long ecsp_milliseconds_left(double deadline);

/* Is there a table, or a request of the core module? Raises otherwise. */
void ecsp_lua_check_request(lua_State *L, int index);

/* Reads method, url and body of what is at the index, raw; what stays on the stack keeps the views
 * good. A request of the core module has its headers too; those of a table are left on top of the
 * stack. Raises for a wrong type. */
void ecsp_lua_request(lua_State *L, int index, struct ecsp_outgoing *request);

/* Copies the header fields into the transfer, directly after that; 0 when one cannot be sent.
 * Neither raises nor allocates in Lua, so that no finalizer can come in. */
int ecsp_lua_headers(lua_State *L, const struct ecsp_outgoing *request,
                     struct ecsp_transfer *transfer);

/* Pushes `{ status, headers, body }`; 1. */
int ecsp_lua_push_reply(lua_State *L, const struct ecsp_transfer *transfer);

/* Pushes nil and `{ kind, code, message, reason, sent }`; 2. */
int ecsp_lua_push_failure(lua_State *L, const struct ecsp_failure *failure);

ECSP_HIDDEN_END

#endif
