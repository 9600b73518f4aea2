#include "wire/digest.h"

#include "test.h"

static struct ecsp_str filled(char *room, size_t len, unsigned char byte)
{
    memset(room, byte, len);
    return (struct ecsp_str){room, len};
}

static struct ecsp_str counting(char *room) /* 01 02 … 19 */
{
    for (int i = 0; i < 25; i++) {
        room[i] = (char)(i + 1);
    }
    return (struct ecsp_str){room, 25};
}

static void check_sha256(struct ecsp_digest *digest, struct ecsp_str bytes, const char *want)
{
    char out[ECSP_SHA256_HEX];
    CHECK_INT(ecsp_sha256_hex(digest, bytes, out), ECSP_OK);
    CHECK_BYTES(((struct ecsp_str){out, sizeof out}), test_str(want));
}

static void sha256_of_known_texts(void) /* FIPS 180-2 appendix B */
{
    struct ecsp_digest *digest = ecsp_digest_new();
    CHECK(digest != NULL);
    char *million = malloc(1000000);
    for (int again = 0; again < 3; again++) { /* the context is used again and again */
        check_sha256(digest, test_str(""),
                     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        check_sha256(digest, test_str("abc"),
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        check_sha256(digest, test_str("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
        if (million != NULL) {
            check_sha256(digest, filled(million, 1000000, 'a'),
                         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
        }
    }
    free(million);
    ecsp_digest_free(digest);
    ecsp_digest_free(NULL);
}

/* Whole, in pieces of which some are empty, and whole again after a text that was left off. */
static void check_hmac_sha256(struct ecsp_str key, struct ecsp_str bytes, const char *want)
{
    char out[ECSP_SHA256_HEX];
    struct ecsp_hmac *hmac;
    CHECK_INT(ecsp_hmac_new(&hmac, ECSP_HASH_SHA256, key), ECSP_OK);
    CHECK(hmac != NULL);
    if (hmac == NULL) {
        return;
    }
    CHECK_INT(ecsp_hmac_hex(hmac, bytes, out), ECSP_OK);
    CHECK_BYTES(((struct ecsp_str){out, sizeof out}), test_str(want));
    CHECK(ecsp_hmac_restart(hmac));
    for (size_t at = 0; at < bytes.len; at += 7) {
        size_t len = bytes.len - at < 7 ? bytes.len - at : 7;
        CHECK_INT(ecsp_hmac_update(hmac, (struct ecsp_str){bytes.data + at, len}), ECSP_OK);
        CHECK_INT(ecsp_hmac_update(hmac, test_str("")), ECSP_OK);
    }
    CHECK_INT(ecsp_hmac_hex(hmac, test_str(""), out), ECSP_OK);
    CHECK_BYTES(((struct ecsp_str){out, sizeof out}), test_str(want));
    CHECK(ecsp_hmac_restart(hmac));
    CHECK_INT(ecsp_hmac_update(hmac, test_str("begun, and left off")), ECSP_OK);
    CHECK(ecsp_hmac_restart(hmac));
    CHECK_INT(ecsp_hmac_hex(hmac, bytes, out), ECSP_OK);
    CHECK_BYTES(((struct ecsp_str){out, sizeof out}), test_str(want));
    ecsp_hmac_free(hmac);
}

static void nothing_is_not_restarted(void)
{
    CHECK(!ecsp_hmac_restart(NULL));
    ecsp_hmac_free(NULL);
}

static void hmac_sha256_of_rfc_4231(void) /* cases 1 to 4, 6 and 7; 5 truncates */
{
    char key[131];
    char data[50];
    check_hmac_sha256(filled(key, 20, 0x0b), test_str("Hi There"),
                      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    check_hmac_sha256(test_str("Jefe"), test_str("what do ya want for nothing?"),
                      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    check_hmac_sha256(filled(key, 20, 0xaa), filled(data, 50, 0xdd),
                      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    check_hmac_sha256(counting(key), filled(data, 50, 0xcd),
                      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    check_hmac_sha256(filled(key, 131, 0xaa),
                      test_str("Test Using Larger Than Block-Size Key - Hash Key First"),
                      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    check_hmac_sha256(filled(key, 131, 0xaa),
                      test_str("This is a test using a larger than block-size key and a larger "
                               "than block-size data. The key needs to be hashed before being "
                               "used by the HMAC algorithm."),
                      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

static void check_hmac_sha1(struct ecsp_str key, struct ecsp_str bytes, const char *want)
{
    char out[ECSP_SHA1_BASE64];
    struct ecsp_hmac *hmac;
    CHECK_INT(ecsp_hmac_new(&hmac, ECSP_HASH_SHA1, key), ECSP_OK);
    for (int again = 0; hmac != NULL && again < 2; again++) {
        CHECK_INT(ecsp_hmac_base64(hmac, bytes, out), ECSP_OK);
        CHECK_BYTES(((struct ecsp_str){out, sizeof out}), test_str(want));
        CHECK(ecsp_hmac_restart(hmac));
    }
    ecsp_hmac_free(hmac);
}

static void hmac_sha1_of_rfc_2202(void) /* all seven cases, the RFC's hex in Base64 */
{
    char key[80];
    char data[50];
    check_hmac_sha1(filled(key, 20, 0x0b), test_str("Hi There"), "thcxhlUFcmTii8C2+zeMjvFGvgA=");
    check_hmac_sha1(test_str("Jefe"), test_str("what do ya want for nothing?"),
                    "7/zfauXrL6LSdBbV8YTfnCWafHk=");
    check_hmac_sha1(filled(key, 20, 0xaa), filled(data, 50, 0xdd), "El1zQrmsEc2Ro5r0iqF7T2PxddM=");
    check_hmac_sha1(counting(key), filled(data, 50, 0xcd), "TJAH9AJiUMa8hBT5v1DIbC1yNdo=");
    check_hmac_sha1(filled(key, 20, 0x0c), test_str("Test With Truncation"),
                    "TBoDQktV4H/n8nvh1Yu5MkqaWgQ=");
    check_hmac_sha1(filled(key, 80, 0xaa),
                    test_str("Test Using Larger Than Block-Size Key - Hash Key First"),
                    "qkrl4VJy0A6VcFY3zoo7Ve1AIRI=");
    check_hmac_sha1(filled(key, 80, 0xaa),
                    test_str("Test Using Larger Than Block-Size Key and Larger Than One "
                             "Block-Size Data"),
                    "6OmdD0UjfXhta7qnllx4CLv/GpE=");
}

static void empty_keys_and_texts(void)
{
    check_hmac_sha256(test_str(""), test_str(""),
                      "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    check_hmac_sha1(test_str(""), test_str(""), "+9sdGxiqbAgyS31ktx+3Y3BpDh0=");
}

static void hex_is_lower_case(void)
{
    static const unsigned char bytes[] = {0x00, 0x0f, 0xa5, 0xff};
    char out[8];
    ecsp_hex(out, bytes, sizeof bytes);
    CHECK_BYTES(((struct ecsp_str){out, sizeof out}), test_str("000fa5ff"));
}

static void random_bytes_differ(void)
{
    unsigned char a[32] = {0};
    unsigned char b[32] = {0};
    CHECK_INT(ecsp_random(a, sizeof a), ECSP_OK);
    CHECK_INT(ecsp_random(b, sizeof b), ECSP_OK);
    CHECK(memcmp(a, b, sizeof a) != 0);
    CHECK_INT(ecsp_random(a, 0), ECSP_OK);
}

int main(void)
{
    RUN(sha256_of_known_texts);
    RUN(hmac_sha256_of_rfc_4231);
    RUN(hmac_sha1_of_rfc_2202);
    RUN(empty_keys_and_texts);
    RUN(nothing_is_not_restarted);
    RUN(hex_is_lower_case);
    RUN(random_bytes_differ);
    return test_summary();
}
