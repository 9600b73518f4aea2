/*
 * What this is: the sockets that the exchanges of one curl_multi wait for, as libcurl reports each
 * change. Waiting is by poll, so that descriptors can have any number; curl_multi_fdset knows those
 * below FD_SETSIZE (1,024) only.
 *
 * May include: libcurl.h.
 *
 * Ownership: owns its list; the sockets are libcurl's. After a fork, the list of the child is
 * cleared before anything else.
 */
#ifndef ECSP_WATCHED_H
#define ECSP_WATCHED_H

#include <poll.h>
#include <stddef.h>

#include "libcurl.h"

ECSP_HIDDEN_BEGIN

struct ecsp_watched {
    struct pollfd *list;
    size_t count;
    size_t room;
    int starved;      /* an allocation failed in the last act */
    CURLMcode failed; /* of the last act; after a failure the multi can only be ended */
};

/* From now on the multi reports to it. */
void ecsp_watched_attach(struct ecsp_watched *watched, CURLM *multi);

/* Makes room for the sockets of this number of exchanges. 0: no memory. */
int ecsp_watched_reserve(struct ecsp_watched *watched, size_t exchanges);

/* Waits until a socket is ready, a timer of libcurl ends or a signal comes, at most this long, and
 * lets libcurl act on it. */
void ecsp_watched_act(struct ecsp_watched *watched, CURLM *multi, int timeout_ms);

/* Any number of times. */
void ecsp_watched_free(struct ecsp_watched *watched);

ECSP_HIDDEN_END

#endif
