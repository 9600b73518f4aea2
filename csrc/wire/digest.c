#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* getentropy */
#endif
#include "digest.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#if defined(__has_include)
#if !__has_include(<openssl/evp.h>)
#error \
    "ecs_pipeline needs OpenSSL's headers: Debian/Ubuntu libssl-dev, Fedora openssl-devel, Alpine openssl-dev, Homebrew openssl (then pass OPENSSL_DIR)"
#endif
#endif
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "buf.h"

#if OPENSSL_VERSION_NUMBER < 0x10101000L
#error "ecs_pipeline needs OpenSSL 1.1.1 or later"
#endif

/* OpenSSL 3 looks an algorithm up at every use unless it is fetched once; 1.1.1 has nothing to
 * fetch, and no provider that could be missing. */
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#include <openssl/core_names.h>
#define FETCH_SHA256(library) EVP_MD_fetch(library, "SHA256", NULL)
#define RELEASE_SHA256(md) EVP_MD_free(md)
#define NEW_LIBRARY() OSSL_LIB_CTX_new()
#define FREE_LIBRARY(library) OSSL_LIB_CTX_free(library)
typedef EVP_MD fetched_md;
typedef OSSL_LIB_CTX openssl_library;
#else
#include <openssl/hmac.h>
#define FETCH_SHA256(library) EVP_sha256()
#define RELEASE_SHA256(md) ((void)(md))
#define NEW_LIBRARY() NULL
#define FREE_LIBRARY(library) ((void)(library))
typedef const EVP_MD fetched_md;
typedef void openssl_library;
#endif

#define MOST_ENTROPY ((size_t)256) /* of one call */

struct ecsp_digest {
    fetched_md *sha256;
    EVP_MD_CTX *context;
    openssl_library *own; /* NULL: the process's has SHA-256 */
};

/* OpenSSL has many words for memory that ran out; errno, which was 0 before, has one. */
static enum ecsp_status refusal(void)
{
    return errno == ENOMEM ? ECSP_ERR_MEMORY : ECSP_ERR_CRYPTO;
}

struct ecsp_digest *ecsp_digest_new(void)
{
    struct ecsp_digest *digest = calloc(1, sizeof *digest);
    if (digest == NULL) {
        return NULL;
    }
    digest->context = EVP_MD_CTX_new();
    errno = 0;
    digest->sha256 = FETCH_SHA256(NULL);
    if (digest->sha256 == NULL && refusal() == ECSP_ERR_CRYPTO) {
        /* a library context that reads no configuration has it */
        digest->own = NEW_LIBRARY();
        digest->sha256 = digest->own != NULL ? FETCH_SHA256(digest->own) : NULL;
    }
    if (digest->context == NULL || digest->sha256 == NULL) {
        ecsp_digest_free(digest);
        return NULL;
    }
    return digest;
}

void ecsp_digest_free(struct ecsp_digest *digest)
{
    if (digest != NULL) {
        EVP_MD_CTX_free(digest->context);
        RELEASE_SHA256(digest->sha256);
        FREE_LIBRARY(digest->own);
        free(digest);
    }
}

void ecsp_hex(char *out, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
}

enum ecsp_status ecsp_sha256_hex(struct ecsp_digest *digest, struct ecsp_str bytes,
                                 char out[ECSP_SHA256_HEX])
{
    /* of no bytes, as nearly every body has: V3 hashes it for each request */
    static const char of_nothing[ECSP_SHA256_HEX + 1] =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    if (bytes.len == 0) {
        memcpy(out, of_nothing, ECSP_SHA256_HEX);
        return ECSP_OK;
    }
    errno = 0;
    if (EVP_DigestInit_ex(digest->context, digest->sha256, NULL) != 1 ||
        EVP_DigestUpdate(digest->context, bytes.data, bytes.len) != 1 ||
        EVP_DigestFinal_ex(digest->context, md, &len) != 1) {
        return refusal();
    }
    ecsp_hex(out, md, ECSP_SHA256_HEX / 2);
    return ECSP_OK;
}

/* What computes one HMAC. OpenSSL 3 has it in a provider; HMAC_CTX, which 1.1.1 has, is deprecated
 * there and passes the providers by. */
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
typedef EVP_MAC_CTX mac_context;
#define FREE_MAC(context) EVP_MAC_CTX_free(context)
#define UPDATE_MAC(context, bytes) \
    EVP_MAC_update(context, (const unsigned char *)(bytes).data, (bytes).len)

static mac_context *new_mac(enum ecsp_hash hash, struct ecsp_str key)
{
    char names[][sizeof "SHA256"] = {[ECSP_HASH_SHA256] = "SHA256", [ECSP_HASH_SHA1] = "SHA1"};
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, names[hash], 0),
                           OSSL_PARAM_construct_end()};
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    EVP_MAC_free(mac); /* the context has its own reference */
    if (context != NULL &&
        EVP_MAC_init(context, (const unsigned char *)key.data, key.len, params) != 1) {
        EVP_MAC_CTX_free(context);
        return NULL;
    }
    return context;
}

