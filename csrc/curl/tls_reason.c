#include "tls_reason.h"

#include <string.h>

/*
 * Words of OpenSSL 1.1 to 3.x (X509_verify_cert_error_string, reason strings of libssl), of
 * libcurl's own host name check, and of GnuTLS. First match wins: "self-signed certificate in
 * certificate chain" is about an authority, not about the server's own certificate.
 */
static const struct {
    const char *words;
    struct ecsp_tls_reason reason;
} rows[] = {
    {"has expired", {"expired", "the certificate has expired"}},
    {"not yet valid", {"not_yet_valid", "the certificate is not valid yet"}},
    {"not activated", {"not_yet_valid", "the certificate is not valid yet"}},
    {"subject name", {"wrong_host", "the certificate is for another host name"}},
    {"does not match target host", {"wrong_host", "the certificate is for another host name"}},
    {"in certificate chain", {"untrusted", "the certificate is of an unknown authority"}},
    {"issuer certificate", {"untrusted", "the certificate is of an unknown authority"}},
    {"verify the first certificate", {"untrusted", "the certificate is of an unknown authority"}},
    {"self-signed certificate", {"self_signed", "the certificate is signed by itself"}},
    {"self signed certificate", {"self_signed", "the certificate is signed by itself"}},
    {"revoked", {"revoked", "the certificate has been revoked"}},
    {"alert protocol version", {"old_protocol", "the server speaks no TLS 1.2 or later"}},
    {"unsupported protocol", {"old_protocol", "the server speaks no TLS 1.2 or later"}},
    {"certificate required",
     {"client_certificate", "the server wants a certificate of the client"}}, /* TLS 1.3 */
    {"handshake failure", /* before TLS 1.3 one alert for both */
     {"no_cipher", "client and server have no cipher in common, or the server wants a certificate "
                   "of the client"}},
    {"wrong version number", {"not_tls", "the server does not speak TLS on this port"}},
    {"packet length too long", {"not_tls", "the server does not speak TLS on this port"}},
    /* this process: nothing that its OpenSSL is configured for; the first words are libcurl's */
    {"Insufficient randomness", {"openssl", "OpenSSL cannot begin TLS"}},
    {"has no ciphers", {"openssl", "OpenSSL cannot begin TLS"}},
    {"no ciphers available", {"openssl", "OpenSSL cannot begin TLS"}},
    {"no protocols available", {"openssl", "OpenSSL cannot begin TLS"}},
    {"envelope routines::unsupported", {"openssl", "OpenSSL cannot begin TLS"}},
    {"unexpected TLS packet", {"not_tls", "the server does not speak TLS on this port"}},
};

const struct ecsp_tls_reason *ecsp_tls_reason(const char *words)
{
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strstr(words, rows[i].words) != NULL) {
            return &rows[i].reason;
        }
    }
    return NULL;
}
