#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* getentropy */
#endif
#include "digest.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
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
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "buf.h"

#if OPENSSL_VERSION_NUMBER < 0x10101000L
#error "ecs_pipeline needs OpenSSL 1.1.1 or later"
#endif

/* OpenSSL 3 looks an algorithm up at every use unless it is fetched once; 1.1.1 has nothing to
 * fetch, and no provider that could be missing. */
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#define FETCH_SHA256(library) EVP_MD_fetch(library, "SHA256", NULL)
#define RELEASE_SHA256(md) EVP_MD_free(md)
#define NEW_LIBRARY() OSSL_LIB_CTX_new()
#define FREE_LIBRARY(library) OSSL_LIB_CTX_free(library)
typedef EVP_MD fetched_md;
typedef OSSL_LIB_CTX openssl_library;
#else
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
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned int len = 0;
    errno = 0;
    if (EVP_DigestInit_ex(digest->context, digest->sha256, NULL) != 1 ||
        EVP_DigestUpdate(digest->context, bytes.data, bytes.len) != 1 ||
        EVP_DigestFinal_ex(digest->context, md, &len) != 1) {
        return refusal();
    }
    ecsp_hex(out, md, ECSP_SHA256_HEX / 2);
    return ECSP_OK;
}

static enum ecsp_status hmac(const EVP_MD *md, struct ecsp_str key, struct ecsp_str bytes,
                             unsigned char *out)
{
    unsigned int len = 0;
    errno = 0;
    if (key.len > INT_MAX || HMAC(md, key.data, (int)key.len, (const unsigned char *)bytes.data,
                                  bytes.len, out, &len) == NULL) {
        return refusal();
    }
    return ECSP_OK;
}

enum ecsp_status ecsp_hmac_sha256_hex(struct ecsp_str key, struct ecsp_str bytes,
                                      char out[ECSP_SHA256_HEX])
{
    unsigned char md[EVP_MAX_MD_SIZE];
    enum ecsp_status status = hmac(EVP_sha256(), key, bytes, md);
    if (status != ECSP_OK) {
        return status;
    }
    ecsp_hex(out, md, ECSP_SHA256_HEX / 2);
    return ECSP_OK;
}

enum ecsp_status ecsp_hmac_sha1_base64(struct ecsp_str key, struct ecsp_str bytes,
                                       char out[ECSP_SHA1_BASE64])
{
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned char text[ECSP_SHA1_BASE64 + 1]; /* EVP_EncodeBlock closes with a NUL */
    enum ecsp_status status = hmac(EVP_sha1(), key, bytes, md);
    if (status != ECSP_OK) {
        return status;
    }
    EVP_EncodeBlock(text, md, 20);
    for (size_t i = 0; i < ECSP_SHA1_BASE64; i++) {
        out[i] = (char)text[i];
    }
    return ECSP_OK;
}

struct ecsp_hmac {
    EVP_MD_CTX *context;
};

enum ecsp_status ecsp_hmac_new(struct ecsp_hmac **out, struct ecsp_str key)
{
    struct ecsp_hmac *hmac = calloc(1, sizeof *hmac);
    enum ecsp_status status = hmac != NULL ? ECSP_OK : ECSP_ERR_MEMORY;
    errno = 0;
    EVP_PKEY *owned =
        EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, (const unsigned char *)key.data, key.len);
    if (hmac != NULL) {
        hmac->context = EVP_MD_CTX_new();
    }
    if (hmac == NULL || owned == NULL || hmac->context == NULL ||
        EVP_DigestSignInit(hmac->context, NULL, EVP_sha256(), NULL, owned) != 1) {
        status = status == ECSP_OK ? refusal() : status;
        ecsp_hmac_free(hmac);
        hmac = NULL;
    }
    EVP_PKEY_free(owned); /* the context has its own reference */
    *out = hmac;
    return status;
}

void ecsp_hmac_free(struct ecsp_hmac *hmac)
{
    if (hmac != NULL) {
        EVP_MD_CTX_free(hmac->context);
        free(hmac);
    }
}

enum ecsp_status ecsp_hmac_update(struct ecsp_hmac *hmac, struct ecsp_str bytes)
{
    errno = 0;
    return EVP_DigestSignUpdate(hmac->context, bytes.data, bytes.len) == 1 ? ECSP_OK : refusal();
}

enum ecsp_status ecsp_hmac_hex(struct ecsp_hmac *hmac, char out[ECSP_SHA256_HEX])
{
    unsigned char md[EVP_MAX_MD_SIZE];
    size_t len = sizeof md;
    errno = 0;
    if (EVP_DigestSignFinal(hmac->context, md, &len) != 1) {
        return refusal();
    }
    ecsp_hex(out, md, ECSP_SHA256_HEX / 2);
    return ECSP_OK;
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
    return ecsp_hmac_sha256_hex(ECSP_LITERAL("key"), ECSP_LITERAL("text"), out);
}

const char *ecsp_crypto_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION);
}
