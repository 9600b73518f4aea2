#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tls_reason.h"

/* libcurl's codes whose meaning does not depend on anything else. */
static const struct row {
    CURLcode result;
    const char *kind;
    const char *code;
    const char *prefix; /* of libcurl's own words */
} rows[] = {
    {CURLE_COULDNT_RESOLVE_HOST, "transport", "DNS", ""},
    {CURLE_SSL_CERTPROBLEM, "transport", "TLS", "TLS handshake failed: "},
    {CURLE_SSL_CIPHER, "transport", "TLS", "TLS handshake failed: "},
    {CURLE_USE_SSL_FAILED, "transport", "TLS", "TLS handshake failed: "},
    {CURLE_SSL_ISSUER_ERROR, "transport", "TLS", "TLS handshake failed: "},
    {CURLE_SSL_ENGINE_NOTFOUND, "transport", "TLS", "TLS cannot be used: "},
    {CURLE_SSL_ENGINE_SETFAILED, "transport", "TLS", "TLS cannot be used: "},
    {CURLE_SSL_ENGINE_INITFAILED, "transport", "TLS", "TLS cannot be used: "},
    {CURLE_GOT_NOTHING, "transport", "RESET", "the connection was closed without a reply: "},
    {CURLE_PARTIAL_FILE, "transport", "RESET", "the reply was cut short: "},
    {CURLE_WEIRD_SERVER_REPLY, "protocol", "PROTOCOL", "not a valid HTTP reply: "},
    /* none of our callbacks refused it, so it was the inflating */
    {CURLE_WRITE_ERROR, "protocol", "PROTOCOL", "not a valid HTTP reply: "},
    {CURLE_BAD_CONTENT_ENCODING, "protocol", "PROTOCOL", "not a valid HTTP reply: "},
    {CURLE_URL_MALFORMAT, "protocol", "REQUEST", "the URL cannot be read: "},
    /* options that this libcurl does not have, before anything was sent */
    {CURLE_FAILED_INIT, "transport", "NO_TRANSPORT", "this libcurl cannot be used: "},
    {CURLE_NOT_BUILT_IN, "transport", "NO_TRANSPORT", "this libcurl cannot be used: "},
    {CURLE_UNKNOWN_OPTION, "transport", "NO_TRANSPORT", "this libcurl cannot be used: "},
    {CURLE_BAD_FUNCTION_ARGUMENT, "transport", "NO_TRANSPORT", "this libcurl cannot be used: "},
};

void ecsp_failure_set(struct ecsp_failure *failure, const char *kind, const char *code, int sent,
                      const char *format, ...)
{
    va_list arguments;
    char *c;

    failure->kind = kind;
    failure->code = code;
    failure->reason = NULL;
    failure->sent = sent;
    va_start(arguments, format);
    /* clang-tidy 14 loses sight of va_start when it reads more than one file. */
    vsnprintf(failure->message, sizeof failure->message, format, arguments); /* NOLINT */
    va_end(arguments);
    for (c = failure->message; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = ' ';
        }
    }
}

static void set_certificate(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts,
                            const char *text)
{
    const char *ca_file = facts->ca_file != NULL ? facts->ca_file : "the system's CA certificates";
    const struct ecsp_tls_reason *reason;

    if (facts->result == CURLE_SSL_CACERT_BADFILE) {
        ecsp_failure_set(failure, "transport", "TLS", facts->sent,
                         "the CA file %s cannot be read (install ca-certificates or set ca_file)",
                         ca_file);
        failure->reason = "ca_file";
        return;
    }
    reason = ecsp_tls_reason(text);
    ecsp_failure_set(failure, "transport", "TLS", facts->sent, "%s: %s (checked against %s)",
                     reason != NULL ? reason->text : "the certificate was refused", text, ca_file);
    failure->reason = reason != NULL ? reason->name : NULL;
}

/* What the proxy answered to CONNECT. A refusal stays one; an error of the proxy, or of what is
 * behind it, may pass. */
