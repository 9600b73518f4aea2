#include "request.h"

#include <string.h>

#include "percent.h"
#include "str.h"

#define MAX_PARAM_BYTES (1024 * 1024)
#define MAX_ENCODED_BYTES (4 * 1024 * 1024)
#define MAX_NAME_BYTES 1024

static void for_each_buffer(struct ecsp_request *request, void (*act)(struct ecsp_buf *))
{
    act(&request->name);
    act(&request->query);
    act(&request->url);
    act(&request->body);
    act(&request->canonical);
    act(&request->string_to_sign);
    act(&request->authorization);
    act(&request->scratch);
    act(&request->kept);
    request->header_count = 0;
    memset(&request->outgoing, 0, sizeof request->outgoing);
}

void ecsp_request_init(struct ecsp_request *request)
{
    memset(request, 0, sizeof *request);
    ecsp_params_init(&request->params, MAX_PARAM_BYTES);
    ecsp_buf_init(&request->name, MAX_NAME_BYTES);
    ecsp_buf_init(&request->scratch, MAX_ENCODED_BYTES);
    ecsp_buf_init(&request->query, MAX_ENCODED_BYTES);
    ecsp_buf_init(&request->url, MAX_ENCODED_BYTES);
    ecsp_buf_init(&request->body, MAX_ENCODED_BYTES);
    ecsp_buf_init(&request->canonical, MAX_ENCODED_BYTES);
    ecsp_buf_init(&request->string_to_sign, 3 * MAX_ENCODED_BYTES);
    ecsp_buf_init(&request->authorization, MAX_ENCODED_BYTES);
    ecsp_buf_init(&request->kept, MAX_ENCODED_BYTES);
}

void ecsp_request_free(struct ecsp_request *request)
{
    ecsp_params_free(&request->params);
    for_each_buffer(request, ecsp_buf_free);
}

void ecsp_request_wipe(struct ecsp_request *request)
{
    ecsp_params_wipe(&request->params);
    for_each_buffer(request, ecsp_buf_wipe);
}

static int ends_with(struct ecsp_str str, const char *suffix)
{
    size_t len = strlen(suffix);
    return str.len > len && memcmp(str.data + str.len - len, suffix, len) == 0;
}

static int is_host_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '.' || byte == '-' || byte == ':' ||
           byte == '[' || byte == ']' || byte == '_';
}

int ecsp_endpoint_split(struct ecsp_str endpoint, struct ecsp_str *scheme, struct ecsp_str *host)
{
    size_t prefix = ecsp_str_starts_with(endpoint, "https://")  ? 8
                    : ecsp_str_starts_with(endpoint, "http://") ? 7
                                                                : 0;
    if (prefix == 0) {
        return 0;
    }
    *scheme = (struct ecsp_str){endpoint.data, prefix};
    *host = (struct ecsp_str){endpoint.data + prefix, endpoint.len - prefix};
    if (host->len > 0 && host->data[host->len - 1] == '/') {
        host->len--;
    }
    for (size_t i = 0; i < host->len; i++) {
        if (!is_host_byte(host->data[i])) {
            return 0;
        }
    }
    const char *default_port = prefix == 8 ? ":443" : ":80";
    if (ends_with(*host, default_port)) {
        host->len -= strlen(default_port);
    }
    return host->len > 0 && host->data[0] != ':';
}

static void two_digits(char *out, int64_t number)
{
    out[0] = (char)('0' + number / 10);
    out[1] = (char)('0' + number % 10);
}

/* Days to a civil date without gmtime: no time zone data, no static buffer, the same on every
   system. Source: the era/day-of-era computation of the proleptic Gregorian calendar (400-year
   cycles of 146,097 days). */
void ecsp_format_date(int64_t unix_seconds, char out[ECSP_DATE_LENGTH + 1])
{
    int64_t days = unix_seconds / 86400;
    int64_t rest = unix_seconds % 86400;
    int64_t shifted = days + 719468; /* since 0000-03-01 */
    int64_t era = shifted / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_index = (5 * day_of_year + 2) / 153;
    int64_t month = month_index < 10 ? month_index + 3 : month_index - 9;
    int64_t year = year_of_era + era * 400 + (month <= 2);
    memcpy(out, "0000-00-00T00:00:00Z", ECSP_DATE_LENGTH + 1);
    two_digits(out, year / 100);
    two_digits(out + 2, year % 100);
    two_digits(out + 5, month);
    two_digits(out + 8, day_of_year - (153 * month_index + 2) / 5 + 1);
    two_digits(out + 11, rest / 3600);
    two_digits(out + 14, rest / 60 % 60);
    two_digits(out + 17, rest % 60);
}

