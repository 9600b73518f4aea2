#if !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L /* fcntl, socket */
#endif
#include "options.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

/* --- libcurl's callbacks: bytes in, bytes kept, nothing else --- */

static size_t on_head(char *data, size_t size, size_t count, void *context)
{
    struct ecsp_transfer *transfer = context;
    struct ecsp_str line;

    line.data = data;
    line.len = size * count;
    return ecsp_head_line(&transfer->head, line) == ECSP_HEAD_FINE ? line.len : 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct ecsp_transfer *transfer = context;

    return ecsp_buf_append(&transfer->reply, data, size * count) == ECSP_OK ? size * count : 0;
}

/* What libcurl says on its way is not shown to anybody. But it says that something failed before it
 * closes the connection, which sets errno anew. */
static int on_words(CURL *easy, curl_infotype type, char *data, size_t size, void *context)
{
    struct ecsp_transfer *transfer = context;

    (void)easy;
    (void)type;
    (void)data;
    (void)size;
    transfer->starved |= errno == ENOMEM;
    return 0;
}

/* As libcurl's own, but not inherited by the programs that the host starts. */
static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    curl_socket_t made;

    (void)context;
    (void)purpose;
#ifdef SOCK_CLOEXEC
    made = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
    made = socket(address->family, address->socktype, address->protocol);
    if (made != CURL_SOCKET_BAD) {
        (void)fcntl(made, F_SETFD, FD_CLOEXEC);
    }
#endif
    return made;
}

#if LIBCURL_VERSION_NUM >= 0x075000
/* A connection is ready (a second time, when a pooled one turned out to be stale) and the request
 * is next. */
static int on_connected(void *context, char *remote_ip, char *local_ip, int remote_port,
                        int local_port)
{
    struct ecsp_transfer *transfer = context;
    long made = 0;

    (void)remote_ip;
    (void)local_ip;
    (void)remote_port;
    curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &made);
    if (made == 0 && (ecsp_idle_sockets_is_unclean(transfer->idle_sockets, local_port) ||
                      ecsp_idle_sockets_has_read_ahead(transfer->idle_sockets, transfer->easy))) {
        transfer->unclean = 1;
        return CURL_PREREQFUNC_ABORT;
    }
    transfer->may_be_sent = 1;
    return CURL_PREREQFUNC_OK;
}
#endif

/* --- options --- */

/* Inside the functions below: stops setting at the first refusal. */
#define SET(option, value)                                  \
    do {                                                    \
        if (result == CURLE_OK) {                           \
            result = curl_easy_setopt(easy, option, value); \
        }                                                   \
    } while (0)

/* Methods whose requests have a Content-Length even without content (RFC 9110 §8.6). */
static int has_content(const struct ecsp_transfer *transfer)
{
    return transfer->body.len > 0 || strcmp(transfer->method, "POST") == 0 ||
           strcmp(transfer->method, "PUT") == 0 || strcmp(transfer->method, "PATCH") == 0;
}

/* The request: what differs from one to the next. */
CURLcode ecsp_options_set(const struct ecsp_transfer *transfer, struct curl_slist *fields,
                          long timeout_ms)
{
    CURL *easy = transfer->easy;
    CURLcode result = CURLE_OK;
    int is_post = strcmp(transfer->method, "POST") == 0;

    SET(CURLOPT_URL, transfer->url);
    if (has_content(transfer)) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body.len);
        SET(CURLOPT_POSTFIELDS, transfer->body.data); /* borrowed, not copied */
    } else {
        SET(CURLOPT_HTTPGET, 1L);
    }
    SET(CURLOPT_CUSTOMREQUEST, is_post ? NULL : transfer->method);
    SET(CURLOPT_HTTPHEADER, fields);
    SET(CURLOPT_FRESH_CONNECT, 0L);
    SET(CURLOPT_TIMEOUT_MS, timeout_ms);
    return result;
}

CURLcode ecsp_options_forget(CURL *easy)
{
    CURLcode result = CURLE_OK;

    SET(CURLOPT_URL, NULL);
    SET(CURLOPT_POSTFIELDS, NULL);
    SET(CURLOPT_HTTPHEADER, NULL);
    return result;
}

