#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* access, pthread_once */
#endif
#include "global.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* The only mutable statics of the module; the others are written by the first, once. Never undone:
 * other users of libcurl in the process may outlive us. curl_version and curl_version_info write
 * static buffers of libcurl at each call, so that two threads must not call them. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char version[256];
static const char *bundle; /* libcurl's static memory */

static void start_libcurl(void)
{
    const curl_version_info_data *info;

    /* A failure shows again in curl_easy_init, which tries by itself and returns NULL. */
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    info = curl_version_info(CURLVERSION_NOW);
    bundle = info->age < CURLVERSION_SEVENTH ? NULL : info->cainfo;
    (void)snprintf(version, sizeof version, "%s", curl_version());
}

CURL *ecsp_global_easy(void)
{
    pthread_once(&once, start_libcurl);
    return curl_easy_init();
}

CURLM *ecsp_global_multi(void)
{
    pthread_once(&once, start_libcurl);
    return curl_multi_init();
}

const char *ecsp_global_bundle(void)
{
    pthread_once(&once, start_libcurl);
    return bundle != NULL && access(bundle, R_OK) == 0 ? bundle : NULL;
}

const char *ecsp_global_version(void)
{
    pthread_once(&once, start_libcurl);
    return version;
}
