#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* getpid */
#endif
#include "pool.h"

#include <stdlib.h>
#include <unistd.h>

#include "global.h"

#define MOST_CONNECTIONS 5L /* kept for later calls, as in an easy handle alone */

struct ecsp_transfer *ecsp_pool_borrow(struct ecsp_pool *pool)
{
    struct ecsp_transfer *transfer = pool->transfers;

    while (transfer != NULL && transfer->lent) {
        transfer = transfer->next;
    }
    if (transfer == NULL) {
        transfer = calloc(1, sizeof *transfer);
        if (transfer == NULL) {
            return NULL;
        }
        transfer->next = pool->transfers;
        pool->transfers = transfer;
    }
    transfer->lent = 1;
    return transfer;
}

/* Ends those that are not lent out. */
static void end_transfers(struct ecsp_pool *pool)
{
    struct ecsp_transfer **link = &pool->transfers;

    while (*link != NULL) {
        struct ecsp_transfer *transfer = *link;

        if (transfer->lent) {
            link = &transfer->next;
        } else {
            *link = transfer->next;
            ecsp_transfer_end(transfer);
            free(transfer);
        }
    }
}

void ecsp_pool_return(struct ecsp_pool *pool, struct ecsp_transfer *transfer)
{
    ecsp_transfer_close(transfer);
    transfer->lent = 0;
    if (pool->finalized || pool->transports == 0) {
        end_transfers(pool);
    }
}

static CURLM *make(void)
{
    CURLM *multi = ecsp_global_multi();

    if (multi != NULL) {
        (void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, MOST_CONNECTIONS);
    }
    return multi;
}

static void forget(struct ecsp_pool *pool)
{
    pool->multi = NULL;
    pool->busy = 0;
    pool->closing = 0;
}

CURLM *ecsp_pool_take(struct ecsp_pool *pool)
{
    pid_t pid = getpid();

    if (pool->multi != NULL && pool->pid != pid) {
        forget(pool);
    }
    if (pool->finalized || pool->busy) {
        return make();
    }
    if (pool->multi == NULL) {
        pool->pid = pid;
        pool->bundle = ecsp_global_bundle();
        pool->multi = make();
    }
    pool->busy = pool->multi != NULL;
    return pool->multi;
}

void ecsp_pool_give_back(struct ecsp_pool *pool, CURLM *multi)
{
    if (multi != pool->multi) {
        (void)curl_multi_cleanup(multi);
        return;
    }
    pool->busy = 0;
    if (pool->closing) {
        ecsp_pool_close(pool);
    }
}

void ecsp_pool_close(struct ecsp_pool *pool)
{
    CURLM *multi = pool->multi;
    int own = multi != NULL && pool->pid == getpid();

    if (own && pool->busy) {
        pool->closing = 1;
        return;
    }
    forget(pool);
    end_transfers(pool);
    if (own) {
        (void)curl_multi_cleanup(multi);
    }
}

void ecsp_pool_finalize(struct ecsp_pool *pool)
{
    int own = pool->multi == NULL || pool->pid == getpid();
    struct ecsp_transfer *transfer;

    pool->finalized = 1;
    for (transfer = pool->transfers; transfer != NULL; transfer = transfer->next) {
        if (!own && transfer->lent) {
            ecsp_transfer_abandon(transfer); /* under way when its process was forked */
        }
        transfer->lent = 0;
    }
    ecsp_pool_close(pool);
}
