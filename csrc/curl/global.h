/*
 * What this is: libcurl, initialised once in the process, and its handles, which need that.
 *
 * May include: libcurl.h.
 *
 * Ownership: the caller of easy and multi cleans up the handle; the bundle's name is libcurl's
 * static memory.
 */
#ifndef ECSP_GLOBAL_H
#define ECSP_GLOBAL_H

#include "libcurl.h"

ECSP_HIDDEN_BEGIN

/* NULL when libcurl cannot make one. */
CURL *ecsp_global_easy(void);
CURLM *ecsp_global_multi(void);

/* libcurl's own CA file, if it can be read; else NULL. */
const char *ecsp_global_bundle(void);

/* What libcurl says about itself, such as "libcurl/7.88.1 OpenSSL/3.0.22". */
const char *ecsp_global_version(void);

ECSP_HIDDEN_END

#endif
