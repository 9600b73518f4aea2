/*
 * What this is: an operation as a call sees it: a known one, or any RPC action by its names.
 *
 * May include: luaglue.h, ../api/schema.h.
 *
 * Ownership: the strings belong to the operation's table or to the Lua value it was read from,
 * which stays on the stack.
 */
#ifndef ECSP_TARGET_H
#define ECSP_TARGET_H

#include "../api/schema.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

struct ecsp_target {
    const struct ecsp_operation *operation; /* NULL = any action, spelled as the service does */
    const char *name;                       /* for messages */
    struct ecsp_str product;
    struct ecsp_str version;
    struct ecsp_str action;
};

/* A known operation; touches no Lua. */
void ecsp_target_of(const struct ecsp_operation *operation, struct ecsp_target *target);

/* Reads a name ("pipeline.create") or { product, version, action } from the stack. Raises
 * otherwise. */
void ecsp_target_read(lua_State *L, int index, struct ecsp_target *target);

ECSP_HIDDEN_END

#endif
