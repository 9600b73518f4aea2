#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* getpid */
#endif
#include "multi.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "global.h"

/* Method, URL and body of one request; the body alone is at most a few times 16 KiB. */
#define MAX_REQUEST_BYTES ((size_t)64 * 1024 * 1024)

static int is_foreign(const struct ecsp_multi *multi)
{
    return multi->handle != NULL && multi->pid != getpid();
}

/* --- lists: nothing is looked for --- */

static void run(struct ecsp_multi *multi, struct ecsp_exchange *exchange)
{
    exchange->next = multi->running;
    exchange->link = &multi->running;
    if (exchange->next != NULL) {
        exchange->next->link = &exchange->next;
    }
    multi->running = exchange;
    multi->running_count++;
}

static void end(struct ecsp_multi *multi, struct ecsp_exchange *exchange)
{
    *exchange->link = exchange->next;
    if (exchange->next != NULL) {
        exchange->next->link = exchange->link;
    }
    multi->running_count--;
    exchange->next = NULL;
    if (multi->over == NULL) {
        multi->over = exchange;
    } else {
        multi->over_last->next = exchange;
    }
    multi->over_last = exchange;
}

/* --- life of an exchange --- */

static void empty(struct ecsp_exchange *exchange)
{
    ecsp_transfer_close(&exchange->transfer);
    ecsp_buf_free(&exchange->request);
    ecsp_settings_drop(exchange->settings);
    exchange->settings = NULL;
}

/* `own`: the handle is this process's to clean up. */
static void destroy(struct ecsp_exchange *list, int own)
{
    while (list != NULL) {
        struct ecsp_exchange *next = list->next;

        empty(list);
        if (!own) {
            ecsp_transfer_abandon(&list->transfer);
        }
        ecsp_transfer_end(&list->transfer);
        free(list);
        list = next;
    }
}

static void abandon(struct ecsp_exchange *list)
{
    for (; list != NULL; list = list->next) {
        ecsp_transfer_abandon(&list->transfer);
    }
}

/* In the child of a fork the exchanges are the parent's. */
static void lose_all(struct ecsp_multi *multi)
{
    multi->abandoned = multi->handle;
    multi->handle = NULL;
    multi->watched.count = 0;
    abandon(multi->spare);
    abandon(multi->filling);
    abandon(multi->over);
    abandon(multi->running);
    while (multi->running != NULL) {
        struct ecsp_exchange *exchange = multi->running;

        exchange->done = 0;
        ecsp_failure_set(&exchange->transfer.failure, "cancelled", "CANCELLED",
                         exchange->transfer.may_be_sent,
                         "the process was forked while the request was under way");
        end(multi, exchange);
    }
}

struct ecsp_exchange *ecsp_multi_exchange(struct ecsp_multi *multi, struct ecsp_settings *settings)
{
    struct ecsp_exchange *exchange = multi->filling;

    if (is_foreign(multi)) {
        lose_all(multi);
    }
    if (exchange != NULL) {
        empty(exchange); /* its filler gave up */
    } else if (multi->spare != NULL) {
        exchange = multi->spare;
        multi->spare = exchange->next;
    } else {
        exchange = calloc(1, sizeof *exchange);
        if (exchange == NULL) {
            return NULL;
        }
    }
    exchange->next = NULL;
    multi->filling = exchange;
    exchange->settings = ecsp_settings_hold(settings);
    exchange->done = 0;
    ecsp_buf_init(&exchange->request, MAX_REQUEST_BYTES);
    ecsp_transfer_open(&exchange->transfer, &settings->transfer);
    return exchange;
}

int ecsp_multi_fill(struct ecsp_exchange *exchange, struct ecsp_str method, struct ecsp_str url,
                    struct ecsp_str body)
{
    struct ecsp_buf *copy = &exchange->request;
    struct ecsp_str own_method;
    struct ecsp_str own_url;
    struct ecsp_str own_body;

