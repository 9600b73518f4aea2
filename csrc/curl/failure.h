/*
 * What this is: why a transfer gave no reply, as the send contract spells it, and the one table
 * that turns libcurl's codes into it.
 *
 * May include: ecsp.h, curl/curl.h.
 *
 * Ownership: a plain value. `kind`, `code` and `reason` point to literals.
 */
#ifndef ECSP_FAILURE_H
#define ECSP_FAILURE_H

#include "libcurl.h"

ECSP_HIDDEN_BEGIN

struct ecsp_failure {
    const char *kind;   /* "transport", "timeout", "protocol" or "cancelled"; NULL: no failure */
    const char *code;   /* DNS CONNECT PROXY TLS RESET TIMEOUT TOO_LARGE PROTOCOL REQUEST MEMORY
                           TOO_MANY_OPEN_FILES CANCELLED NO_TRANSPORT OTHER */
    const char *reason; /* of code TLS, where it is known: tls_reason.c, "ended" or "ca_file"; of
                           code PROXY, if it does not pass by itself: "credentials", "refused" or
                           "unsupported"; else NULL */
    int sent;           /* 0: certainly no byte of the request reached the service */
    char message[CURL_ERROR_SIZE + 256];
};

/* Fills all of it; control characters in the message become spaces. */
ECSP_PRINTF(5, 6)
void ecsp_failure_set(struct ecsp_failure *failure, const char *kind, const char *code, int sent,
                      const char *format, ...);

/* What is known about a transfer that libcurl ended with an error. */
struct ecsp_failure_facts {
    CURLcode result;
    const char *text;    /* libcurl's own words; may be empty */
    const char *ca_file; /* what the peer was checked against; may be NULL */
    int sent;
    int starved; /* an allocation failed meanwhile */
    int proxied;
    long connect_status; /* the proxy's answer to CONNECT, 0 without one */
};

void ecsp_failure_from_curl(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts);

/* 1: one of the words stands in the text. libcurl has one code for several things; only its words,
 * and those of the TLS library, tell them apart. */
int ecsp_failure_says_any(const char *text, const char *const *words, size_t count);

ECSP_HIDDEN_END

#endif
