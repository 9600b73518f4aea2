/*
 * What this is: what all transports of a lua_State share for blocking calls: a multi, in which
 * connections, DNS answers and the parsed CA file live, and transfers, which have the TLS sessions.
 * Both are made at the first send and used again and again.
 *
 * May include: libcurl.h, idle_sockets.h, transfer.h.
 *
 * Ownership: the pool owns them and lives in a userdata. A multi inherited through fork belongs to
 * the parent: it is abandoned, since cleaning it up would end the parent's TLS connections.
 *
 * What can enter while they are lent out: the handler of a signal and finalizers, which are Lua
 * code. They may send (and get another transfer, and a multi for that one call, as does a send
 * after the pool's own __gc, from a finalizer during lua_close), and they may close the last
 * transport: then the multi ends when it comes back.
 */
#ifndef ECSP_POOL_H
#define ECSP_POOL_H

#include <sys/types.h>

#include "idle_sockets.h"
#include "libcurl.h"
#include "transfer.h"

ECSP_HIDDEN_BEGIN

struct ecsp_pool {
    CURLM *multi; /* NULL until the first send, after close, in the child of a fork */
    struct ecsp_idle_sockets idle_sockets; /* its connections */
    pid_t pid;                             /* of the process that made it */
    const char *bundle; /* libcurl's own CA file, if it can be read; libcurl's static memory */
    struct ecsp_transfer *transfers;  /* one, and more where a call was made inside another */
    const struct ecsp_transfer *over; /* whose outcome is about to be read */
    size_t transports;                /* open ones; the multi goes with the last */
    int busy;                         /* lent out; a second taker gets one of its own */
    int closing;                      /* closed while it was lent out */
    int finalized;                    /* nothing may be kept any more */
};

/* A transfer for one call. NULL: no memory. */
struct ecsp_transfer *ecsp_pool_borrow(struct ecsp_pool *pool);
void ecsp_pool_return(struct ecsp_pool *pool, struct ecsp_transfer *transfer);

/* A multi for one call. NULL when libcurl cannot make one. */
CURLM *ecsp_pool_take(struct ecsp_pool *pool);
void ecsp_pool_give_back(struct ecsp_pool *pool, CURLM *multi);

/* Ends the connections. Any number of times; the next take begins anew. */
void ecsp_pool_close(struct ecsp_pool *pool);

/* The pool's end: nothing is kept any more. */
void ecsp_pool_finalize(struct ecsp_pool *pool);

ECSP_HIDDEN_END

#endif
