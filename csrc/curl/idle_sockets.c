#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dladdr; poll */
#endif
#include "idle_sockets.h"

#include <dlfcn.h>
#include <poll.h>
#include <string.h>

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
        if (idle->entries[i].socket == socket && idle->entries[i].local_port == local_port) {
            return; /* and no other entry has one of them since this one was noted */
        }
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

/* This module is not linked with OpenSSL; the libcurl below it is, or with another TLS library. The
 * symbol is looked for among what this module brought into the process, and nowhere else. */
static void find_has_pending(struct ecsp_idle_sockets *idle)
{
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);
    Dl_info here;
    void *library;
    void *symbol;
    int (*self)(struct ecsp_idle_sockets *, CURL *) = ecsp_idle_sockets_has_read_ahead;
    void *address;

    idle->looked_for_it = 1;
    if (info->ssl_version == NULL || strncmp(info->ssl_version, "OpenSSL/", 8) != 0) {
        return;
    }
    memcpy(&address, &self, sizeof address); /* ISO C has no cast for this */
    if (dladdr(address, &here) == 0 || here.dli_fname == NULL) {
        return;
    }
    library = dlopen(here.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    if (library == NULL) {
        return;
    }
    symbol = dlsym(library, "SSL_has_pending");
    memcpy(&idle->has_pending, &symbol, sizeof symbol);
    (void)dlclose(library);
}

int ecsp_idle_sockets_has_read_ahead(struct ecsp_idle_sockets *idle, CURL *easy)
{
    struct curl_tlssessioninfo *session = NULL;

    if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == NULL ||
        session->backend != CURLSSLBACKEND_OPENSSL || session->internals == NULL) {
        return 0;
    }
    if (!idle->looked_for_it) {
        find_has_pending(idle);
    }
    return idle->has_pending != NULL && idle->has_pending(session->internals);
}
