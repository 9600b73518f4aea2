/*
 * What this is: the one pair of handles that all transports of a lua_State share for blocking
 * calls: a multi, in which connections, DNS answers and the parsed CA file live, and an easy
 * handle, which has the TLS sessions. They are made once, at the first send; only options change.
 *
 * May include: libcurl.h, idle_sockets.h.
 *
 * Ownership: the pool owns its handles and lives in a userdata. Handles inherited through fork
 * belong to the parent: they are abandoned, since cleaning them up would end the parent's TLS
 * connections.
 *
 * What can enter between take and give_back: the handler of a signal, which is Lua code. It may
 * send (and gets handles for that one call, as does a send after the pool's own __gc, from a
 * finalizer during lua_close), and it may close the last transport: then the handles end when they
 * come back.
 */
#ifndef ECSP_POOL_H
#define ECSP_POOL_H

#include <sys/types.h>

#include "idle_sockets.h"
#include "libcurl.h"

ECSP_HIDDEN_BEGIN

struct ecsp_handles {
    CURLM *multi;
    CURL *easy; /* in its reset state; NULL: to be made for the next call */
};

struct ecsp_pool {
    struct ecsp_handles
        handles; /* NULL until the first send, after close, in the child of a fork */
    struct ecsp_idle_sockets idle_sockets; /* connections of those */
    pid_t pid;                             /* of the process that made it */
    const char *bundle; /* libcurl's own CA file, if it can be read; libcurl's static memory */
    size_t transports;  /* open ones; the handles go with the last */
    int busy;           /* lent out; a second taker gets handles of its own */
    int closing;        /* closed while they were lent out */
    int finalized;      /* __gc was here: nothing may be kept any more */
};

/* Handles for one call. 0 when libcurl cannot make them. */
int ecsp_pool_take(struct ecsp_pool *pool, struct ecsp_handles *handles);
void ecsp_pool_give_back(struct ecsp_pool *pool, const struct ecsp_handles *handles);

/* Ends the connections. Any number of times; the next take begins anew. */
void ecsp_pool_close(struct ecsp_pool *pool);

ECSP_HIDDEN_END

#endif
