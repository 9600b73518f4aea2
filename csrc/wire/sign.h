/*
 * What this is: both signatures of the service as pure stages; every input is an argument (no
 * clock, no randomness), so golden vectors reach each of them.
 *
 * May include: ecsp.h, buf.h, digest.h, percent.h.
 *
 * Source: "Request syntax and signature method V3" and the RPC signature 1.0 of Alibaba Cloud's
 * SDK documentation; the details (names unencoded, headers trimmed, values encoded twice in 1.0)
 * are held to by spec/vectors.
 */
#ifndef ECSP_SIGN_H
#define ECSP_SIGN_H

#include "buf.h"
#include "digest.h"

ECSP_HIDDEN_BEGIN

/* A secret and the HMAC of each signature version, which the first signature keys. The secret is
 * the caller's; `free` frees the HMACs, which hold copies of it, and may be called again. */
struct ecsp_signing_key {
    struct ecsp_str secret;
    struct ecsp_hmac *v3;
    struct ecsp_hmac *v1;
};

void ecsp_signing_key_free(struct ecsp_signing_key *key);

/* V3 signs `host`, `content-type` and everything that begins with `x-acs-`. */
int ecsp_sign_v3_signs(struct ecsp_str header_name);

/* Orders headers by name, as the canonical request wants them. */
void ecsp_sign_v3_sort(struct ecsp_header *headers, size_t count);

/* `query` is the canonical query line; `headers` are sorted and all of them are signed.
 * *signed_headers is their list, `a;b;c`, inside `out`: it stays until `out` changes. */
enum ecsp_status ecsp_sign_v3_canonical_request(struct ecsp_buf *out, struct ecsp_str method,
                                                struct ecsp_str path, struct ecsp_str query,
                                                const struct ecsp_header *headers, size_t count,
                                                struct ecsp_str body_sha256,
                                                struct ecsp_str *signed_headers);

enum ecsp_status ecsp_sign_v3_string_to_sign(struct ecsp_buf *out, struct ecsp_digest *digest,
                                             struct ecsp_str canonical_request);

enum ecsp_status ecsp_sign_v3_signature(struct ecsp_signing_key *key,
                                        struct ecsp_str string_to_sign, char out[ECSP_SHA256_HEX]);

/* The value of the Authorization header. */
enum ecsp_status ecsp_sign_v3_authorization(struct ecsp_buf *out, struct ecsp_str access_key_id,
                                            struct ecsp_str signed_headers,
                                            struct ecsp_str signature);

/* `query`: all parameters but Signature, sorted and encoded, whichever place they travel in. */
enum ecsp_status ecsp_sign_v1_string_to_sign(struct ecsp_buf *out, struct ecsp_str method,
                                             struct ecsp_str query);

/* HMAC's key is the secret + "&". Base64, not yet encoded. */
enum ecsp_status ecsp_sign_v1_signature(struct ecsp_signing_key *key,
                                        struct ecsp_str string_to_sign, char out[ECSP_SHA1_BASE64]);

ECSP_HIDDEN_END

#endif
