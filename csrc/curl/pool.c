#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* getpid, access, pthread_once */
#endif
#include "pool.h"

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

static CURL *new_handle(void)
{
    pthread_once(&once, start_libcurl);
    return curl_easy_init();
}

static const char *readable_bundle(void)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

    if (info->age < CURLVERSION_SEVENTH || info->cainfo == NULL ||
        access(info->cainfo, R_OK) != 0) {
        return NULL;
    }
    return info->cainfo;
}

CURL *ecsp_pool_take(struct ecsp_pool *pool)
{
    pid_t pid = getpid();

    if (pool->easy != NULL && pool->pid != pid) {
        pool->easy = NULL;
        pool->busy = 0;
    }
    if (pool->finalized || pool->busy) {
        return new_handle();
    }
    if (pool->easy == NULL) {
        pool->easy = new_handle();
        pool->pid = pid;
        pool->bundle = readable_bundle();
    }
    pool->busy = pool->easy != NULL;
    return pool->easy;
}

void ecsp_pool_give_back(struct ecsp_pool *pool, CURL *easy)
{
    if (easy == pool->easy) {
        pool->busy = 0;
    } else {
        curl_easy_cleanup(easy);
    }
}

void ecsp_pool_close(struct ecsp_pool *pool)
{
    CURL *easy = pool->easy;

    pool->easy = NULL;
    if (easy != NULL && pool->pid == getpid()) {
        curl_easy_cleanup(easy);
    }
}
