#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* access, pthread_once */
#endif
#include "global.h"

#include <pthread.h>
#include <unistd.h>

/* The only mutable static of the module. Never undone: other users of libcurl in the process may
 * outlive us. */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start_libcurl(void)
{
    /* A failure shows again in curl_easy_init, which tries by itself and returns NULL. */
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
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
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

    if (info->age < CURLVERSION_SEVENTH || info->cainfo == NULL ||
        access(info->cainfo, R_OK) != 0) {
        return NULL;
    }
    return info->cainfo;
}
