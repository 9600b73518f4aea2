#include "transfer.h"

#include <errno.h>
#include <string.h>

#include "../wire/str.h"
#include "global.h"
#include "options.h"
#include "settings.h"

/* The longest request field (a security token takes about 2 KB), and all of them. */
#define MAX_FIELD_BYTES ((size_t)64 * 1024)
#define MAX_FIELDS_BYTES ((size_t)1024 * 1024)

/* A signal that comes between the look at it and the system call does not end the latter. */
#define MOST_WAIT_MS 1000

/* CURLE_TOO_LARGE of libcurl 8.6 and later. By number: a module that was built with older headers
 * meets the newer library. */
#define TOO_LARGE_RESULT 100

static int fail_request(struct ecsp_transfer *transfer, const char *message)
{
    ecsp_failure_set(&transfer->failure, "protocol", "REQUEST", 0, "%s", message);
    return 0;
}

static int fail_field(struct ecsp_transfer *transfer, struct ecsp_str name, const char *why)
{
    int shown = name.len < 64 ? (int)name.len : 64;

    ecsp_failure_set(&transfer->failure, "protocol", "REQUEST", 0, "header %.*s %s", shown,
                     name.data, why);
    return 0;
}

static int fail_memory(struct ecsp_transfer *transfer)
{
    ecsp_failure_set(&transfer->failure, "transport", "MEMORY", transfer->may_be_sent,
                     "not enough memory");
    return 0;
}

/* --- request --- */

