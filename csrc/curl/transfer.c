#include "transfer.h"

#include <string.h>

/* The longest request field: a security token takes about 2 KB. */
#define MAX_FIELD_BYTES ((size_t)64 * 1024)

static int fail_request(struct ecsp_transfer *transfer, const char *message)
{
    ecsp_failure_set(&transfer->failure, "protocol", "REQUEST", 0, "%s", message);
    return 0;
}

static int fail_field(struct ecsp_transfer *transfer, struct ecsp_str name, const char *why)
{
    int shown = name.len < 64 ? (int)name.len : 64;

    ecsp_failure_set(&transfer->failure, "protocol", "REQUEST", 0, "header %.*s %s", shown, name.data, why);
    return 0;
}

static int fail_memory(struct ecsp_transfer *transfer)
{
    ecsp_failure_set(&transfer->failure, "transport", "MEMORY", transfer->may_be_sent, "not enough memory");
    return 0;
}

/* --- libcurl's callbacks: bytes in, bytes kept, nothing else ------------------------------------------------------ */

static size_t on_head(char *data, size_t size, size_t count, void *context)
{
    struct ecsp_transfer *transfer = context;
    struct ecsp_str line;

    line.data = data;
    line.len = size * count;
    return ecsp_head_line(&transfer->head, line) == ECSP_HEAD_FINE ? line.len : 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
    struct ecsp_transfer *transfer = context;

    return ecsp_buf_append(&transfer->reply, data, size * count) == ECSP_OK ? size * count : 0;
}

#if LIBCURL_VERSION_NUM >= 0x075000
/* A connection is ready (a second time, when a pooled one turned out to be stale) and the request is next. */
static int on_connected(void *context, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
    struct ecsp_transfer *transfer = context;

    (void)remote_ip;
    (void)local_ip;
    (void)remote_port;
    (void)local_port;
    transfer->may_be_sent = 1;
    return CURL_PREREQFUNC_OK;
}
#endif

/* --- request ------------------------------------------------------------------------------------------------------ */

static char lower(char c)
{
    return (c >= 'A' && c <= 'Z') ? (char)(c - 'A' + 'a') : c;
}

static int is_name(struct ecsp_str text, const char *name)
{
    size_t i;

    for (i = 0; i < text.len && name[i] != '\0'; i++) {
        if (lower(text.data[i]) != name[i]) {
            return 0;
        }
    }
    return i == text.len && name[i] == '\0';
}

static int starts_with(struct ecsp_str text, const char *prefix)
{
    size_t i;

    for (i = 0; prefix[i] != '\0'; i++) {
        if (i >= text.len || lower(text.data[i]) != prefix[i]) {
            return 0;
        }
    }
    return 1;
}

/* A space or a control character could end the request line early; bytes above 0x7e are left to the caller's encoding. */
static int is_url(struct ecsp_str text)
{
    return (starts_with(text, "http://") || starts_with(text, "https://")) && !ecsp_head_has_control(text, 1) &&
           memchr(text.data, ' ', text.len) == NULL;
}

static int add_line(struct ecsp_transfer *transfer, const char *line)
{
    struct curl_slist *longer = curl_slist_append(transfer->fields, line);

    if (longer == NULL) {
        return fail_memory(transfer);
    }
    transfer->fields = longer;
    return 1;
}

/* Whether a Content-Length given by the caller is the one we are going to send. */
static int is_own_length(const struct ecsp_transfer *transfer, struct ecsp_str value)
{
    struct ecsp_buf text;
    int same;

    ecsp_buf_init(&text, 32);
    ecsp_buf_number(&text, (int64_t)transfer->body.len);
    same = text.len == value.len && text.len > 0 && memcmp(text.data, value.data, text.len) == 0;
    ecsp_buf_free(&text);
    return same;
}

void ecsp_transfer_init(struct ecsp_transfer *transfer, const struct ecsp_transfer_settings *settings)
{
    ecsp_buf_init(&transfer->line, MAX_FIELD_BYTES);
    ecsp_buf_init(&transfer->reply, settings->max_reply_bytes);
    ecsp_head_init(&transfer->head, settings->max_header_bytes, settings->max_reply_bytes);
}

void ecsp_transfer_close(struct ecsp_transfer *transfer)
{
    struct curl_slist *field;

    /* A security token travels in a header. */
    for (field = transfer->fields; field != NULL; field = field->next) {
        ecsp_wipe(field->data, strlen(field->data));
    }
    curl_slist_free_all(transfer->fields);
    transfer->fields = NULL;
    ecsp_buf_free(&transfer->line);
    ecsp_buf_free(&transfer->reply);
    ecsp_head_free(&transfer->head);
}

int ecsp_transfer_request(struct ecsp_transfer *transfer, struct ecsp_str method, struct ecsp_str url,
                          struct ecsp_str body)
{
    if (!ecsp_head_is_token(method) || is_name(method, "head") || is_name(method, "connect")) {
        return fail_request(transfer, "the method must be a token such as POST or GET, not HEAD or CONNECT");
    }
    if (!is_url(url)) {
        return fail_request(transfer, "the URL must begin with http:// or https:// and hold no space or control character");
    }
    transfer->method = method.data;
    transfer->url = url.data;
    transfer->body = body;
    return 1;
}

