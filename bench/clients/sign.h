/*
 * What this is: ACS3-HMAC-SHA256 (V3) written by hand on OpenSSL 3, as cheap as it gets: the digest
 * is fetched once, contexts are used again, the key is scheduled once, random bytes come from a
 * pool. What bare.c signs each request with; it may include libcrypto and nothing of csrc/.
 */
#ifndef BENCH_SIGN_H
#define BENCH_SIGN_H

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIGN_HEX 65
#define SIGN_NONCE_BYTES 16
#define SIGN_NAMES \
    "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"

static struct {
    EVP_MD *sha256;
    EVP_MD_CTX *digest;
    EVP_MAC_CTX *mac;
    const char *id;
} signer;

/* The headers that differ between requests, each a whole line. */
struct signed_headers {
    char date[48], nonce[80], content[96], authorization[320];
};

static void sign_start(const char *id, const char *secret)
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end()};

    signer.id = id;
    signer.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    signer.digest = EVP_MD_CTX_new();
    signer.mac = EVP_MAC_CTX_new(hmac);
    if (!EVP_MAC_init(signer.mac, (const unsigned char *)secret, strlen(secret), params)) {
        fprintf(stderr, "bare: no HMAC\n");
        exit(1);
    }
}

static void sign_to_hex(char *out, const unsigned char *in, size_t count)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < count; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
    out[2 * count] = '\0';
}

static void sign_sha256(char hex[SIGN_HEX], const char *data, size_t length)
{
    unsigned char raw[32];

    EVP_DigestInit_ex2(signer.digest, signer.sha256, NULL);
    EVP_DigestUpdate(signer.digest, data, length);
    EVP_DigestFinal_ex(signer.digest, raw, NULL);
    sign_to_hex(hex, raw, sizeof raw);
}

static void sign_nonce(char out[2 * SIGN_NONCE_BYTES + 1])
{
    static unsigned char pool[16 * SIGN_NONCE_BYTES];
    static size_t used = sizeof pool;

    if (used == sizeof pool) {
        RAND_bytes(pool, sizeof pool);
        used = 0;
    }
    sign_to_hex(out, pool + used, SIGN_NONCE_BYTES);
    used += SIGN_NONCE_BYTES;
}

/* A POST without a body; `query` is sorted and encoded. */
static void sign_request(struct signed_headers *out, const char *host, const char *action,
                         const char *query)
{
    static char canonical[16384];
    char when[24], nonce[2 * SIGN_NONCE_BYTES + 1], content[SIGN_HEX], hash[SIGN_HEX];
    char text[128], signature[SIGN_HEX];
    unsigned char raw[32];
    time_t now = time(NULL);
    struct tm parts;
    size_t size;
    int length;

    gmtime_r(&now, &parts);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &parts);
    sign_nonce(nonce);
    sign_sha256(content, "", 0);
    length = snprintf(
        canonical, sizeof canonical,
        "POST\n/\n%s\nhost:%s\nx-acs-action:%s\nx-acs-content-sha256:%s\n"
        "x-acs-date:%s\nx-acs-signature-nonce:%s\nx-acs-version:2014-05-26\n\n" SIGN_NAMES "\n%s",
        query, host, action, content, when, nonce, content);
    sign_sha256(hash, canonical, (size_t)length);
    length = snprintf(text, sizeof text, "ACS3-HMAC-SHA256\n%s", hash);
    EVP_MAC_init(signer.mac, NULL, 0, NULL);
    EVP_MAC_update(signer.mac, (const unsigned char *)text, (size_t)length);
    EVP_MAC_final(signer.mac, raw, &size, sizeof raw);
    sign_to_hex(signature, raw, sizeof raw);
    snprintf(out->date, sizeof out->date, "x-acs-date: %s", when);
    snprintf(out->nonce, sizeof out->nonce, "x-acs-signature-nonce: %s", nonce);
    snprintf(out->content, sizeof out->content, "x-acs-content-sha256: %s", content);
    snprintf(out->authorization, sizeof out->authorization,
             "authorization: ACS3-HMAC-SHA256 Credential=%s,SignedHeaders=" SIGN_NAMES
             ",Signature=%s",
             signer.id, signature);
}

#endif
