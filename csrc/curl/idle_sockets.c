#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* poll */
#endif
#include "idle_sockets.h"

#include <poll.h>

void ecsp_idle_sockets_note(struct ecsp_idle_sockets *idle, CURL *easy)
{
    curl_socket_t socket = CURL_SOCKET_BAD;
    long local_port = 0;
    size_t at = ECSP_MAX_IDLE_SOCKETS;
    size_t i;

    if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
        curl_easy_getinfo(easy, CURLINFO_LOCAL_PORT, &local_port) != CURLE_OK ||
        socket == CURL_SOCKET_BAD || local_port <= 0) {
        return;
    }
    /* Whatever had this socket or this port before is closed. */
    for (i = 0; i < idle->used; i++) {
        if (idle->entries[i].socket == socket || idle->entries[i].local_port == local_port) {
            idle->entries[i].local_port = 0;
        }
        if (idle->entries[i].local_port == 0) {
            at = i;
        }
    }
    if (at == ECSP_MAX_IDLE_SOCKETS) {
        at = idle->used < ECSP_MAX_IDLE_SOCKETS ? idle->used++
                                                : idle->next++ % ECSP_MAX_IDLE_SOCKETS;
    }
    idle->entries[at].socket = socket;
    idle->entries[at].local_port = local_port;
}

int ecsp_idle_sockets_is_unclean(const struct ecsp_idle_sockets *idle, long local_port)
{
    size_t i;

    for (i = 0; i < idle->used; i++) {
        if (local_port > 0 && idle->entries[i].local_port == local_port) {
            struct pollfd watched;

            watched.fd = idle->entries[i].socket;
            watched.events = POLLIN;
            watched.revents = 0;
            return poll(&watched, 1, 0) > 0;
        }
    }
    return 0;
}