int ecsp_transfer_field(struct ecsp_transfer *transfer, struct ecsp_str name, struct ecsp_str value)
{
    struct ecsp_buf *line = &transfer->line;

    if (!ecsp_head_is_token(name)) {
        return fail_request(transfer, "a header name is empty or holds a character that names cannot have");
    }
    if (ecsp_head_has_control(value, 1)) {
        return fail_field(transfer, name, "holds a control character");
    }
    if (is_name(name, "transfer-encoding") || is_name(name, "connection")) {
        return fail_field(transfer, name, "is the transport's to send");
    }
    if (is_name(name, "content-length")) {
        return is_own_length(transfer, value) || fail_request(transfer, "content-length is not the body's length");
    }
    if (is_name(name, "accept")) {
        transfer->given |= ECSP_GIVEN_ACCEPT;
    } else if (is_name(name, "content-type")) {
        transfer->given |= ECSP_GIVEN_CONTENT_TYPE;
    } else if (is_name(name, "expect")) {
        transfer->given |= ECSP_GIVEN_EXPECT;
    }
    ecsp_buf_clear(line);
    ecsp_buf_str(line, name);
    /* libcurl's spelling of an empty value; "Name:" alone would mean "leave it out". */
    ecsp_buf_text(line, value.len > 0 ? ": " : ";");
    ecsp_buf_str(line, value);
    ecsp_buf_byte(line, '\0');
    if (line->status == ECSP_ERR_LIMIT) {
        return fail_request(transfer, "a header is longer than 64 KiB");
    }
    return line->status == ECSP_OK ? add_line(transfer, line->data) : fail_memory(transfer);
}

static int leave_out_implied_fields(struct ecsp_transfer *transfer)
{
    return ((transfer->given & ECSP_GIVEN_ACCEPT) || add_line(transfer, "Accept:")) &&
           ((transfer->given & ECSP_GIVEN_CONTENT_TYPE) || add_line(transfer, "Content-Type:")) &&
           ((transfer->given & ECSP_GIVEN_EXPECT) || add_line(transfer, "Expect:"));
}

/* --- options ------------------------------------------------------------------------------------------------------ */

/* Inside the functions below: stops setting at the first refusal. */
#define SET(option, value)                                                                                             \
    do {                                                                                                               \
        if (result == CURLE_OK) {                                                                                      \
            result = curl_easy_setopt(easy, option, value);                                                            \
        }                                                                                                              \
    } while (0)

static CURLcode set_request(struct ecsp_transfer *transfer, CURL *easy)
{
    CURLcode result = CURLE_OK;
    int is_post = strcmp(transfer->method, "POST") == 0;

    SET(CURLOPT_URL, transfer->url);
    SET(CURLOPT_PATH_AS_IS, 1L); /* the signature covers the path as it is written */
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
    SET(CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    if (is_post || transfer->body.len > 0) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body.len);
        SET(CURLOPT_POSTFIELDS, transfer->body.data); /* borrowed, not copied */
    } else {
        SET(CURLOPT_HTTPGET, 1L);
    }
    if (!is_post) {
        SET(CURLOPT_CUSTOMREQUEST, transfer->method);
    }
    SET(CURLOPT_HTTPHEADER, transfer->fields);
    SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE); /* ours are not for the proxy */
    return result;
}

static CURLcode set_reply(struct ecsp_transfer *transfer, CURL *easy)
{
    CURLcode result = CURLE_OK;

    SET(CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(CURLOPT_HEADERFUNCTION, on_head);
    SET(CURLOPT_HEADERDATA, (void *)transfer);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, (void *)transfer);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L); /* the proxy's answer is not the service's */
    SET(CURLOPT_ERRORBUFFER, transfer->error_text);
#if LIBCURL_VERSION_NUM >= 0x075000
    SET(CURLOPT_PREREQFUNCTION, on_connected);
    SET(CURLOPT_PREREQDATA, (void *)transfer);
#endif
    return result;
}

/*
 * Distributions compile a default CAPATH into libcurl, and with any CAPATH libcurl (7.87 and later) does not keep the
 * parsed CA file: every new connection would read 145 certificates again, 22 ms instead of 1 ms.
 */
static CURLcode set_tls(struct ecsp_transfer *transfer, CURL *easy, const struct ecsp_transfer_settings *settings,
                        const char *bundle)
{
    CURLcode result = CURLE_OK;
    const char *ca_file = settings->ca_file != NULL ? settings->ca_file : bundle;

    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, settings->verify ? 1L : 0L);
    SET(CURLOPT_SSL_VERIFYHOST, settings->verify ? 2L : 0L);
    SET(CURLOPT_PROXY_SSL_VERIFYPEER, settings->verify ? 1L : 0L);
    SET(CURLOPT_PROXY_SSL_VERIFYHOST, settings->verify ? 2L : 0L);
    if (!settings->verify) {
        ca_file = NULL; /* nothing to read */
    } else if (ca_file == NULL) {
        return result; /* this libcurl finds its CAs by other means (the Keychain, a directory): leave it to them */
    }
    SET(CURLOPT_CAINFO, ca_file);
    SET(CURLOPT_CAPATH, (char *)NULL);
    SET(CURLOPT_PROXY_CAINFO, ca_file);
    SET(CURLOPT_PROXY_CAPATH, (char *)NULL);
    transfer->ca_file = ca_file;
    return result;
}