static void set_tunnel_refused(struct ecsp_failure *failure, long status)
{
    ecsp_failure_set(failure, "transport", "PROXY", 0, "the proxy answered CONNECT with status %ld",
                     status);
    if (status == 407) {
        failure->reason = "credentials";
    } else if (status < 500 && status != 408 && status != 429) {
        failure->reason = "refused";
    }
}

/* A SOCKS proxy: libcurl has one code, its words say what happened. */
static void set_socks(struct ecsp_failure *failure, const char *text)
{
    ecsp_failure_set(failure, "transport", "PROXY", 0, "no tunnel through the proxy: %s", text);
    if (strstr(text, "was rejected by") != NULL || strstr(text, "No authentication") != NULL) {
        failure->reason = "credentials";
    } else if (strstr(text, "(2)") != NULL) { /* RFC 1928, section 6: not allowed by ruleset */
        failure->reason = "refused";
    }
}

/* With a proxy it is the proxy that libcurl could not connect to. */
static void set_connect(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts,
                        const char *text)
{
    const char *prefix = facts->proxied ? "the proxy cannot be reached: " : "";
    int unsupported = strstr(text, "Unsupported proxy") != NULL;

    ecsp_failure_set(failure, "transport", facts->proxied ? "PROXY" : "CONNECT", facts->sent,
                     "%s%s", unsupported ? "" : prefix, text);
    if (unsupported) {
        failure->reason = "unsupported";
    }
}

/* An alert of TLS: the peer refuses. Under TLS 1.3 the client may have sent its request by then. */
static int is_alert(const char *text)
{
    return strstr(text, " alert ") != NULL;
}

static void set_alert(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts,
                      const char *text)
{
    const struct ecsp_tls_reason *reason = ecsp_tls_reason(text);
    /* The reasons that we know end the handshake: its peer has read nothing of what came with it.
     */
    int sent = facts->sent && reason == NULL;

    ecsp_failure_set(failure, "transport", "TLS", sent, "the server ended TLS: %s%s%s",
                     reason != NULL ? reason->text : "", reason != NULL ? ": " : "", text);
    failure->reason = reason != NULL ? reason->name : "ended";
}

/* One code for broken connections and for broken chunks; only libcurl's words tell them apart. */
static void set_broken(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts,
                       const char *text)
{
    if (!facts->sent && facts->proxied && facts->connect_status == 0) {
        ecsp_failure_set(failure, "transport", "PROXY", 0, "no tunnel through the proxy: %s", text);
    } else if (is_alert(text)) {
        set_alert(failure, facts, text);
    } else if (strstr(text, "chunk") != NULL) {
        ecsp_failure_set(failure, "protocol", "PROTOCOL", facts->sent, "broken chunked reply: %s",
                         text);
    } else {
        ecsp_failure_set(failure, "transport", "RESET", facts->sent, "the connection broke: %s",
                         text);
    }
}

/* The most that a request opens at once: two connections, a resolver's pair and socket, a file of
 * certificates. */
#define REQUEST_DESCRIPTORS 6

/* libcurl does not say that it got no descriptor: it calls that a connection that failed, a name or
 * a file of certificates that cannot be read, or missing memory. What the request had is closed by
 * now, so it is asked whether there is room for a whole one. */
static int lacks_descriptors(const struct ecsp_failure_facts *facts)
{
    int taken[REQUEST_DESCRIPTORS];
    int count = 0;
    int lacking = 0;

    switch (facts->result) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        break;
    default:
        return 0;
    }
    while (count < REQUEST_DESCRIPTORS && !lacking) {
        taken[count] = socket(AF_UNIX, SOCK_STREAM, 0);
        lacking = taken[count] == -1 && (errno == EMFILE || errno == ENFILE);
        count++;
    }
    while (count > 0) {
        count--;
        if (taken[count] != -1) {
            (void)close(taken[count]);
        }
    }
    return lacking;
}

