#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* getpid */
#endif
#include "pool.h"

#include <string.h>
#include <unistd.h>

#include "global.h"

#define MOST_CONNECTIONS 5L /* kept for later calls, as in an easy handle alone */

static void clean_up(const struct ecsp_handles *handles)
{
    if (handles->easy != NULL) {
        curl_easy_cleanup(handles->easy);
    }
    if (handles->multi != NULL) {
        (void)curl_multi_cleanup(handles->multi);
    }
}

/* Makes those that are missing. */
static int make(struct ecsp_handles *handles)
{
    if (handles->multi == NULL) {
        handles->multi = ecsp_global_multi();
    }
    if (handles->easy == NULL && handles->multi != NULL) {
        handles->easy = ecsp_global_easy();
    }
    if (handles->easy == NULL ||
        curl_multi_setopt(handles->multi, CURLMOPT_MAXCONNECTS, MOST_CONNECTIONS) != CURLM_OK) {
        clean_up(handles);
        memset(handles, 0, sizeof *handles);
        return 0;
    }
    return 1;
}

int ecsp_pool_take(struct ecsp_pool *pool, struct ecsp_handles *handles)
{
    pid_t pid = getpid();

    if (pool->handles.multi != NULL && pool->pid != pid) {
        memset(&pool->handles, 0, sizeof pool->handles);
        pool->busy = 0;
        pool->closing = 0;
    }
    memset(handles, 0, sizeof *handles);
    if (pool->finalized || pool->busy) {
        return make(handles);
    }
    if (pool->handles.multi == NULL) {
        pool->pid = pid;
        pool->bundle = ecsp_global_bundle();
    }
    pool->busy = (pool->handles.easy != NULL || make(&pool->handles));
    *handles = pool->handles;
    return pool->busy;
}

void ecsp_pool_give_back(struct ecsp_pool *pool, const struct ecsp_handles *handles)
{
    if (handles->multi != pool->handles.multi) {
        clean_up(handles);
        return;
    }
    pool->handles.easy = handles->easy;
    pool->busy = 0;
    if (pool->closing) {
        ecsp_pool_close(pool);
    }
}

void ecsp_pool_close(struct ecsp_pool *pool)
{
    struct ecsp_handles handles = pool->handles;

    if (handles.multi != NULL && pool->pid == getpid() && pool->busy) {
        pool->closing = 1;
        return;
    }
    memset(&pool->handles, 0, sizeof pool->handles);
    pool->busy = 0;
    pool->closing = 0;
    if (handles.multi != NULL && pool->pid == getpid()) {
        clean_up(&handles);
    }
}