static CURLcode set_connection(struct ecsp_transfer *transfer, CURL *easy,
                               const struct ecsp_transfer_settings *settings, long timeout_ms)
{
    CURLcode result = CURLE_OK;

    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, settings->connect_timeout_ms);
    SET(CURLOPT_TIMEOUT_MS, timeout_ms);
#if LIBCURL_VERSION_NUM >= 0x075700
    SET(CURLOPT_QUICK_EXIT, 1L); /* at the deadline, do not wait for a resolver thread that hangs */
#endif
    SET(CURLOPT_PROXY, settings->proxy);
    SET(CURLOPT_NOPROXY, "");
    if (settings->proxy_user != NULL) {
        SET(CURLOPT_PROXYUSERNAME, settings->proxy_user);
        SET(CURLOPT_PROXYPASSWORD, settings->proxy_password != NULL ? settings->proxy_password : "");
    }
    transfer->proxied = settings->proxy[0] != '\0';
    return result;
}

#undef SET

int ecsp_transfer_begin(struct ecsp_transfer *transfer, CURL *easy, const struct ecsp_transfer_settings *settings,
                        const char *bundle, long timeout_ms)
{
    CURLcode result;

    if (!leave_out_implied_fields(transfer)) {
        return 0;
    }
    result = set_request(transfer, easy);
    if (result == CURLE_OK) {
        result = set_reply(transfer, easy);
    }
    if (result == CURLE_OK) {
        result = set_tls(transfer, easy, settings, bundle);
    }
    if (result == CURLE_OK) {
        result = set_connection(transfer, easy, settings, timeout_ms);
    }
    return result == CURLE_OK || ecsp_transfer_finish(transfer, easy, result);
}

/* --- outcome ------------------------------------------------------------------------------------------------------ */

/* What our own callbacks refused; libcurl only knows that a write failed. 0: they refused nothing. */
static int explain_refusal(struct ecsp_transfer *transfer)
{
    struct ecsp_failure *failure = &transfer->failure;

    switch (transfer->head.problem) {
    case ECSP_HEAD_FINE:
        break;
    case ECSP_HEAD_MEMORY:
        fail_memory(transfer);
        return 1;
    case ECSP_HEAD_TOO_LARGE:
        ecsp_failure_set(failure, "protocol", "TOO_LARGE", 1, "the reply's headers are more than %lu bytes or too many",
                         (unsigned long)transfer->head.max_bytes);
        return 1;
    case ECSP_HEAD_BAD_FIELD:
        ecsp_failure_set(failure, "protocol", "PROTOCOL", 1, "the reply holds a line that is no header");
        return 1;
    case ECSP_HEAD_BAD_LENGTH:
        ecsp_failure_set(failure, "protocol", "PROTOCOL", 1, "the reply's headers disagree about its length");
        return 1;
    case ECSP_HEAD_BAD_CODING:
        ecsp_failure_set(failure, "protocol", "PROTOCOL", 1, "the reply has an encoding that was not asked for");
        return 1;
    case ECSP_HEAD_LONG_BODY:
        ecsp_failure_set(failure, "protocol", "TOO_LARGE", 1, "the reply announces more than %lu bytes",
                         (unsigned long)transfer->head.max_body_bytes);
        return 1;
    }
    switch (transfer->reply.status) {
    case ECSP_OK:
        return 0;
    case ECSP_ERR_LIMIT:
        ecsp_failure_set(failure, "protocol", "TOO_LARGE", 1, "the reply is longer than %lu bytes",
                         (unsigned long)transfer->reply.max_bytes);
        return 1;
    default:
        fail_memory(transfer);
        return 1;
    }
}

static void explain(struct ecsp_transfer *transfer, CURL *easy, CURLcode result)
{
    struct ecsp_failure_facts facts;

    if (explain_refusal(transfer)) {
        return;
    }
    facts.result = result;
    facts.text = transfer->error_text;
    facts.ca_file = transfer->ca_file;
    facts.proxied = transfer->proxied;
    facts.sent = transfer->may_be_sent;
    facts.connect_status = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &facts.connect_status);
#if LIBCURL_VERSION_NUM < 0x075000
    {
        long request_bytes = 0; /* counts a CONNECT as well: on the safe side */

        curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
        facts.sent = request_bytes > 0;
    }
#endif
    ecsp_failure_from_curl(&transfer->failure, &facts);
}

int ecsp_transfer_finish(struct ecsp_transfer *transfer, CURL *easy, CURLcode result)
{
    if (result == CURLE_OK) {
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &transfer->status);
    } else {
        explain(transfer, easy, result);
    }
    /* Keeps connections, DNS answers and TLS sessions; forgets every option and pointer. */
    curl_easy_reset(easy);
    return result == CURLE_OK;
}
