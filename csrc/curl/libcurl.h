/*
 * What this is: the one place that includes libcurl's header, so that a machine without it gets a
 * sentence instead of a list of errors.
 *
 * May include: curl/curl.h, ecsp.h.
 *
 * Ownership: nothing.
 */
#ifndef ECSP_LIBCURL_H
#define ECSP_LIBCURL_H

#include "../ecsp.h"

#if defined(__has_include)
#if !__has_include(<curl/curl.h>)
#error \
    "ecs_pipeline: curl/curl.h is missing. Debian and Ubuntu: apt install libcurl4-openssl-dev; Fedora and RHEL: dnf install libcurl-devel; Alpine: apk add curl-dev; macOS: brew install curl"
#endif
#endif

/* First: GCC passes over a file that __has_include has missed, and would go on to a list of errors;
 * at another one it stops. */
#include <curl/curlver.h>

#include <curl/curl.h>

#if LIBCURL_VERSION_NUM < 0x074600
#error "ecs_pipeline: libcurl 7.70.0 or newer is needed"
#endif

#endif
