/*
 * What this is: the one easy handle that all transports of a lua_State share. Connections, DNS
 * answers, TLS sessions and the parsed CA file live in it, so it is made once, at the first send,
 * and only its options change.
 *
 * May include: libcurl.h, idle_sockets.h.
 *
 * Ownership: the pool owns its handle and lives in a userdata. A handle inherited through fork
 * belongs to the parent: it is abandoned, since cleaning it up would end the parent's TLS
 * connections.
 *
 * Why nothing can enter twice: between take and give_back there is no call into Lua, hence no
 * finalizer. What can happen is a send after the pool's own __gc, from a finalizer during
 * lua_close: it gets a handle for that one call.
 */
#ifndef ECSP_POOL_H
#define ECSP_POOL_H

#include <sys/types.h>

#include "idle_sockets.h"
#include "libcurl.h"

ECSP_HIDDEN_BEGIN

struct ecsp_pool {
    CURL *easy; /* NULL until the first send, after close and in the child of a fork */
    struct ecsp_idle_sockets idle_sockets; /* connections of that handle */
    pid_t pid;                             /* of the process that made it */
    const char *bundle; /* libcurl's own CA file, if it can be read; libcurl's static memory */
    size_t transports;  /* open ones; the handle goes with the last */
    int busy;           /* lent out; a second taker would get a handle of its own */
    int finalized;      /* __gc was here: nothing may be kept any more */
};

/* A handle in its reset state, for one call without a way back into Lua; NULL when libcurl cannot
 * make one. */
CURL *ecsp_pool_take(struct ecsp_pool *pool);
void ecsp_pool_give_back(struct ecsp_pool *pool, CURL *easy);

/* Ends the connections. Any number of times; the next take begins anew. */
void ecsp_pool_close(struct ecsp_pool *pool);

ECSP_HIDDEN_END

#endif
