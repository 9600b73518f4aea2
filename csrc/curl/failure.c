#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void ecsp_failure_set(struct ecsp_failure *failure, const char *kind, const char *code, int sent, const char *format,
                      ...)
{
    va_list arguments;
    char *c;

    failure->kind = kind;
    failure->code = code;
    failure->sent = sent;
    va_start(arguments, format);
    vsnprintf(failure->message, sizeof failure->message, format, arguments);
    va_end(arguments);
    for (c = failure->message; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            *c = ' ';
        }
    }
}

static void set_tls(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts, const char *text)
{
    const char *ca_file = facts->ca_file != NULL ? facts->ca_file : "the system's CA certificates";

    if (facts->result == CURLE_SSL_CACERT_BADFILE) {
        ecsp_failure_set(failure, "transport", "TLS", facts->sent,
                         "the CA file %s cannot be read (install ca-certificates or set ca_file)", ca_file);
    } else if (facts->result == CURLE_PEER_FAILED_VERIFICATION) {
        ecsp_failure_set(failure, "transport", "TLS", facts->sent,
                         "the certificate was refused: %s (checked against %s; ca_file names another)", text, ca_file);
    } else {
        ecsp_failure_set(failure, "transport", "TLS", facts->sent, "TLS handshake failed: %s", text);
    }
}

static void set_connect(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts, const char *text)
{
    /* With a proxy it is the proxy that libcurl could not connect to. */
    ecsp_failure_set(failure, "transport", facts->proxied ? "PROXY" : "CONNECT", facts->sent, "%s%s",
                     facts->proxied ? "the proxy cannot be reached: " : "", text);
}

/* One code serves for a broken connection and for broken chunks; only the words tell them apart. */
static void set_receive(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts, const char *text)
{
    if (!facts->sent && facts->connect_status != 0) {
        ecsp_failure_set(failure, "transport", "PROXY", 0, "the proxy answered CONNECT with status %ld",
                         facts->connect_status);
    } else if (!facts->sent && facts->proxied) {
        ecsp_failure_set(failure, "transport", "PROXY", 0, "no tunnel through the proxy: %s", text);
    } else if (strstr(text, "chunk") != NULL) {
        ecsp_failure_set(failure, "protocol", "PROTOCOL", facts->sent, "broken chunked reply: %s", text);
    } else {
        ecsp_failure_set(failure, "transport", "RESET", facts->sent, "the connection broke: %s", text);
    }
}

void ecsp_failure_from_curl(struct ecsp_failure *failure, const struct ecsp_failure_facts *facts)
{
    const char *text = facts->text[0] != '\0' ? facts->text : curl_easy_strerror(facts->result);

    switch (facts->result) {
    case CURLE_COULDNT_RESOLVE_HOST:
        ecsp_failure_set(failure, "transport", "DNS", facts->sent, "%s", text);
        break;
    case CURLE_COULDNT_RESOLVE_PROXY:
#if LIBCURL_VERSION_NUM >= 0x074900
    case CURLE_PROXY:
#endif
        ecsp_failure_set(failure, "transport", "PROXY", facts->sent, "%s", text);
        break;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
        set_connect(failure, facts, text);
        break;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
        set_tls(failure, facts, text);
        break;
    case CURLE_OPERATION_TIMEDOUT:
        ecsp_failure_set(failure, "timeout", "TIMEOUT", facts->sent, "%s%s",
                         facts->sent ? "" : "before the request was sent: ", text);
        break;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        set_receive(failure, facts, text);
        break;
    case CURLE_GOT_NOTHING:
        ecsp_failure_set(failure, "transport", "RESET", facts->sent, "the connection was closed without a reply");
        break;
    case CURLE_PARTIAL_FILE:
        ecsp_failure_set(failure, "transport", "RESET", facts->sent, "the reply was cut short: %s", text);
        break;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
        ecsp_failure_set(failure, "protocol", "PROTOCOL", facts->sent, "not a valid HTTP reply: %s", text);
        break;
    case CURLE_UNSUPPORTED_PROTOCOL: /* of a reply: HTTP/0.9; of a request: neither http nor https */
        ecsp_failure_set(failure, "protocol", facts->sent ? "PROTOCOL" : "REQUEST", facts->sent, "%s", text);
        break;
    case CURLE_URL_MALFORMAT:
        ecsp_failure_set(failure, "protocol", "REQUEST", facts->sent, "the URL cannot be read: %s", text);
        break;
    case CURLE_OUT_OF_MEMORY:
        ecsp_failure_set(failure, "transport", "MEMORY", facts->sent, "not enough memory");
        break;
    default:
        ecsp_failure_set(failure, "transport", "OTHER", facts->sent, "libcurl error %d: %s", (int)facts->result, text);
        break;
    }
}
