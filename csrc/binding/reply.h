/*
 * What this is: a reply of the transport → `result, info`, or `nil, error table`.
 *
 * May include: luaglue.h, target.h.
 *
 * Errors made here are plain tables; errors.lua turns them into what users see.
 */
#ifndef ECSP_REPLY_H
#define ECSP_REPLY_H

#include "luaglue.h"
#include "target.h"

ECSP_HIDDEN_BEGIN

/* A call whose request was sent. The last three are stack indices. */
struct ecsp_sent {
    const struct ecsp_target *target;
    int session;
    int trace;
    int warnings;
};

/* Pushes two values and returns 2. `reply` is a stack index. */
int ecsp_finish(lua_State *L, const struct ecsp_sent *sent, int reply);

/* Pushes { kind, code, message, operation }. `code` may be NULL. */
void ecsp_push_error(lua_State *L, const char *operation, const char *kind, const char *code,
                     const char *message);

/* Pushes the error of a status: nothing was sent. `what` is the subject ("the parameters"), `name`
 * an optional detail. */
void ecsp_push_status_error(lua_State *L, const char *operation, enum ecsp_status status,
                            const char *what, struct ecsp_str name);

ECSP_HIDDEN_END

#endif