/* 3.0.0 to 3.0.2 say yes, and go on with the text before (openssl/openssl#17811). */
static int restart_mac(mac_context *context)
{
    return OpenSSL_version_num() >= 0x30000030L && EVP_MAC_init(context, NULL, 0, NULL) == 1;
}

static int final_mac(mac_context *context, unsigned char out[EVP_MAX_MD_SIZE])
{
    size_t len;
    return EVP_MAC_final(context, out, &len, EVP_MAX_MD_SIZE);
}
#else
typedef HMAC_CTX mac_context;
#define FREE_MAC(context) HMAC_CTX_free(context)
#define UPDATE_MAC(context, bytes) \
    HMAC_Update(context, (const unsigned char *)(bytes).data, (bytes).len)

static mac_context *new_mac(enum ecsp_hash hash, struct ecsp_str key)
{
    HMAC_CTX *context = HMAC_CTX_new();
    if (context != NULL &&
        HMAC_Init_ex(context, key.data, (int)key.len,
                     hash == ECSP_HASH_SHA1 ? EVP_sha1() : EVP_sha256(), NULL) != 1) {
        HMAC_CTX_free(context);
        return NULL;
    }
    return context;
}

static int restart_mac(mac_context *context)
{
    return HMAC_Init_ex(context, NULL, 0, NULL, NULL) == 1;
}

static int final_mac(mac_context *context, unsigned char out[EVP_MAX_MD_SIZE])
{
    unsigned int len;
    return HMAC_Final(context, out, &len);
}
#endif

struct ecsp_hmac {
    mac_context *context;
};

enum ecsp_status ecsp_hmac_new(struct ecsp_hmac **out, enum ecsp_hash hash, struct ecsp_str key)
{
    struct ecsp_hmac *hmac = calloc(1, sizeof *hmac);
    *out = NULL;
    if (hmac == NULL) {
        return ECSP_ERR_MEMORY;
    }
    errno = 0;
    hmac->context = key.len <= INT_MAX ? new_mac(hash, key) : NULL;
    if (hmac->context == NULL) {
        enum ecsp_status status = refusal();
        free(hmac);
        return status;
    }
    *out = hmac;
    return ECSP_OK;
}

void ecsp_hmac_free(struct ecsp_hmac *hmac)
{
    if (hmac != NULL) {
        FREE_MAC(hmac->context);
        free(hmac);
    }
}

int ecsp_hmac_restart(struct ecsp_hmac *hmac)
{
    return hmac != NULL && restart_mac(hmac->context);
}

enum ecsp_status ecsp_hmac_update(struct ecsp_hmac *hmac, struct ecsp_str bytes)
{
    errno = 0;
    return UPDATE_MAC(hmac->context, bytes) == 1 ? ECSP_OK : refusal();
}

static enum ecsp_status finish(struct ecsp_hmac *hmac, struct ecsp_str bytes,
                               unsigned char out[EVP_MAX_MD_SIZE])
{
    enum ecsp_status status = ecsp_hmac_update(hmac, bytes);
    return status != ECSP_OK || final_mac(hmac->context, out) == 1 ? status : refusal();
}

enum ecsp_status ecsp_hmac_hex(struct ecsp_hmac *hmac, struct ecsp_str bytes,
                               char out[ECSP_SHA256_HEX])
{
    unsigned char md[EVP_MAX_MD_SIZE];
    enum ecsp_status status = finish(hmac, bytes, md);
    if (status == ECSP_OK) {
        ecsp_hex(out, md, ECSP_SHA256_HEX / 2);
    }
    return status;
}

enum ecsp_status ecsp_hmac_base64(struct ecsp_hmac *hmac, struct ecsp_str bytes,
                                  char out[ECSP_SHA1_BASE64])
{
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned char text[ECSP_SHA1_BASE64 + 1]; /* EVP_EncodeBlock closes with a NUL */
    enum ecsp_status status = finish(hmac, bytes, md);
    if (status == ECSP_OK) {
        EVP_EncodeBlock(text, md, 20);
        memcpy(out, text, ECSP_SHA1_BASE64);
    }
    return status;
}

/* An OpenSSL without algorithms has no random bytes either; the system has. */
enum ecsp_status ecsp_random(unsigned char *out, size_t len)
{
    if (len <= INT_MAX && RAND_bytes(out, (int)len) == 1) {
        return ECSP_OK;
    }
    for (size_t done = 0; done < len; done += MOST_ENTROPY) {
        size_t part = len - done < MOST_ENTROPY ? len - done : MOST_ENTROPY;
        if (getentropy(out + done, part) != 0) {
            return ECSP_ERR_CRYPTO;
        }
    }
    return ECSP_OK;
}

enum ecsp_status ecsp_crypto_check(void)
{
    char out[ECSP_SHA256_HEX];
    struct ecsp_hmac *hmac;
    enum ecsp_status status = ecsp_hmac_new(&hmac, ECSP_HASH_SHA256, ECSP_LITERAL("key"));
    if (status == ECSP_OK) {
        status = ecsp_hmac_hex(hmac, ECSP_LITERAL("text"), out);
    }
    ecsp_hmac_free(hmac);
    return status;
}

const char *ecsp_crypto_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
