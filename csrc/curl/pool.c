#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* getpid */
#endif
#include "pool.h"

#include <unistd.h>

#include "global.h"

CURL *ecsp_pool_take(struct ecsp_pool *pool)
{
    pid_t pid = getpid();

    if (pool->easy != NULL && pool->pid != pid) {
        pool->easy = NULL;
        pool->busy = 0;
    }
    if (pool->finalized || pool->busy) {
        return ecsp_global_easy();
    }
    if (pool->easy == NULL) {
        pool->easy = ecsp_global_easy();
        pool->pid = pid;
        pool->bundle = ecsp_global_bundle();
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
