#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* poll */
#endif
#include "kept.h"

#include <poll.h>

void ecsp_kept_note(struct ecsp_kept *kept, CURL *easy)
{
    curl_socket_t socket = CURL_SOCKET_BAD;
    long local_port = 0;
    size_t at = ECSP_MAX_KEPT;
    size_t i;

    if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK ||
        curl_easy_getinfo(easy, CURLINFO_LOCAL_PORT, &local_port) != CURLE_OK ||
        socket == CURL_SOCKET_BAD || local_port <= 0) {
        return;
    }
    /* Whatever had this socket or this port before is closed. */
    for (i = 0; i < kept->used; i++) {
        if (kept->entries[i].socket == socket || kept->entries[i].local_port == local_port) {
            kept->entries[i].local_port = 0;
        }
        if (kept->entries[i].local_port == 0) {
            at = i;
        }
    }
    if (at == ECSP_MAX_KEPT) {
        at = kept->used < ECSP_MAX_KEPT ? kept->used++ : kept->next++ % ECSP_MAX_KEPT;
    }
    kept->entries[at].socket = socket;
    kept->entries[at].local_port = local_port;
}

int ecsp_kept_is_unclean(const struct ecsp_kept *kept, long local_port)
{
    size_t i;

    for (i = 0; i < kept->used; i++) {
        if (local_port > 0 && kept->entries[i].local_port == local_port) {
            struct pollfd idle;

            idle.fd = kept->entries[i].socket;
            idle.events = POLLIN;
            idle.revents = 0;
            return poll(&idle, 1, 0) > 0;
        }
    }
    return 0;
}
