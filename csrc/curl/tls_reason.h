/*
 * What this is: why TLS failed, told from the words of libcurl and of the library under it, since
 * libcurl has one code for most of it.
 *
 * May include: ecsp.h, libcurl.h.
 *
 * Ownership: everything points to literals.
 */
#ifndef ECSP_TLS_REASON_H
#define ECSP_TLS_REASON_H

#include "libcurl.h"

ECSP_HIDDEN_BEGIN

struct ecsp_tls_reason {
    const char *name; /* for programs: "expired", "wrong_host", … */
    const char *text; /* for people */
};

/* NULL: the words say nothing that is known here. */
const struct ecsp_tls_reason *ecsp_tls_reason(const char *words);

ECSP_HIDDEN_END

#endif
