/*
 * What this is: one signed HTTP request made of parameters: placement, protocol fields,
 * signature, headers, URL, body.
 *
 * May include: ecsp.h, buf.h, params.h, sign.h.
 *
 * Ownership: the request owns every buffer; `free` and `wipe` wipe them. Once it is built, it needs
 * nothing of `struct ecsp_request_input` any more.
 *
 * Two combinations of signature version and placement are proven, and `auto` takes one of them: up
 * to ECSP_MAX_QUERY_BYTES of encoded parameters travel in the query under V3, as the vendor's SDK
 * sends them; more travel in a form body under signature 1.0, as terraform sends them, since the
 * gateway has answered 414 to long URLs. Forcing one half picks the combination it belongs to;
 * forcing both halves may make the two others.
 */
#ifndef ECSP_REQUEST_H
#define ECSP_REQUEST_H

#include "buf.h"
#include "digest.h"
#include "params.h"
#include "sign.h"

ECSP_HIDDEN_BEGIN

#define ECSP_MAX_QUERY_BYTES 4096
#define ECSP_MAX_HEADERS 45 /* 32 of the caller, 13 of the request */
#define ECSP_DATE_LENGTH 20

/* What is wrong when ecsp_params_sort finds a name twice, for messages. */
#define ECSP_GIVEN_TWICE "a parameter is given twice"

enum ecsp_signature_version {
    ECSP_SIGNATURE_AUTO,
    ECSP_SIGNATURE_V3,
    ECSP_SIGNATURE_V1,
    ECSP_SIGNATURE_NONE, /* for the actions that want none: protocol fields in the query, the API's
                            parameters, which are the secret here, in the form body */
};

enum ecsp_placement {
    ECSP_PLACEMENT_AUTO,
    ECSP_PLACEMENT_QUERY,
    ECSP_PLACEMENT_FORM,
};

struct ecsp_request_input {
    struct ecsp_str endpoint; /* http[s]://host[:port] */
    struct ecsp_str action;
    struct ecsp_str version;
    struct ecsp_str access_key_id;
    struct ecsp_str security_token; /* empty = none */
    struct ecsp_str provider;       /* empty = none; x-acs-credentials-provider */
    struct ecsp_str user_agent;
    struct ecsp_signing_key *key;
    struct ecsp_str nonce;
    int64_t now; /* unix seconds */
    enum ecsp_signature_version signature;
    enum ecsp_placement placement;
    const struct ecsp_header *extra_headers; /* lower-case names */
    size_t extra_count;
};

struct ecsp_request {
    struct ecsp_outgoing outgoing; /* first, for curl.so; views into the others */
    struct ecsp_params params;
    struct ecsp_buf name;    /* the wire name that a marshaller is writing */
    struct ecsp_buf scratch; /* a marshaller's messages */
    struct ecsp_buf query;
    struct ecsp_buf url;
    struct ecsp_buf body;
    struct ecsp_buf canonical; /* V3: the canonical request; 1.0: the sorted query */
    struct ecsp_buf string_to_sign;
    struct ecsp_buf authorization;
    struct ecsp_buf kept; /* the headers' bytes */
    struct ecsp_header headers[ECSP_MAX_HEADERS];
    size_t header_count;
    enum ecsp_signature_version signature; /* what was chosen */
    enum ecsp_placement placement;
    char date[ECSP_DATE_LENGTH + 1];
    char body_sha256[ECSP_SHA256_HEX];
};

void ecsp_request_init(struct ecsp_request *request);
void ecsp_request_free(struct ecsp_request *request);

/* Empties it for another request, and keeps memory as ecsp_buf_wipe does. */
void ecsp_request_wipe(struct ecsp_request *request);

/* Checks `http[s]://host[:port]` and splits it; a port that is the scheme's default is dropped. 0 =
 * not an endpoint. */
int ecsp_endpoint_split(struct ecsp_str endpoint, struct ecsp_str *scheme, struct ecsp_str *host);

/*
 * Turns request->params into request->outgoing. On ECSP_ERR_INVALID `problem` says which input
 * and why; it may point at a parameter name (one given twice) in *duplicate.
 */
enum ecsp_status ecsp_request_build(struct ecsp_request *request,
                                    const struct ecsp_request_input *input,
                                    struct ecsp_digest *digest, const char **problem,
                                    struct ecsp_str *duplicate);

/* `2026-11-24T03:37:00Z`, UTC whatever the locale and time zone. */
void ecsp_format_date(int64_t unix_seconds, char out[ECSP_DATE_LENGTH + 1]);

ECSP_HIDDEN_END

#endif
