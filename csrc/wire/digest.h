/*
 * What this is: the only door to OpenSSL: SHA-256, HMAC, random bytes.
 *
 * May include: ecsp.h, openssl (in digest.c alone).
 *
 * Ownership: `struct ecsp_digest` keeps a fetched SHA-256 and one context, so that a signature
 * costs no look-up (0.16 us instead of 0.48 us for a short text). It holds no key. `struct
 * ecsp_hmac` holds a copy of the key and what OpenSSL derived from it; OpenSSL overwrites both when
 * it is freed.
 *
 * Threads: one per session, a session belongs to one lua_State.
 */
#ifndef ECSP_DIGEST_H
#define ECSP_DIGEST_H

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

#define ECSP_SHA256_HEX 64
#define ECSP_SHA1_BASE64 28

struct ecsp_digest;
struct ecsp_hmac;

/* NULL when memory fails. SHA-256 also names things (keys, contents, ids), so it works where
 * OpenSSL's configuration leaves no provider for it. HMAC, which signs, does not: it ends in
 * ECSP_ERR_CRYPTO. `free` accepts NULL. */
struct ecsp_digest *ecsp_digest_new(void);
void ecsp_digest_free(struct ecsp_digest *digest);

/* Lower-case hex, without a closing NUL. */
enum ecsp_status ecsp_sha256_hex(struct ecsp_digest *digest, struct ecsp_str bytes,
                                 char out[ECSP_SHA256_HEX]);

enum ecsp_hash {
    ECSP_HASH_SHA256,
    ECSP_HASH_SHA1,
};

/* HMAC, keyed once for any number of texts, each of which may come in pieces. *out is NULL when
 * memory fails or OpenSSL refuses. `free` accepts NULL. */
enum ecsp_status ecsp_hmac_new(struct ecsp_hmac **out, enum ecsp_hash hash, struct ecsp_str key);
void ecsp_hmac_free(struct ecsp_hmac *hmac);

/* Drops the text before, whether it was finished or not. 0: there is nothing to restart (NULL), or
 * this OpenSSL cannot; a new HMAC is needed. */
int ecsp_hmac_restart(struct ecsp_hmac *hmac);

/* A piece; the last piece, and the HMAC of the whole text. The first is for SHA-256; the second, in
 * Base64 with padding, for SHA-1. Neither closes with a NUL. */
enum ecsp_status ecsp_hmac_update(struct ecsp_hmac *hmac, struct ecsp_str bytes);
enum ecsp_status ecsp_hmac_hex(struct ecsp_hmac *hmac, struct ecsp_str bytes,
                               char out[ECSP_SHA256_HEX]);
enum ecsp_status ecsp_hmac_base64(struct ecsp_hmac *hmac, struct ecsp_str bytes,
                                  char out[ECSP_SHA1_BASE64]);

/* Cryptographic random bytes of OpenSSL, which reseeds after a fork, or else of the system. */
enum ecsp_status ecsp_random(unsigned char *out, size_t len);

/* Can OpenSSL sign here? Its configuration is read once, so the answer stays. */
enum ecsp_status ecsp_crypto_check(void);

/* Which OpenSSL is loaded: "OpenSSL 3.0.17 1 Jul 2025". */
const char *ecsp_crypto_version(void);

void ecsp_hex(char *out, const unsigned char *bytes, size_t len);

ECSP_HIDDEN_END

#endif
