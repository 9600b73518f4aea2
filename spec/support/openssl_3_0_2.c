/*
 * What this is: OpenSSL 3.0.2 as far as HMAC is concerned. Preloaded, it gives that version, and a
 * restart without a key is said to be done and is not (openssl/openssl#17811). Compiled by
 * spec/unit/core/signing_key_spec.lua. Linux.
 *
 * May include: the C library.
 *
 * Ownership: nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

typedef int init_function(void *context, const unsigned char *key, size_t len, const void *params);

init_function EVP_MAC_init;
unsigned long OpenSSL_version_num(void);

__attribute__((visibility("default"))) unsigned long OpenSSL_version_num(void)
{
    return 0x30000020UL;
}

__attribute__((visibility("default"))) int EVP_MAC_init(void *context, const unsigned char *key,
                                                        size_t len, const void *params)
{
    init_function *real;
    void *symbol = dlsym(RTLD_NEXT, "EVP_MAC_init");

    memcpy(&real, &symbol, sizeof real);
    return key == NULL && params == NULL ? 1 : real(context, key, len, params);
}
