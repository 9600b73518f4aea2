#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* poll */
#endif
#include "watched.h"

#include <errno.h>
#include <stdlib.h>

/* libcurl's bound (MAX_SOCKSPEREASYHANDLE): two addresses tried at once, the resolver, a proxy. */
#define SOCKETS_OF_ONE 5

/* Allocates nothing: a failure here would end the whole multi. */
static int on_change(CURL *easy, curl_socket_t socket, int what, void *context, void *own)
{
    struct ecsp_watched *watched = context;
    size_t i = 0;

    (void)easy;
    (void)own;
    while (i < watched->count && watched->list[i].fd != socket) {
        i++;
    }
    if (what == CURL_POLL_REMOVE) {
        if (i < watched->count) {
            watched->list[i] = watched->list[--watched->count];
        }
        return 0;
    }
    if (i == watched->room) {
        return 0; /* more than libcurl's own bound */
    }
    if (i == watched->count) {
        watched->count++;
        watched->list[i].fd = socket;
        watched->list[i].revents = 0;
    }
    watched->list[i].events =
        (short)(((what & CURL_POLL_IN) ? POLLIN : 0) | ((what & CURL_POLL_OUT) ? POLLOUT : 0));
    return 0;
}

void ecsp_watched_attach(struct ecsp_watched *watched, CURLM *multi)
{
    watched->count = 0;
    /* Every libcurl has both; nothing is allocated. */
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_change);
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, (void *)watched);
}

int ecsp_watched_reserve(struct ecsp_watched *watched, size_t exchanges)
{
    size_t room = exchanges * SOCKETS_OF_ONE;
    struct pollfd *longer;

    if (room <= watched->room) {
        return 1;
    }
    room *= 2;
    longer = realloc(watched->list, room * sizeof *longer);
    if (longer == NULL) {
        return 0;
    }
    watched->list = longer;
    watched->room = room;
    return 1;
}

/* One action of libcurl on a socket, or on all. None after a failure: libcurl 7.88
 * divides by the size of a table that it has lost. */
static void act(struct ecsp_watched *watched, CURLM *multi, curl_socket_t socket, int all)
{
    int running;

    if (watched->failed != CURLM_OK) {
        return;
    }
    errno = 0;
    watched->failed = all ? curl_multi_perform(multi, &running)
                          : curl_multi_socket_action(multi, socket, 0, &running); /* 0: it looks */
    watched->starved |= errno == ENOMEM; /* see transfer.h */
}

void ecsp_watched_act(struct ecsp_watched *watched, CURLM *multi, int timeout_ms)
{
    long timer_ms = -1;

    watched->starved = 0;
    watched->failed = CURLM_OK;
    if (curl_multi_timeout(multi, &timer_ms) == CURLM_OK && timer_ms >= 0 &&
        timer_ms < timeout_ms) {
        timeout_ms = (int)timer_ms;
    }
    if (timer_ms < 0 && watched->count == 0) {
        /* It waits for nothing, although exchanges are under way: libcurl takes a timer that is due
         * at the moment at which it began to look for one that it has served. */
        act(watched, multi, CURL_SOCKET_TIMEOUT, 1);
        return;
    }
    if (poll(watched->list, (nfds_t)watched->count, timeout_ms) > 0) {
        /* The list changes under way. What is passed over is still ready the next time. */
        for (size_t i = 0; i < watched->count;) {
            struct pollfd *entry = &watched->list[i];

            if (entry->revents == 0) {
                i++;
                continue;
            }
            entry->revents = 0;
            act(watched, multi, entry->fd, 0);
        }
    }
    act(watched, multi, CURL_SOCKET_TIMEOUT, 0);
}

void ecsp_watched_free(struct ecsp_watched *watched)
{
    free(watched->list);
    watched->list = NULL;
    watched->count = 0;
    watched->room = 0;
}
