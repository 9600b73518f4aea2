/*
 * The floor of `make bench`: the calls as one would write them in C on libcurl and libcrypto. Each
 * request is signed (sign.h), each reply is read into memory.
 *
 *   bare CALLS WARM BASE CA CONCURRENCY ACTION QUERY ID SECRET
 *
 * CA: a file of certificates, or "-". CONCURRENCY: 0 is one easy handle, one call after another;
 * more is so many in flight over curl_multi. QUERY is sorted and encoded. Prints the wall and CPU
 * time of one of CALLS in microseconds; WARM calls before them are not counted. Ends with 1 when a
 * request failed or was not answered with 200.
 */
#define _POSIX_C_SOURCE 200809L
#include "sign.h"
#include <curl/curl.h>

#define MAX_URL 16384

struct call {
    CURL *easy;
    struct curl_slist *headers;
    struct signed_headers signature;
    char *body;
    size_t length, capacity;
    char url[MAX_URL];
};

static const char *base, *host, *ca_file, *action, *query;

static void fail(const char *what)
{
    fprintf(stderr, "bare: %s\n", what);
    exit(1);
}

static double microseconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static size_t keep(char *data, size_t size, size_t count, void *context)
{
    struct call *call = context;
    size_t added = size * count;

    if (call->length + added > call->capacity) {
        call->capacity = (call->length + added) * 2;
        call->body = realloc(call->body, call->capacity);
        if (call->body == NULL) {
            return 0;
        }
    }
    memcpy(call->body + call->length, data, added);
    call->length += added;
    return added;
}

static void start(struct call *call)
{
    call->easy = curl_easy_init();
    if (call->easy == NULL) {
        fail("no memory");
    }
    curl_easy_setopt(call->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(call->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE, 0L);
    curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, "");
    curl_easy_setopt(call->easy, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(call->easy, CURLOPT_PRIVATE, call);
    curl_easy_setopt(call->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(call->easy, CURLOPT_PROXY, "");
    curl_easy_setopt(call->easy, CURLOPT_TIMEOUT_MS, 30000L);
    if (ca_file != NULL) {
        curl_easy_setopt(call->easy, CURLOPT_CAINFO, ca_file);
        curl_easy_setopt(call->easy, CURLOPT_CAPATH, NULL);
    }
}

static void add(struct call *call, const char *line)
{
    call->headers = curl_slist_append(call->headers, line);
}

static void prepare(struct call *call)
{
    char line[256];

    if (call->easy == NULL) {
        start(call);
    }
    curl_slist_free_all(call->headers);
    call->headers = NULL;
    call->length = 0;
    sign_request(&call->signature, host, action, query);
    snprintf(line, sizeof line, "host: %s", host);
    add(call, line);
    snprintf(line, sizeof line, "x-acs-action: %s", action);
    add(call, line);
    add(call, "x-acs-version: 2014-05-26");
    add(call, "accept: application/json");
    add(call, "user-agent: bench");
    add(call, call->signature.date);
    add(call, call->signature.nonce);
    add(call, call->signature.content);
    add(call, call->signature.authorization);
    add(call, "Content-Type:");
    add(call, "Expect:");
    snprintf(call->url, sizeof call->url, "%s/?%s", base, query);
    curl_easy_setopt(call->easy, CURLOPT_URL, call->url);
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
}

static void check(struct call *call, CURLcode result)
{
    long status = 0;

    if (result != CURLE_OK) {
        fail(curl_easy_strerror(result));
    }
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200 || call->length == 0) {
        fprintf(stderr, "%.*s\n", (int)call->length, call->body != NULL ? call->body : "");
        fail("not answered with 200");
    }
}

static void one_by_one(int count)
{
    static struct call call;

    for (int i = 0; i < count; i++) {
        prepare(&call);
        check(&call, curl_easy_perform(call.easy));
    }
}

static void in_flight(int count, int concurrency)
{
    static CURLM *multi;
    static struct call *calls;
    int begun = 0;
    int ended = 0;

    if (multi == NULL) {
        multi = curl_multi_init();
        curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)concurrency);
        calls = calloc((size_t)concurrency, sizeof *calls);
        if (calls == NULL) {
            fail("no memory");
        }
    }
    for (; begun < concurrency && begun < count; begun++) {
        prepare(&calls[begun]);
        curl_multi_add_handle(multi, calls[begun].easy);
    }
    while (ended < count) {
        int running = 0;
        int left = 0;
        CURLMsg *message;

        curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            struct call *call = NULL;

            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
            check(call, message->data.result);
            curl_multi_remove_handle(multi, call->easy);
            ended++;
            if (begun < count) {
                begun++;
                prepare(call);
                curl_multi_add_handle(multi, call->easy);
            }
        }
        if (running > 0) {
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
        }
    }
}

static void run(int count, int concurrency)
{
    if (concurrency == 0) {
        one_by_one(count);
    } else {
        in_flight(count, concurrency);
    }
}

int main(int argc, char **argv)
{
    if (argc != 10) {
        fail("CALLS WARM BASE CA CONCURRENCY ACTION QUERY ID SECRET");
    }
    int calls = atoi(argv[1]);
    int concurrency = atoi(argv[5]);

    base = argv[3];
    host = strstr(base, "://");
    if (host == NULL || strlen(argv[7]) > MAX_URL / 2) {
        fail("BASE is a URL, QUERY at most 8 KB");
    }
    host += strlen("://");
    ca_file = strcmp(argv[4], "-") != 0 ? argv[4] : NULL;
    action = argv[6];
    query = argv[7];
    sign_start(argv[8], argv[9]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    run(atoi(argv[2]), concurrency);
    double wall = microseconds(CLOCK_MONOTONIC);
    double cpu = microseconds(CLOCK_PROCESS_CPUTIME_ID);
    run(calls, concurrency);
    cpu = microseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    wall = microseconds(CLOCK_MONOTONIC) - wall;
    printf("%.3f %.3f\n", wall / calls, cpu / calls);
    return 0;
}
