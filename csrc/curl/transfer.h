/*
 * What this is: one HTTP request and its one reply, over libcurl, in memory that the transfer owns.
 * The steps are separate so that a blocking call and many at once (multi.h) share them: open, the
 * request, begin (sets the options), run, outcome, leave, close. Then it can be opened again.
 *
 * May include: libcurl.h, head.h, failure.h, idle_sockets.h, wire/buf.h. Knows no Lua, and its
 * callbacks call nobody else.
 *
 * Ownership: a transfer owns its easy handle, its request header list, the reply head and the reply
 * body, and holds a share of the settings that the handle was set for. It borrows the request
 * (method, url, body) from begin to leave. The handle points at the transfer, which must stay where
 * it is.
 */
#ifndef ECSP_TRANSFER_H
#define ECSP_TRANSFER_H

#include "../wire/buf.h"
#include "failure.h"
#include "head.h"
#include "idle_sockets.h"
#include "libcurl.h"

ECSP_HIDDEN_BEGIN

/* Everything a transport fixes once. Strings are NUL-terminated and belong to whoever made the
 * settings. */
struct ecsp_transfer_settings {
    const char *ca_file; /* PEM bundle, or a folder of them; NULL: the system's */
    int ca_folder;       /* is it a folder, with names as c_rehash makes them? */
    int verify;          /* peer and host name, of the service and of an https proxy */
    const char
        *proxy; /* URL without user and password; "" is none, whatever the environment says */
    const char *proxy_user;     /* NULL: none */
    const char *proxy_password; /* NULL: none */
    long connect_timeout_ms;    /* resolving, connecting and TLS together */
    size_t max_reply_bytes;     /* of the body, after inflating */
    size_t max_header_bytes;    /* of all reply heads of one exchange */
};

/* Fields that libcurl would add by itself are switched off unless the request has them. */
#define ECSP_GIVEN_ACCEPT 1u
#define ECSP_GIVEN_CONTENT_TYPE 2u
#define ECSP_GIVEN_EXPECT 4u

struct ecsp_settings;

struct ecsp_transfer {
    /* Kept from exchange to exchange: the handle, which has the TLS sessions, and memory. */
    CURL *easy;                      /* NULL: to be made */
    CURL *abandoned;                 /* the parent's, in the child of a fork: never used */
    struct ecsp_settings *fixed_for; /* a share of those whose options it has; NULL: of none */
    struct ecsp_transfer *next;      /* these two are the pool's */
    int lent;

    const char *method; /* borrowed, NUL-terminated */
    const char *url;    /* borrowed, NUL-terminated */
    struct ecsp_str body;
    struct ecsp_buf lines; /* the request's fields, "name: value\0" each */
    struct ecsp_buf nodes; /* the same as libcurl wants them: struct curl_slist each */
    unsigned given;

    struct ecsp_head head;
    struct ecsp_buf reply;
    long status;

    struct ecsp_idle_sockets *idle_sockets; /* borrowed, from begin to the outcome */
    int may_be_sent; /* libcurl was about to write the request, at least once */
    int unclean; /* a kept connection held bytes that nobody asked for: nothing was sent on it */
    int starved; /* an allocation failed while libcurl worked on it: errno says so. libcurl has one
                    code for that and for a line that is too long, and another for a host whose
                    address it cannot store. */
    int proxied;
    const char *ca_file; /* what this transfer is checked against, borrowed; NULL: not known */
    struct ecsp_failure failure;
    char error_text[CURL_ERROR_SIZE];
};

/* Begins an exchange, on a zeroed struct or a closed transfer. */
void ecsp_transfer_open(struct ecsp_transfer *transfer,
                        const struct ecsp_transfer_settings *settings);

/* Wipes what the exchange had. The handle and memory up to 16 KiB a buffer are kept. */
void ecsp_transfer_close(struct ecsp_transfer *transfer);

/* Frees everything. May be called again. */
void ecsp_transfer_end(struct ecsp_transfer *transfer);

/* In the child of a fork: the handle is the parent's. */
void ecsp_transfer_abandon(struct ecsp_transfer *transfer);

/* Method, URL and body, borrowed until leave. 0 and a failure when they cannot go on the wire. */
int ecsp_transfer_request(struct ecsp_transfer *transfer, struct ecsp_str method,
                          struct ecsp_str url, struct ecsp_str body);

/* Copies one header field. 0 and a failure for what cannot go on the wire: a name that is no token,
   a control character in the value, a length that is not the body's. Call it after
   ecsp_transfer_request. */
int ecsp_transfer_field(struct ecsp_transfer *transfer, struct ecsp_str name,
                        struct ecsp_str value);

/* Makes the handle if there is none, and sets its options. `timeout_ms` 0: no total limit.
   `bundle`: the CA file to use when the settings name none; NULL leaves libcurl's own defaults. 0
   and a failure when libcurl refuses: then ecsp_transfer_leave is next. */
int ecsp_transfer_begin(struct ecsp_transfer *transfer, struct ecsp_idle_sockets *idle_sockets,
                        struct ecsp_settings *settings, const char *bundle, long timeout_ms);

/* What to do between two waits, at least once a second and after each signal. It may use other
 * handles of libcurl, not these. 0: go on; other: end. */
typedef int ecsp_between(void *context);

/* Blocks until the exchange is over and reads the outcome. The connections are the multi's. */
int ecsp_transfer_perform(struct ecsp_transfer *transfer, CURLM *multi, ecsp_between *between,
                          void *context);

/* Reads the outcome. 1: status, head and reply are set; 0: failure is. The handle still points into
 * the request: ecsp_transfer_leave is next. */
int ecsp_transfer_outcome(struct ecsp_transfer *transfer, CURLcode result);

/* The outcome where the multi itself failed. */
void ecsp_transfer_multi_failed(struct ecsp_transfer *transfer, CURLMcode failed);

/* Takes the request out of the handle, which keeps its TLS sessions and the options of the
 * settings. Where memory ran out, it ends the handle: which options it has is not known then. */
void ecsp_transfer_leave(struct ecsp_transfer *transfer);

ECSP_HIDDEN_END

#endif