/* One of the request's own, which are all different, and for which there is room. */
static void add_header(struct ecsp_request *request, struct ecsp_str name, struct ecsp_str value)
{
    request->headers[request->header_count++] = (struct ecsp_header){name, value};
}

static int has_header(const struct ecsp_request *request, struct ecsp_str name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (ecsp_str_compare(request->headers[i].name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The caller's, once the request has its own: a name that occurs twice is refused, since signer and
 * server could disagree on which value counts. */
static enum ecsp_status add_extra_headers(struct ecsp_request *request,
                                          const struct ecsp_request_input *input)
{
    for (size_t i = 0; i < input->extra_count; i++) {
        if (request->header_count == ECSP_MAX_HEADERS) {
            return ECSP_ERR_LIMIT;
        }
        if (has_header(request, input->extra_headers[i].name)) {
            return ECSP_ERR_INVALID;
        }
        add_header(request, input->extra_headers[i].name, input->extra_headers[i].value);
    }
    return ECSP_OK;
}

/* Signature version and placement, by the length of the encoded parameters, which are in the body
 * so far; see the top of request.h. */
static void choose_signature(struct ecsp_request *request, const struct ecsp_request_input *input)
{
    request->signature = input->signature;
    request->placement = input->placement;
    if (request->signature == ECSP_SIGNATURE_NONE) {
        request->placement = ECSP_PLACEMENT_FORM;
        return;
    }
    if (request->signature == ECSP_SIGNATURE_AUTO && request->placement == ECSP_PLACEMENT_AUTO) {
        request->signature =
            request->body.len <= ECSP_MAX_QUERY_BYTES ? ECSP_SIGNATURE_V3 : ECSP_SIGNATURE_V1;
    }
    if (request->signature == ECSP_SIGNATURE_AUTO) {
        request->signature =
            request->placement == ECSP_PLACEMENT_QUERY ? ECSP_SIGNATURE_V3 : ECSP_SIGNATURE_V1;
    }
    if (request->placement == ECSP_PLACEMENT_AUTO) {
        request->placement =
            request->signature == ECSP_SIGNATURE_V3 ? ECSP_PLACEMENT_QUERY : ECSP_PLACEMENT_FORM;
    }
}

static void add_protocol_params(struct ecsp_request *request,
                                const struct ecsp_request_input *input)
{
    int is_signed = request->signature == ECSP_SIGNATURE_V1;
    const struct {
        struct ecsp_str name;
        struct ecsp_str value;
        int wanted;
    } fields[] = {
        {ECSP_LITERAL("AccessKeyId"), input->access_key_id, is_signed},
        {ECSP_LITERAL("Action"), input->action, 1},
        {ECSP_LITERAL("Format"), ECSP_LITERAL("JSON"), 1}, /* the service's default is XML */
        {ECSP_LITERAL("SecurityToken"), input->security_token, is_signed},
        {ECSP_LITERAL("SignatureMethod"), ECSP_LITERAL("HMAC-SHA1"), is_signed},
        {ECSP_LITERAL("SignatureNonce"), input->nonce, is_signed},
        {ECSP_LITERAL("SignatureVersion"), ECSP_LITERAL("1.0"), is_signed},
        {ECSP_LITERAL("Timestamp"), {request->date, ECSP_DATE_LENGTH}, 1},
        {ECSP_LITERAL("Version"), input->version, 1},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (fields[i].wanted && fields[i].value.len > 0) {
            ecsp_params_add(&request->params, ECSP_PARAM_PROTOCOL, fields[i].name, fields[i].value);
        }
    }
}

static enum ecsp_status sign_v1(struct ecsp_request *request,
                                const struct ecsp_request_input *input)
{
    char signature[ECSP_SHA1_BASE64];
    ecsp_params_encode(&request->params, ECSP_PARAM_ANY, &request->canonical);
    ecsp_sign_v1_string_to_sign(&request->string_to_sign, ECSP_LITERAL("POST"),
                                ecsp_buf_view(&request->canonical));
    if (request->string_to_sign.status != ECSP_OK) {
        return request->string_to_sign.status;
    }
    enum ecsp_status status =
        ecsp_sign_v1_signature(input->key, ecsp_buf_view(&request->string_to_sign), signature);
    if (status != ECSP_OK) {
        return status;
    }
    unsigned in_query =
        request->placement == ECSP_PLACEMENT_QUERY ? ECSP_PARAM_ANY : ECSP_PARAM_PROTOCOL;
    ecsp_buf_clear(&request->query); /* it held the API's parameters alone */
    ecsp_params_encode(&request->params, in_query, &request->query);
    ecsp_buf_text(&request->query, "&Signature=");
    return ecsp_percent_encode(&request->query, (struct ecsp_str){signature, sizeof signature});
}

/* `hash` gets the hash of the body, and must outlive the headers, one of which shows it. */
static enum ecsp_status sign_v3(struct ecsp_request *request,
                                const struct ecsp_request_input *input, struct ecsp_digest *digest,
                                char hash[ECSP_SHA256_HEX])
{
    enum ecsp_status status = ecsp_sha256_hex(digest, ecsp_buf_view(&request->body), hash);
    struct ecsp_str body_sha256 = {hash, ECSP_SHA256_HEX};
    const struct {
        struct ecsp_str name;
        struct ecsp_str value;
        int wanted;
    } fields[] = {
        {ECSP_LITERAL("x-acs-accesskey-id"), input->access_key_id, input->security_token.len > 0},
        {ECSP_LITERAL("x-acs-action"), input->action, 1},
        {ECSP_LITERAL("x-acs-content-sha256"), body_sha256, 1},
        {ECSP_LITERAL("x-acs-credentials-provider"), input->provider, input->provider.len > 0},
        {ECSP_LITERAL("x-acs-date"), {request->date, ECSP_DATE_LENGTH}, 1},
        {ECSP_LITERAL("x-acs-security-token"), input->security_token,
         input->security_token.len > 0},
        {ECSP_LITERAL("x-acs-signature-nonce"), input->nonce, 1},
        {ECSP_LITERAL("x-acs-version"), input->version, 1},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (fields[i].wanted) {
            add_header(request, fields[i].name, fields[i].value);
        }
    }
    size_t authorization = request->header_count;
    add_header(request, ECSP_LITERAL("authorization"), ECSP_LITERAL(""));
    status = status == ECSP_OK ? add_extra_headers(request, input) : status;
    struct ecsp_header to_sign[ECSP_MAX_HEADERS];
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        if (ecsp_sign_v3_signs(request->headers[i].name)) {
            to_sign[count++] = request->headers[i];
        }
    }
    ecsp_sign_v3_sort(to_sign, count);
    struct ecsp_str signed_headers;
    if (status == ECSP_OK) {
        status = ecsp_sign_v3_canonical_request(&request->canonical, ECSP_LITERAL("POST"),
                                                ECSP_LITERAL("/"), ecsp_buf_view(&request->query),
                                                to_sign, count, body_sha256, &signed_headers);
    }
    if (status == ECSP_OK) {
        status = ecsp_sign_v3_string_to_sign(&request->string_to_sign, digest,
                                             ecsp_buf_view(&request->canonical));
    }
    char signature[ECSP_SHA256_HEX];
    if (status == ECSP_OK) {
        status =
            ecsp_sign_v3_signature(input->key, ecsp_buf_view(&request->string_to_sign), signature);
    }
    if (status != ECSP_OK) {
        return status;
    }
    status =
        ecsp_sign_v3_authorization(&request->authorization, input->access_key_id, signed_headers,
                                   (struct ecsp_str){signature, sizeof signature});
    request->headers[authorization].value = ecsp_buf_view(&request->authorization);
    return status;
}

static enum ecsp_status sign(struct ecsp_request *request, const struct ecsp_request_input *input,
                             struct ecsp_digest *digest, char hash[ECSP_SHA256_HEX])
{
    if (request->signature == ECSP_SIGNATURE_V3) {
        return sign_v3(request, input, digest, hash);
    }
    enum ecsp_status status = add_extra_headers(request, input);
    if (status != ECSP_OK) {
        return status;
    }
    return request->signature == ECSP_SIGNATURE_V1
               ? sign_v1(request, input)
               : ecsp_params_encode(&request->params, ECSP_PARAM_PROTOCOL, &request->query);
}

static enum ecsp_status first_failure(const struct ecsp_request *request)
{
    const struct ecsp_buf *buffers[] = {
        &request->query,          &request->url,           &request->body, &request->canonical,
        &request->string_to_sign, &request->authorization, &request->kept,
    };
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) {
        if (buffers[i]->status != ECSP_OK) {
            return buffers[i]->status;
        }
    }
    return ECSP_OK;
}

static void add_plain_headers(struct ecsp_request *request, const struct ecsp_request_input *input,
                              struct ecsp_str host)
{
    add_header(request, ECSP_LITERAL("host"), host);
    add_header(request, ECSP_LITERAL("accept"), ECSP_LITERAL("application/json"));
    add_header(request, ECSP_LITERAL("user-agent"), input->user_agent);
    if (request->body.len > 0) {
        add_header(request, ECSP_LITERAL("content-type"),
                   ECSP_LITERAL("application/x-www-form-urlencoded"));
    }
}

/* Copies what the headers show: names and values of the caller may go away before the request is
 * sent. */
static void keep_headers(struct ecsp_request *request)
{
    size_t total = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        total += request->headers[i].name.len + request->headers[i].value.len;
    }
    char *place = ecsp_buf_reserve(&request->kept, total);
    for (size_t i = 0; place != NULL && i < request->header_count; i++) {
        struct ecsp_str *parts[] = {&request->headers[i].name, &request->headers[i].value};
        for (size_t k = 0; k < 2; k++) {
            memcpy(place, parts[k]->data, parts[k]->len);
            parts[k]->data = place;
            place += parts[k]->len;
        }
    }
}