static CURLcode fix_request(CURL *easy)
{
    CURLcode result = CURLE_OK;

    SET(CURLOPT_PATH_AS_IS, 1L); /* the signature covers the path as it is written */
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); /* ours are not for the proxy */
    return result;
}

static CURLcode fix_reply(struct ecsp_transfer *transfer)
{
    CURL *easy = transfer->easy;
    CURLcode result = CURLE_OK;

    SET(CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(CURLOPT_HEADERFUNCTION, on_head);
    SET(CURLOPT_HEADERDATA, (void *)transfer);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, (void *)transfer);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L); /* the proxy's answer is not the service's */
    SET(CURLOPT_ERRORBUFFER, transfer->error_text);
    SET(CURLOPT_VERBOSE, 1L);
    SET(CURLOPT_DEBUGFUNCTION, on_words);
    SET(CURLOPT_DEBUGDATA, (void *)transfer);
#if LIBCURL_VERSION_NUM >= 0x075000
    SET(CURLOPT_PREREQFUNCTION, on_connected);
    SET(CURLOPT_PREREQDATA, (void *)transfer);
#endif
    return result;
}

/*
 * Distributions compile a default CAPATH into libcurl, and with any CAPATH libcurl (7.87 and later)
 * does not keep the parsed CA file: every new connection would read 145 certificates again, 22 ms
 * instead of 1 ms.
 */
static CURLcode fix_tls(struct ecsp_transfer *transfer,
                        const struct ecsp_transfer_settings *settings, const char *bundle)
{
    CURL *easy = transfer->easy;
    CURLcode result = CURLE_OK;
    const char *ca_file = settings->ca_file != NULL ? settings->ca_file : bundle;

    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, settings->verify ? 1L : 0L);
    SET(CURLOPT_SSL_VERIFYHOST, settings->verify ? 2L : 0L);
    SET(CURLOPT_PROXY_SSL_VERIFYPEER, settings->verify ? 1L : 0L);
    SET(CURLOPT_PROXY_SSL_VERIFYHOST, settings->verify ? 2L : 0L);
    if (!settings->verify) {
        ca_file = NULL; /* nothing to read */
    }
    transfer->ca_file = ca_file;
    if (settings->verify && ca_file == NULL) {
        return result; /* this libcurl finds its CAs by other means (the Keychain, a directory):
                          leave it to them */
    }
    SET(CURLOPT_CAINFO, settings->ca_folder ? NULL : ca_file);
    SET(CURLOPT_CAPATH, settings->ca_folder ? ca_file : NULL);
    SET(CURLOPT_PROXY_CAINFO, settings->ca_folder ? NULL : ca_file);
    SET(CURLOPT_PROXY_CAPATH, settings->ca_folder ? ca_file : NULL);
    return result;
}

static CURLcode fix_connection(struct ecsp_transfer *transfer,
                               const struct ecsp_transfer_settings *settings)
{
    CURL *easy = transfer->easy;
    CURLcode result = CURLE_OK;

    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_socket);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, settings->connect_timeout_ms);
#if LIBCURL_VERSION_NUM >= 0x075700
    SET(CURLOPT_QUICK_EXIT, 1L); /* at the deadline, do not wait for a resolver thread that hangs */
#endif
    SET(CURLOPT_PROXY, settings->proxy);
    SET(CURLOPT_NOPROXY, "");
    if (settings->proxy_user != NULL) {
        SET(CURLOPT_PROXYUSERNAME, settings->proxy_user);
        SET(CURLOPT_PROXYPASSWORD,
            settings->proxy_password != NULL ? settings->proxy_password : "");
    }
    transfer->proxied = settings->proxy[0] != '\0';
    return result;
}

#undef SET

CURLcode ecsp_options_fix(struct ecsp_transfer *transfer,
                          const struct ecsp_transfer_settings *settings, const char *bundle)
{
    CURLcode result = fix_request(transfer->easy);

    if (result == CURLE_OK) {
        result = fix_reply(transfer);
    }
    if (result == CURLE_OK) {
        result = fix_tls(transfer, settings, bundle);
    }
    if (result == CURLE_OK) {
        result = fix_connection(transfer, settings);
    }
    return result;
}
