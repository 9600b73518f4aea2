#include "sign.h"

#include "percent.h"
#include "str.h"

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

enum ecsp_status ecsp_sign_v3_signed_headers(struct ecsp_buf *out,
                                             const struct ecsp_header *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            ecsp_buf_byte(out, ';');
        }
        ecsp_buf_str(out, headers[i].name);
    }
    return out->status;
}

enum ecsp_status ecsp_sign_v3_canonical_request(struct ecsp_buf *out, struct ecsp_str method,
                                                struct ecsp_str path, struct ecsp_str query,
                                                const struct ecsp_header *headers, size_t count,
                                                struct ecsp_str signed_headers,
                                                struct ecsp_str body_sha256)
{
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
    ecsp_buf_str(out, signed_headers);
    ecsp_buf_byte(out, '\n');
    return ecsp_buf_str(out, body_sha256);
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

enum ecsp_status ecsp_sign_v3_signature(struct ecsp_str secret, struct ecsp_str string_to_sign,
                                        char out[ECSP_SHA256_HEX])
{
    return ecsp_hmac_sha256_hex(secret, string_to_sign, out);
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

enum ecsp_status ecsp_sign_v1_signature(struct ecsp_buf *scratch, struct ecsp_str secret,
                                        struct ecsp_str string_to_sign, char out[ECSP_SHA1_BASE64])
{
    ecsp_buf_clear(scratch);
    ecsp_buf_str(scratch, secret);
    if (ecsp_buf_byte(scratch, '&') != ECSP_OK) {
        return scratch->status;
    }
    return ecsp_hmac_sha1_base64(ecsp_buf_view(scratch), string_to_sign, out);
}
