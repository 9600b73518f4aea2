/*
 * What this is: many exchanges under way at once, over one curl_multi: start, step, take what is
 * over. Connections, TLS sessions, DNS answers and the parsed CA file are the multi's, shared by
 * all its exchanges.
 *
 * May include: transfer.h, settings.h, watched.h. Knows no Lua.
 *
 * Ownership: the multi owns its exchanges and their handles; an exchange owns its transfer and a
 * copy of the request, and holds a share of its settings. What is inherited through fork is
 * abandoned as in pool.h: only our own memory is freed.
 */
#ifndef ECSP_MULTI_H
#define ECSP_MULTI_H

#include <sys/types.h>

#include "settings.h"
#include "transfer.h"
#include "watched.h"

ECSP_HIDDEN_BEGIN

/* Connections at a time; more exchanges than that wait for one, inside their own deadline. */
#define ECSP_MAX_CONNECTIONS ECSP_MAX_IDLE_SOCKETS

struct ecsp_exchange {
    struct ecsp_transfer transfer;
    struct ecsp_buf request; /* method, URL, body: each with a NUL */
    struct ecsp_settings *settings;
    double id; /* a whole number */
    int done;  /* over: 1 with a reply, 0 with a failure */
    struct ecsp_exchange *next;
    struct ecsp_exchange **link; /* of a running one: what points at it */
};

struct ecsp_multi {
    CURLM *handle;    /* NULL until the first start and in the child of a fork */
    CURLM *abandoned; /* the parent's, in the child of a fork: never used, so no leak either */
    pid_t pid;
    const char *bundle; /* libcurl's own CA file, if it can be read */
    struct ecsp_idle_sockets idle_sockets;
    struct ecsp_watched watched; /* of the running ones */
    struct ecsp_exchange *running;
    struct ecsp_exchange *over; /* oldest first */
    struct ecsp_exchange *over_last;
    struct ecsp_exchange *filling; /* not started yet, or it could not be */
    struct ecsp_exchange *spare;
    size_t running_count;
    double last_id;
    int closed;
};

/* A new exchange, for ecsp_multi_fill and then start. One that was not started is taken back by the
 * next call. NULL: no memory. */
struct ecsp_exchange *ecsp_multi_exchange(struct ecsp_multi *multi, struct ecsp_settings *settings);

/* Copies the request in. 0 and a failure in the transfer when it cannot go on the wire. */
int ecsp_multi_fill(struct ecsp_exchange *exchange, struct ecsp_str method, struct ecsp_str url,
                    struct ecsp_str body);

/* Hands it to libcurl. `timeout_ms` 0: no total limit. 0 and a failure in the transfer when it
 * cannot begin. */
int ecsp_multi_start(struct ecsp_multi *multi, struct ecsp_exchange *exchange, long timeout_ms);

/* Continues all exchanges; waits at most this long for a socket or a timer, and not at all if one
 * has ended. Exchanges of closed settings end here. */
void ecsp_multi_step(struct ecsp_multi *multi, int timeout_ms);

/* Ends a running exchange with kind "cancelled". 0: no exchange has that id. */
int ecsp_multi_cancel(struct ecsp_multi *multi, double id);

/* Takes back the oldest that is over. */
void ecsp_multi_drop_oldest(struct ecsp_multi *multi);

/* Milliseconds until step should be called even if no descriptor is ready; -1: no such time. */
long ecsp_multi_wait_ms(const struct ecsp_multi *multi);

/* The sockets to watch, or an empty list. */
const struct ecsp_watched *ecsp_multi_watched(struct ecsp_multi *multi);

/* Ends everything. Any number of times. */
void ecsp_multi_close(struct ecsp_multi *multi);

ECSP_HIDDEN_END

#endif
