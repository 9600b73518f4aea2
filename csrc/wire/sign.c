#include "sign.h"

#include "percent.h"
#include "str.h"

/* More than a canonical request has beside its query, nearly always: one allocation does. */
#define USUAL_BYTES 512

void ecsp_signing_key_free(struct ecsp_signing_key *key)
{
    ecsp_hmac_free(key->v3);
    ecsp_hmac_free(key->v1);
    key->v3 = NULL;
    key->v1 = NULL;
}

int ecsp_sign_v3_signs(struct ecsp_str name)
{
    return (name.len > 6 && ecsp_str_starts_with(name, "x-acs-")) ||
           ecsp_str_equals(name, "host") || ecsp_str_equals(name, "content-type");
}

/* About ten headers that are nearly in order: insertion is the fastest, and stable. */
void ecsp_sign_v3_sort(struct ecsp_header *headers, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct ecsp_header moving = headers[i];
        size_t at = i;
        while (at > 0 && ecsp_str_compare(headers[at - 1].name, moving.name) > 0) {
            headers[at] = headers[at - 1];
            at--;
        }
        headers[at] = moving;
    }
}

static int is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static struct ecsp_str trimmed(struct ecsp_str str)
{
    while (str.len > 0 && is_blank(str.data[0])) {
        str.data++;
        str.len--;
    }
    while (str.len > 0 && is_blank(str.data[str.len - 1])) {
        str.len--;
    }
    return str;
}

enum ecsp_status ecsp_sign_v3_canonical_request(struct ecsp_buf *out, struct ecsp_str method,
                                                struct ecsp_str path, struct ecsp_str query,
                                                const struct ecsp_header *headers, size_t count,
                                                struct ecsp_str body_sha256,
                                                struct ecsp_str *signed_headers)
{
    ecsp_buf_reserve(out, query.len + USUAL_BYTES);
    ecsp_buf_str(out, method);
    ecsp_buf_byte(out, '\n');
    ecsp_buf_str(out, path);
    ecsp_buf_byte(out, '\n');
    ecsp_buf_str(out, query);
    ecsp_buf_byte(out, '\n');
    for (size_t i = 0; i < count; i++) {
        ecsp_buf_str(out, headers[i].name);
        ecsp_buf_byte(out, ':');
        ecsp_buf_str(out, trimmed(headers[i].value));
        ecsp_buf_byte(out, '\n');
    }
    ecsp_buf_byte(out, '\n');
    size_t list = out->len;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            ecsp_buf_byte(out, ';');
        }
        ecsp_buf_str(out, headers[i].name);
    }
    size_t list_len = out->len - list;
    ecsp_buf_byte(out, '\n');
    ecsp_buf_str(out, body_sha256);
    *signed_headers = (struct ecsp_str){ecsp_buf_view(out).data + list, list_len};
    return out->status;
}

enum ecsp_status ecsp_sign_v3_string_to_sign(struct ecsp_buf *out, struct ecsp_digest *digest,
                                             struct ecsp_str canonical_request)
{
    char hash[ECSP_SHA256_HEX];
    enum ecsp_status status = ecsp_sha256_hex(digest, canonical_request, hash);
    if (status != ECSP_OK) {
        return status;
    }
    ecsp_buf_text(out, "ACS3-HMAC-SHA256\n");
    return ecsp_buf_append(out, hash, sizeof hash);
}

enum ecsp_status ecsp_sign_v3_signature(struct ecsp_signing_key *key,
                                        struct ecsp_str string_to_sign, char out[ECSP_SHA256_HEX])
{
    enum ecsp_status status = ECSP_OK;
    if (!ecsp_hmac_restart(key->v3)) {
        ecsp_hmac_free(key->v3);
        status = ecsp_hmac_new(&key->v3, ECSP_HASH_SHA256, key->secret);
    }
    return status == ECSP_OK ? ecsp_hmac_hex(key->v3, string_to_sign, out) : status;
}

enum ecsp_status ecsp_sign_v3_authorization(struct ecsp_buf *out, struct ecsp_str access_key_id,
                                            struct ecsp_str signed_headers,
                                            struct ecsp_str signature)
{
    ecsp_buf_text(out, "ACS3-HMAC-SHA256 Credential=");
    ecsp_buf_str(out, access_key_id);
    ecsp_buf_text(out, ",SignedHeaders=");
    ecsp_buf_str(out, signed_headers);
    ecsp_buf_text(out, ",Signature=");
    return ecsp_buf_str(out, signature);
}

enum ecsp_status ecsp_sign_v1_string_to_sign(struct ecsp_buf *out, struct ecsp_str method,
                                             struct ecsp_str query)
{
    ecsp_buf_str(out, method);
    ecsp_buf_text(out, "&%2F&");
    return ecsp_percent_encode(out, query);
}

enum ecsp_status ecsp_sign_v1_signature(struct ecsp_signing_key *key,
                                        struct ecsp_str string_to_sign, char out[ECSP_SHA1_BASE64])
{
    enum ecsp_status status = ECSP_OK;
    if (!ecsp_hmac_restart(key->v1)) {
        struct ecsp_buf longer;
        ecsp_buf_init(&longer, SIZE_MAX);
        ecsp_buf_str(&longer, key->secret);
        status = ecsp_buf_byte(&longer, '&');
        ecsp_hmac_free(key->v1);
        key->v1 = NULL;
        if (status == ECSP_OK) {
            status = ecsp_hmac_new(&key->v1, ECSP_HASH_SHA1, ecsp_buf_view(&longer));
        }
        ecsp_buf_free(&longer);
    }
    return status == ECSP_OK ? ecsp_hmac_base64(key->v1, string_to_sign, out) : status;
}