int ecsp_failure_says_any(const char *text, const char *const *words, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        if (strstr(text, words[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* libcurl has one code for a handshake that the peer refused and for a connection that broke in it;
 * its words, and those of OpenSSL and GnuTLS, tell them apart. Broken, it may be repeated. */
static int is_broken_handshake(const char *text)
{
    static const char *const words[] = {
        "SSL_ERROR_SYSCALL",
        "eset by peer",
        "Recv failure",
        "Send failure",
        "unexpected eof",
        "Broken pipe",
        "non-properly terminated",
        "alert internal error", /* RFC 8446, section 6.2: unrelated to the peer, such as memory */
    };

    return ecsp_failure_says_any(text, words, sizeof words / sizeof words[0]);
}

static void set_handshake(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts,
                          const char *text)
{
    const struct ecsp_tls_reason *reason = ecsp_tls_reason(text);

    if (is_broken_handshake(text)) {
        ecsp_failure_set(failure, "transport", "RESET", facts->sent,
                         "the connection broke in the TLS handshake: %s", text);
        return;
    }
    ecsp_failure_set(failure, "transport", "TLS", facts->sent, "TLS handshake failed: %s%s%s",
                     reason != NULL ? reason->text : "", reason != NULL ? ": " : "", text);
    failure->reason = reason != NULL ? reason->name : NULL;
}

/* Memory, or a context of TLS that OpenSSL refused to create: libcurl has one code for both. */
static void set_memory(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts,
                       const char *text)
{
    if (ecsp_tls_reason(text) != NULL) {
        set_handshake(failure, facts, text); /* it never began */
    } else {
        ecsp_failure_set(failure, "transport", "MEMORY", facts->sent, "%s", text);
    }
}

static void set_other(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts,
                      const char *text)
{
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].result == facts->result) {
            ecsp_failure_set(failure, rows[i].kind, rows[i].code, facts->sent, "%s%s",
                             rows[i].prefix, text);
            return;
        }
    }
    ecsp_failure_set(failure, "transport", "OTHER", facts->sent, "libcurl error %d: %s",
                     (int)facts->result, text);
}

void ecsp_failure_from_curl(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts)
{
    const char *text = facts->text[0] != '\0' ? facts->text : curl_easy_strerror(facts->result);

    /* With any code, also with that of a time limit: OpenSSL may wait for an answer to what it had
     * no memory to send. */
    if (facts->starved) {
        ecsp_failure_set(failure, "transport", "MEMORY", facts->sent, "not enough memory");
        return;
    }
    if (!facts->sent && facts->connect_status >= 300) {
        set_tunnel_refused(failure, facts->connect_status);
        return;
    }
    if (!facts->sent && lacks_descriptors(facts)) {
        ecsp_failure_set(failure, "transport", "TOO_MANY_OPEN_FILES", 0,
                         "too many open files: close some, or raise the limit (ulimit -n): %s",
                         text); /* no hint: its file could not be opened either */
        return;
    }
    switch (facts->result) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        set_certificate(failure, facts, text);
        break;
    case CURLE_SSL_CONNECT_ERROR:
        set_handshake(failure, facts, text);
        break;
    case CURLE_OUT_OF_MEMORY:
        set_memory(failure, facts, text);
        break;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_INTERFACE_FAILED:
        set_connect(failure, facts, text);
        break;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        set_broken(failure, facts, text);
        break;
#if LIBCURL_VERSION_NUM >= 0x074900
    case CURLE_PROXY:
        set_socks(failure, text);
        break;
#endif
    case CURLE_OPERATION_TIMEDOUT:
        ecsp_failure_set(failure, "timeout", "TIMEOUT", facts->sent, "%s%s",
                         facts->sent ? "" : "before the request was sent: ", text);
        break;
    case CURLE_UNSUPPORTED_PROTOCOL: /* a reply of HTTP/0.9; a request of another scheme */
        ecsp_failure_set(failure, "protocol", facts->sent ? "PROTOCOL" : "REQUEST", facts->sent,
                         "%s", text);
        break;
    default:
        set_other(failure, facts, text);
        break;
    }
}
