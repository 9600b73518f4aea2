/*
 * What this is: one HTTP request and its one reply, over libcurl, in memory that the transfer owns.
 * The steps are separate so that a blocking call and many at once (multi.h) share them: begin (sets
 * the options), run, finish (reads the outcome, takes the options away again).
 *
 * May include: libcurl.h, head.h, failure.h, idle_sockets.h, wire/buf.h. Knows no Lua, and its
 * callbacks call nobody else.
 *
 * Ownership: a transfer owns its request header list, the reply head and the reply body; close
 * frees them, any number of times. It borrows the request (method, url, body) and the settings from
 * begin to finish, and the easy handle as well: between the two nothing else may use or free them.
 * After finish the handle holds no pointer into the transfer.
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

struct ecsp_transfer {
    const char *method; /* borrowed, NUL-terminated */
    const char *url;    /* borrowed, NUL-terminated */
    struct ecsp_str body;
    struct ecsp_buf lines; /* the request's fields, "name: value\0" each */
    struct ecsp_buf nodes; /* the same as libcurl wants them: struct curl_slist each */
    unsigned given;

    struct ecsp_head head;
    struct ecsp_buf reply;
    long status;

    CURL *easy;                             /* borrowed, like the next, from begin to finish */
    struct ecsp_idle_sockets *idle_sockets; /* of that handle */
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

/* On a zeroed struct. */
void ecsp_transfer_init(struct ecsp_transfer *transfer,
                        const struct ecsp_transfer_settings *settings);
void ecsp_transfer_close(struct ecsp_transfer *transfer);

/* Method, URL and body, borrowed until finish. 0 and a failure when they cannot go on the wire. */
int ecsp_transfer_request(struct ecsp_transfer *transfer, struct ecsp_str method,
                          struct ecsp_str url, struct ecsp_str body);

/* Copies one header field. 0 and a failure for what cannot go on the wire: a name that is no token,
   a control character in the value, a length that is not the body's. Call it after
   ecsp_transfer_request. */
int ecsp_transfer_field(struct ecsp_transfer *transfer, struct ecsp_str name,
                        struct ecsp_str value);

/* Sets every option on an easy handle in its reset state. `timeout_ms` 0: no total limit. `bundle`:
   the CA file to use when the settings name none; NULL leaves libcurl's own defaults. 0 and a
   failure when libcurl refuses one: then ecsp_transfer_leave is next. */
int ecsp_transfer_begin(struct ecsp_transfer *transfer, CURL *easy,
                        struct ecsp_idle_sockets *idle_sockets,
                        const struct ecsp_transfer_settings *settings, const char *bundle,
                        long timeout_ms);

/* What to do between two waits, at least once a second and after each signal. It may use other
 * handles of libcurl, not these. 0: go on; other: end. */
typedef int ecsp_between(void *context);

/* Blocks until the exchange is over and reads the outcome. The connections are the multi's. */
int ecsp_transfer_perform(struct ecsp_transfer *transfer, CURLM *multi, CURL *easy,
                          ecsp_between *between, void *context);

/* Reads the outcome. 1: status, head and reply are set; 0: failure is. The handle still points into
 * the transfer: ecsp_transfer_leave is next. */
int ecsp_transfer_outcome(struct ecsp_transfer *transfer, CURL *easy, CURLcode result);

/* The outcome where the multi itself failed. */
void ecsp_transfer_multi_failed(struct ecsp_transfer *transfer, CURLMcode failed);

/* Takes every option and pointer out of the handle, which keeps its TLS sessions. Where memory ran
 * out, it ends the handle and writes NULL: the reset sets libcurl's defaults, strings among them,
 * and does not say how far it came. */
void ecsp_transfer_leave(struct ecsp_transfer *transfer, CURL **easy);

ECSP_HIDDEN_END

#endif