static char lower(char c)
{
    return (c >= 'A' && c <= 'Z') ? "abcdefghijklmnopqrstuvwxyz"[c - 'A'] : c;
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

/* A space or a control character could end the request line early; bytes above 0x7e are left to the
 * caller's encoding. */
static int is_url(struct ecsp_str text)
{
    return (starts_with(text, "http://") || starts_with(text, "https://")) &&
           !ecsp_str_has_control(text) && memchr(text.data, ' ', text.len) == NULL;
}

static int add_line(struct ecsp_transfer *transfer, struct ecsp_str name, const char *between,
                    struct ecsp_str value)
{
    struct ecsp_buf *lines = &transfer->lines;
    struct curl_slist node = {NULL, NULL}; /* where the line is is known when all are there */

    ecsp_buf_str(lines, name);
    ecsp_buf_text(lines, between);
    ecsp_buf_str(lines, value);
    ecsp_buf_byte(lines, '\0');
    ecsp_buf_append(&transfer->nodes, &node, sizeof node);
    if (lines->status == ECSP_ERR_LIMIT || transfer->nodes.status == ECSP_ERR_LIMIT) {
        return fail_request(transfer, "the headers are longer than 1 MiB");
    }
    return (lines->status == ECSP_OK && transfer->nodes.status == ECSP_OK) || fail_memory(transfer);
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

void ecsp_transfer_open(struct ecsp_transfer *transfer,
                        const struct ecsp_transfer_settings *settings)
{
    ecsp_transfer_close(transfer);
    transfer->lines.max_bytes = MAX_FIELDS_BYTES;
    transfer->nodes.max_bytes = MAX_FIELDS_BYTES;
    transfer->reply.max_bytes = settings->max_reply_bytes;
    ecsp_head_open(&transfer->head, settings->max_header_bytes, settings->max_reply_bytes);
    transfer->given = 0;
    transfer->may_be_sent = 0;
    transfer->unclean = 0;
    transfer->starved = 0;
    transfer->error_text[0] = '\0';
    memset(&transfer->failure, 0, sizeof transfer->failure);
}

/* A security token travels in a header. */
void ecsp_transfer_close(struct ecsp_transfer *transfer)
{
    ecsp_buf_wipe(&transfer->lines);
    ecsp_buf_wipe(&transfer->nodes);
    ecsp_buf_wipe(&transfer->reply);
    ecsp_head_wipe(&transfer->head);
}

static void end_handle(struct ecsp_transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    transfer->easy = NULL;
    ecsp_settings_drop(transfer->fixed_for);
    transfer->fixed_for = NULL;
}

void ecsp_transfer_end(struct ecsp_transfer *transfer)
{
    end_handle(transfer);
    ecsp_buf_free(&transfer->lines);
    ecsp_buf_free(&transfer->nodes);
    ecsp_buf_free(&transfer->reply);
    ecsp_head_free(&transfer->head);
}

void ecsp_transfer_abandon(struct ecsp_transfer *transfer)
{
    transfer->abandoned = transfer->easy;
    transfer->easy = NULL;
    end_handle(transfer);
}

int ecsp_transfer_request(struct ecsp_transfer *transfer, struct ecsp_str method,
                          struct ecsp_str url, struct ecsp_str body)
{
    if (!ecsp_head_is_token(method) || is_name(method, "head") || is_name(method, "connect")) {
        return fail_request(transfer,
                            "the method must be a token such as POST or GET, not HEAD or CONNECT");
    }
    if (!is_url(url)) {
        return fail_request(
            transfer,
            "the URL must begin with http:// or https:// and hold no space or control character");
    }
    transfer->method = method.data;
    transfer->url = url.data;
    transfer->body = body;
    return 1;
}

int ecsp_transfer_field(struct ecsp_transfer *transfer, struct ecsp_str name, struct ecsp_str value)
{
    if (!ecsp_head_is_token(name)) {
        return fail_request(transfer,
                            "a header name is empty or holds a character that names cannot have");
    }
    if (ecsp_str_has_control(value)) {
        return fail_field(transfer, name, "holds a control character");
    }
    if (is_name(name, "transfer-encoding") || is_name(name, "connection")) {
        return fail_field(transfer, name, "is the transport's to send");
    }
    if (is_name(name, "content-length")) {
        return is_own_length(transfer, value) ||
               fail_request(transfer, "content-length is not the body's length");
    }
    if (is_name(name, "accept")) {
        transfer->given |= ECSP_GIVEN_ACCEPT;
    } else if (is_name(name, "content-type")) {
        transfer->given |= ECSP_GIVEN_CONTENT_TYPE;
    } else if (is_name(name, "expect")) {
        transfer->given |= ECSP_GIVEN_EXPECT;
    }
    if (name.len + value.len > MAX_FIELD_BYTES) {
        return fail_request(transfer, "a header is longer than 64 KiB");
    }
    /* libcurl's spelling of an empty value; "Name:" alone would mean "leave it out". */
    return add_line(transfer, name, value.len > 0 ? ": " : ";", value);
}

static int leave_out(struct ecsp_transfer *transfer, unsigned unless, struct ecsp_str name)
{
    return (transfer->given & unless) != 0 ||
           add_line(transfer, name, ":", (struct ecsp_str){"", 0});
}

static int leave_out_implied_fields(struct ecsp_transfer *transfer)
{
    return leave_out(transfer, ECSP_GIVEN_ACCEPT, ECSP_LITERAL("Accept")) &&
           leave_out(transfer, ECSP_GIVEN_CONTENT_TYPE, ECSP_LITERAL("Content-Type")) &&
           leave_out(transfer, ECSP_GIVEN_EXPECT, ECSP_LITERAL("Expect"));
}

/* The list that libcurl reads while it sends. */
static struct curl_slist *fields(struct ecsp_transfer *transfer)
{
    void *place = transfer->nodes.data;
    struct curl_slist *nodes = place;
    size_t count = transfer->nodes.len / sizeof *nodes;
    char *line = transfer->lines.data;
    size_t i;

    for (i = 0; i < count; i++) {
        nodes[i].data = line;
        nodes[i].next = i + 1 < count ? &nodes[i + 1] : NULL;
        line += strlen(line) + 1;
    }
    return nodes;
}

/* --- run --- */

/* Takes the options of other settings out of the handle. The reset sets libcurl's defaults, strings
 * among them, and does not say how far it came when memory ran out: then the handle ends. */
static int reset_handle(struct ecsp_transfer *transfer)
{
    ecsp_settings_drop(transfer->fixed_for);
    transfer->fixed_for = NULL;
    errno = 0;
    curl_easy_reset(transfer->easy);
    if (errno == ENOMEM) {
        end_handle(transfer);
        return fail_memory(transfer);
    }
    return 1;
}

static int make_handle(struct ecsp_transfer *transfer)
{
    transfer->easy = ecsp_global_easy();
    if (transfer->easy == NULL) {
        ecsp_failure_set(&transfer->failure, "transport", "MEMORY", 0,
                         "libcurl could not be started");
    }
    return transfer->easy != NULL;
}

int ecsp_transfer_begin(struct ecsp_transfer *transfer, struct ecsp_idle_sockets *idle_sockets,
                        struct ecsp_settings *settings, const char *bundle, long timeout_ms)
{
    int good = leave_out_implied_fields(transfer);
    CURLcode result = CURLE_OK;

    if (good && transfer->easy != NULL && transfer->fixed_for != settings) {
        good = reset_handle(transfer);
    } else if (good && transfer->easy == NULL) {
        good = make_handle(transfer);
    }
    if (!good) {
        return 0;
    }
    transfer->idle_sockets = idle_sockets;
    if (transfer->fixed_for == NULL) {
        result = ecsp_options_fix(transfer, &settings->transfer, bundle);
        transfer->fixed_for = result == CURLE_OK ? ecsp_settings_hold(settings) : NULL;
    }
    if (result == CURLE_OK) {
        result = ecsp_options_set(transfer, fields(transfer), timeout_ms);
    }
    return result == CURLE_OK || ecsp_transfer_outcome(transfer, result);
}

/* As curl_easy_perform, but for `between`: a callback of libcurl could only end the exchange. */
static CURLMcode run(struct ecsp_transfer *transfer, CURLM *multi, CURLcode *result,
                     ecsp_between *between, void *context)
{
    CURLMcode failed = CURLM_OK;
    int running = 1;

    while (failed == CURLM_OK) {
        errno = 0;
        failed = curl_multi_perform(multi, &running);
        transfer->starved |= errno == ENOMEM;
        if (failed == CURLM_OK && running == 0) {
            int left;
            const CURLMsg *message = curl_multi_info_read(multi, &left);

            *result = message != NULL ? message->data.result : CURLE_OUT_OF_MEMORY;
            return CURLM_OK;
        }
        if (failed == CURLM_OK) {
            failed = curl_multi_poll(multi, NULL, 0, MOST_WAIT_MS, NULL);
        }
        if (failed == CURLM_OK && between(context)) {
            *result = CURLE_ABORTED_BY_CALLBACK;
            return CURLM_OK;
        }
    }
    return failed;
}

int ecsp_transfer_perform(struct ecsp_transfer *transfer, CURLM *multi, ecsp_between *between,
                          void *context)
{
    CURL *easy = transfer->easy;
    CURLcode result = CURLE_OK;
    CURLMcode failed = curl_multi_add_handle(multi, easy);
    int done = 0;

    while (failed == CURLM_OK) {
        transfer->unclean = 0;
        failed = run(transfer, multi, &result, between, context);
        if (failed != CURLM_OK || !transfer->unclean ||
            curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L) != CURLE_OK) {
            break;
        }
        (void)curl_multi_remove_handle(multi, easy);
        failed = curl_multi_add_handle(multi, easy);
    }
    /* Before it leaves the multi: afterwards it does not know its connection any more. */
    if (failed == CURLM_OK) {
        done = ecsp_transfer_outcome(transfer, result);
    } else {
        ecsp_transfer_multi_failed(transfer, failed);
    }
    (void)curl_multi_remove_handle(multi, easy);
    return done;
}

void ecsp_transfer_leave(struct ecsp_transfer *transfer)
{
    int good;

    if (transfer->easy == NULL) {
        return;
    }
    errno = 0;
    good = ecsp_options_forget(transfer->easy) == CURLE_OK;
    if (!good || transfer->starved || errno == ENOMEM) {
        end_handle(transfer);
    }
}

/* --- outcome --- */

/* What the head checks refuse, in words. */
static const char *const head_texts[] = {
    [ECSP_HEAD_TOO_LARGE] = "the reply's headers are too large or too many",
    [ECSP_HEAD_BAD_FIELD] = "the reply holds a line that is no header",
    [ECSP_HEAD_BAD_LENGTH] = "the reply's headers disagree about its length",
    [ECSP_HEAD_BAD_CODING] = "the reply has an encoding that was not asked for",
    [ECSP_HEAD_SWITCHING] = "the server switches to another protocol, which was not asked for",
    [ECSP_HEAD_LONG_BODY] = "the reply announces more bytes than allowed",
};

/* What our own callbacks refused; libcurl only knows that a write failed. 0: they refused nothing.
 */
static int explain_refusal(struct ecsp_transfer *transfer)
{
    enum ecsp_head_problem problem = transfer->head.problem;
    enum ecsp_status status = transfer->reply.status;
    int large = problem == ECSP_HEAD_TOO_LARGE || problem == ECSP_HEAD_LONG_BODY;

    if (problem == ECSP_HEAD_FINE && status == ECSP_OK) {
        return 0;
    }
    if (problem == ECSP_HEAD_MEMORY || status == ECSP_ERR_MEMORY) {
        fail_memory(transfer);
    } else if (problem != ECSP_HEAD_FINE) {
        ecsp_failure_set(&transfer->failure, "protocol", large ? "TOO_LARGE" : "PROTOCOL", 1, "%s",
                         head_texts[problem]);
    } else {
        ecsp_failure_set(&transfer->failure, "protocol", "TOO_LARGE", 1,
                         "the reply is longer than %lu bytes",
                         (unsigned long)transfer->reply.max_bytes);
    }
    return 1;
}

/* A header line above libcurl's own bound (100 KB; a chunk trailer's is 4 KB) never reaches ours.
 * Before CURLE_TOO_LARGE libcurl called that a lack of memory, with a code for a header and in
 * words for a trailer. */
static int is_too_large(const struct ecsp_transfer *transfer, CURLcode result)
{
    int in_head = transfer->head.phase != ECSP_HEAD_AFTER;

    if (transfer->starved) {
        return 0;
    }
    return (int)result == TOO_LARGE_RESULT || (result == CURLE_OUT_OF_MEMORY && in_head) ||
           (result == CURLE_RECV_ERROR && !in_head &&
            strstr(transfer->error_text, "Out of memory in chunked") != NULL);
}

static void explain(struct ecsp_transfer *transfer, CURLcode result)
{
    struct ecsp_failure_facts facts;

    if (explain_refusal(transfer)) {
        return;
    }
    if (transfer->may_be_sent && is_too_large(transfer, result)) {
        ecsp_failure_set(&transfer->failure, "protocol", "TOO_LARGE", 1, "%s",
                         head_texts[ECSP_HEAD_TOO_LARGE]);
        return;
    }
    facts.result = result;
    facts.text = transfer->error_text;
    facts.ca_file = transfer->ca_file;
    facts.proxied = transfer->proxied;
    facts.sent = transfer->may_be_sent;
    facts.starved = transfer->starved;
    facts.connect_status = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &facts.connect_status);
#if LIBCURL_VERSION_NUM < 0x075000
    {
        long request_bytes = 0; /* counts a CONNECT as well: on the safe side */

        curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
        facts.sent = request_bytes > 0;
    }
#endif
    ecsp_failure_from_curl(&transfer->failure, &facts);
}