/* The bytes of a buffer, with a NUL byte after them. */
static struct ecsp_str terminated(struct ecsp_buf *buf)
{
    char *end = ecsp_buf_reserve(buf, 1);
    if (end != NULL) {
        *end = '\0';
    }
    return ecsp_buf_view(buf);
}

enum ecsp_status ecsp_request_build(struct ecsp_request *request,
                                    const struct ecsp_request_input *input,
                                    struct ecsp_digest *digest, const char **problem,
                                    struct ecsp_str *duplicate)
{
    char hash[ECSP_SHA256_HEX];
    struct ecsp_str scheme;
    struct ecsp_str host;
    *problem = ECSP_GIVEN_TWICE;
    enum ecsp_status status = ecsp_params_sort(&request->params, duplicate);
    if (status != ECSP_OK) {
        return status;
    }
    if (!ecsp_endpoint_split(input->endpoint, &scheme, &host)) {
        *problem = "endpoint: write http(s)://host or http(s)://host:port";
        *duplicate = (struct ecsp_str){"", 0};
        return ECSP_ERR_INVALID;
    }
    ecsp_format_date(input->now, request->date);
    ecsp_params_encode(&request->params, ECSP_PARAM_API, &request->body);
    choose_signature(request, input);
    if (request->signature != ECSP_SIGNATURE_V3) {
        add_protocol_params(request, input);
        *problem = "a parameter has the name of a protocol field";
        status = ecsp_params_sort(&request->params, duplicate);
        if (status != ECSP_OK) {
            return status;
        }
    }
    if (request->placement == ECSP_PLACEMENT_QUERY) {
        struct ecsp_buf encoded = request->body;
        request->body = request->query;
        request->query = encoded;
    }
    *problem = "headers: a name is given twice, or belongs to the request itself";
    *duplicate = (struct ecsp_str){"", 0};
    add_plain_headers(request, input, host);
    status = sign(request, input, digest, hash);
    ecsp_buf_str(&request->url, scheme);
    ecsp_buf_str(&request->url, host);
    ecsp_buf_byte(&request->url, '/');
    if (request->query.len > 0) {
        ecsp_buf_byte(&request->url, '?');
        ecsp_buf_str(&request->url, ecsp_buf_view(&request->query));
    }
    keep_headers(request);
    request->outgoing.method = ECSP_LITERAL("POST");
    request->outgoing.url = terminated(&request->url);
    request->outgoing.body = terminated(&request->body);
    request->outgoing.headers = request->headers;
    request->outgoing.header_count = request->header_count;
    return status != ECSP_OK ? status : first_failure(request);
}