    ecsp_buf_str(copy, method);
    ecsp_buf_byte(copy, '\0');
    ecsp_buf_str(copy, url);
    ecsp_buf_byte(copy, '\0');
    ecsp_buf_str(copy, body);
    ecsp_buf_byte(copy, '\0');
    if (copy->status != ECSP_OK) {
        ecsp_failure_set(&exchange->transfer.failure, "transport", "MEMORY", 0,
                         copy->status == ECSP_ERR_LIMIT ? "the request is longer than 64 MiB"
                                                        : "not enough memory");
        return 0;
    }
    own_method.data = copy->data;
    own_method.len = method.len;
    own_url.data = own_method.data + method.len + 1;
    own_url.len = url.len;
    own_body.data = own_url.data + url.len + 1;
    own_body.len = body.len;
    return ecsp_transfer_request(&exchange->transfer, own_method, own_url, own_body);
}

static int fail_start(struct ecsp_exchange *exchange)
{
    ecsp_failure_set(&exchange->transfer.failure, "transport", "MEMORY", 0,
                     "libcurl could not be started");
    return 0;
}

static int open_handle(struct ecsp_multi *multi)
{
    if (multi->handle == NULL) {
        multi->handle = ecsp_global_multi();
        multi->pid = getpid();
        multi->bundle = ecsp_global_bundle();
        memset(&multi->idle_sockets, 0, sizeof multi->idle_sockets);
        if (multi->handle != NULL) {
            (void)curl_multi_setopt(multi->handle, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                                    (long)ECSP_MAX_CONNECTIONS);
            (void)curl_multi_setopt(multi->handle, CURLMOPT_MAXCONNECTS,
                                    (long)ECSP_MAX_CONNECTIONS);
            (void)curl_multi_setopt(multi->handle, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
            ecsp_watched_attach(&multi->watched, multi->handle);
        }
    }
    return multi->handle != NULL;
}

int ecsp_multi_start(struct ecsp_multi *multi, struct ecsp_exchange *exchange, long timeout_ms)
{
    struct ecsp_transfer *transfer = &exchange->transfer;

    if (!open_handle(multi) || !ecsp_watched_reserve(&multi->watched, multi->running_count + 1)) {
        return fail_start(exchange);
    }
    if (!ecsp_transfer_begin(transfer, &multi->idle_sockets, exchange->settings, multi->bundle,
                             timeout_ms)) {
        ecsp_transfer_leave(transfer);
        return 0;
    }
    if (curl_easy_setopt(transfer->easy, CURLOPT_PRIVATE, (void *)exchange) != CURLE_OK ||
        curl_multi_add_handle(multi->handle, transfer->easy) != CURLM_OK) {
        ecsp_transfer_leave(transfer);
        return fail_start(exchange);
    }
    multi->filling = NULL;
    exchange->id = ++multi->last_id;
    run(multi, exchange);
    return 1;
}

/* Out of libcurl's hands; the outcome has been read. */
static void retire(struct ecsp_multi *multi, struct ecsp_exchange *exchange)
{
    (void)curl_multi_remove_handle(multi->handle, exchange->transfer.easy);
    ecsp_transfer_leave(&exchange->transfer);
    end(multi, exchange);
}

static void cancel(struct ecsp_multi *multi, struct ecsp_exchange *exchange, const char *why)
{
    struct ecsp_transfer *transfer = &exchange->transfer;

    ecsp_failure_set(&transfer->failure, "cancelled", "CANCELLED", transfer->may_be_sent, "%s",
                     why);
    exchange->done = 0;
    retire(multi, exchange);
}

/* --- carrying on --- */

/* The connection held unexpected bytes and was not used: tries once more on a new one, as
 * ecsp_transfer_perform. */
static int again(struct ecsp_multi *multi, struct ecsp_exchange *exchange)
{
    exchange->transfer.unclean = 0;
    return curl_multi_remove_handle(multi->handle, exchange->transfer.easy) == CURLM_OK &&
           curl_easy_setopt(exchange->transfer.easy, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK &&
           curl_multi_add_handle(multi->handle, exchange->transfer.easy) == CURLM_OK;
}

/* Once the multi itself has failed, what is under way on it ends; the next start makes a new one.
 */
static void give_up(struct ecsp_multi *multi)
{
    while (multi->running != NULL) {
        struct ecsp_exchange *exchange = multi->running;

        ecsp_transfer_multi_failed(&exchange->transfer, multi->watched.failed);
        exchange->done = 0;
        retire(multi, exchange);
    }
    (void)curl_multi_cleanup(multi->handle);
    multi->handle = NULL;
}

/* Lets libcurl act, and takes what is over. */
static void act(struct ecsp_multi *multi, int timeout_ms)
{
    struct ecsp_exchange *exchange = multi->running;
    CURLMsg *message;
    int left;

    ecsp_watched_act(&multi->watched, multi->handle, timeout_ms);
    for (; multi->watched.starved && exchange != NULL; exchange = exchange->next) {
        exchange->transfer.starved = 1; /* whose allocation it was is not known */
    }
    while ((message = curl_multi_info_read(multi->handle, &left)) != NULL) {
        CURLcode result = message->data.result;
        char *pointer = NULL;

        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &pointer);
        exchange = (struct ecsp_exchange *)(void *)pointer;
        if (!exchange->transfer.unclean || !again(multi, exchange)) {
            exchange->done = ecsp_transfer_outcome(&exchange->transfer, result);
            retire(multi, exchange);
        }
    }
    if (multi->watched.failed != CURLM_OK) {
        give_up(multi);
    }
}

static void cancel_closed(struct ecsp_multi *multi)
{
    struct ecsp_exchange *exchange = multi->running;

    while (exchange != NULL) {
        struct ecsp_exchange *next = exchange->next;

        if (exchange->settings->closed) {
            cancel(multi, exchange, "the client was closed while the request was under way");
        }
        exchange = next;
    }
}

void ecsp_multi_step(struct ecsp_multi *multi, int timeout_ms)
{
    if (is_foreign(multi)) {
        lose_all(multi);
    }
    if (multi->running == NULL) {
        return;
    }
    cancel_closed(multi);
    act(multi, 0);
    if (multi->over == NULL && timeout_ms > 0) {
        act(multi, timeout_ms);
    }
}

int ecsp_multi_cancel(struct ecsp_multi *multi, double id)
{
    struct ecsp_exchange *exchange = is_foreign(multi) ? NULL : multi->running;

    while (exchange != NULL && exchange->id != id) {
        exchange = exchange->next;
    }
    if (exchange != NULL) {
        cancel(multi, exchange, "the request was cancelled");
    }
    return exchange != NULL;
}

void ecsp_multi_drop_oldest(struct ecsp_multi *multi)
{
    struct ecsp_exchange *exchange = multi->over;

    multi->over = exchange->next;
    empty(exchange);
    exchange->next = multi->spare;
    multi->spare = exchange;
}

/* --- for hosts with a loop of their own --- */

long ecsp_multi_wait_ms(const struct ecsp_multi *multi)
{
    long wait = -1;

    if (multi->over != NULL || is_foreign(multi)) {
        return 0;
    }
    if (multi->running != NULL && curl_multi_timeout(multi->handle, &wait) != CURLM_OK) {
        return 0;
    }
    return wait;
}

const struct ecsp_watched *ecsp_multi_watched(struct ecsp_multi *multi)
{
    if (is_foreign(multi)) {
        lose_all(multi);
    }
    return &multi->watched;
}

void ecsp_multi_close(struct ecsp_multi *multi)
{
    int own = !is_foreign(multi);
    struct ecsp_exchange *exchange;

    for (exchange = own ? multi->running : NULL; exchange != NULL; exchange = exchange->next) {
        (void)curl_multi_remove_handle(multi->handle, exchange->transfer.easy);
    }
    destroy(multi->running, own);
    destroy(multi->over, own);
    destroy(multi->filling, own);
    destroy(multi->spare, own);
    multi->running = multi->over = multi->filling = multi->spare = NULL;
    multi->running_count = 0;
    if (own && multi->handle != NULL) {
        (void)curl_multi_cleanup(multi->handle);
    }
    multi->handle = NULL;
    ecsp_watched_free(&multi->watched);
    multi->closed = 1;
}