/* The connection ended such a reply, over TLS, without the close_notify alert. libcurl 7.88 tells
 * OpenSSL to take that for an ordinary end, 8.14 calls it an error, and nginx's sockets do not tell
 * the two apart: so it is an ordinary end everywhere. Anybody on the way could have cut the reply;
 * its JSON, which is whole, shows that it was not cut. A reply with a length or chunks says itself
 * where it ends and is not concerned. */
static int ends_without_notice(const struct ecsp_transfer *transfer, CURLcode result)
{
    static const char *const words[] = {
        "unexpected eof",             /* OpenSSL 3 */
        "SSL_ERROR_SYSCALL, errno 0", /* OpenSSL 1.1, libcurl's own words */
        "non-properly terminated",    /* GnuTLS */
    };
    const struct ecsp_head *head = &transfer->head;

    return result == CURLE_RECV_ERROR && head->problem == ECSP_HEAD_FINE &&
           head->phase == ECSP_HEAD_AFTER && !head->framed && transfer->reply.status == ECSP_OK &&
           ecsp_failure_says_any(transfer->error_text, words, sizeof words / sizeof words[0]);
}

int ecsp_transfer_outcome(struct ecsp_transfer *transfer, CURLcode result)
{
    int done = result == CURLE_OK || ends_without_notice(transfer, result);

    if (done && transfer->head.phase != ECSP_HEAD_AFTER) {
        /* To libcurl the end of the connection ends a head as well; ours has not been checked. */
        ecsp_failure_set(&transfer->failure, "transport", "RESET", 1,
                         "the reply was cut short inside its headers");
        done = 0;
    } else if (done) {
        curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &transfer->status);
        ecsp_idle_sockets_note(transfer->idle_sockets, transfer->easy);
    } else {
        explain(transfer, result);
    }
    transfer->idle_sockets = NULL;
    return done;
}

void ecsp_transfer_multi_failed(struct ecsp_transfer *transfer, CURLMcode failed)
{
    if (failed == CURLM_OUT_OF_MEMORY) {
        fail_memory(transfer);
    } else {
        ecsp_failure_set(&transfer->failure, "transport", "OTHER", transfer->may_be_sent,
                         "libcurl: %s", curl_multi_strerror(failed));
    }
    transfer->idle_sockets = NULL;
}
