/*
 * What this is: the sockets of connections that libcurl keeps for the next call, so that bytes
 * which arrived on an idle one are seen before a request is sent. No bytes may arrive on an idle
 * HTTP/1.1 connection; libcurl reads such bytes (a 408, or the reply to another request) as the
 * reply to the next request: before 8.0 always, and from 8.15 on under TLS, because it lets OpenSSL
 * read ahead and then asks only the socket, which is empty by that time.
 *
 * May include: libcurl.h.
 *
 * Ownership: borrows the sockets, which libcurl opens and closes. Entries of closed ones stay until
 * they are overwritten; they do no harm, since an entry only counts for the connection whose local
 * port it has.
 */
#ifndef ECSP_IDLE_SOCKETS_H
#define ECSP_IDLE_SOCKETS_H

#include "libcurl.h"

ECSP_HIDDEN_BEGIN

/* As many as a multi may open; an easy handle keeps five. */
#define ECSP_MAX_IDLE_SOCKETS 256

struct ecsp_idle_sockets {
    struct {
        curl_socket_t socket;
        long local_port; /* 0: no entry */
    } entries[ECSP_MAX_IDLE_SOCKETS];
    size_t used; /* entries from here on have never been */
    size_t next; /* to be overwritten when none is free */
    int (*has_pending)(
        const void *ssl); /* OpenSSL's SSL_has_pending; NULL: not known, or no such */
    int looked_for_it;
};

/* After an exchange that went well: notes the connection that the handle just used. */
void ecsp_idle_sockets_note(struct ecsp_idle_sockets *idle_sockets, CURL *easy);

/* 1: the kept connection with this local port holds bytes, or its end. 0: it is quiet, or unknown.
 */
int ecsp_idle_sockets_is_unclean(const struct ecsp_idle_sockets *idle_sockets, long local_port);

/* The same for what the TLS layer has read already, of the connection that the handle is about to
 * use again. */
int ecsp_idle_sockets_has_read_ahead(struct ecsp_idle_sockets *idle_sockets, CURL *easy);

ECSP_HIDDEN_END

#endif
