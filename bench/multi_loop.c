/*
 * The bare loop that `make bench-map` compares with: the same request COUNT times over curl_multi,
 * CONCURRENCY at a time, each reply read to its end and thrown away. What anybody would write by
 * hand in C, and no more.
 *
 *   multi_loop FILE COUNT CONCURRENCY     FILE: the URL, a header per line, an empty line, the body
 *
 * Prints the seconds it took. Ends with 1 when a request failed or was not answered with 200.
 */
#define _POSIX_C_SOURCE 200809L
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_LINE 16384

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t drop(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

static void fail(const char *what)
{
    fprintf(stderr, "multi_loop: %s\n", what);
    exit(1);
}

static char url[MAX_LINE];
static char body[MAX_LINE];
static struct curl_slist *headers;

static void read_request(const char *path)
{
    char line[MAX_LINE];
    FILE *file = fopen(path, "r");

    if (file == NULL || fgets(url, sizeof url, file) == NULL) {
        fail("no request");
    }
    url[strcspn(url, "\n")] = '\0';
    while (fgets(line, sizeof line, file) != NULL && line[0] != '\n') {
        line[strcspn(line, "\n")] = '\0';
        headers = curl_slist_append(headers, line);
    }
    body[fread(body, 1, sizeof body - 1, file)] = '\0';
    fclose(file);
}

static CURL *new_handle(void)
{
    CURL *easy = curl_easy_init();

    if (easy == NULL) {
        fail("no memory");
    }
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    return easy;
}

static void check(const CURLMsg *message)
{
    long status = 0;

    if (message->data.result != CURLE_OK) {
        fail(curl_easy_strerror(message->data.result));
    }
    curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
        fail("a status other than 200");
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fail("multi_loop FILE COUNT CONCURRENCY");
    }
    int to_begin = atoi(argv[2]);
    int to_end = to_begin;
    int concurrency = atoi(argv[3]);

    curl_global_init(CURL_GLOBAL_DEFAULT);
    read_request(argv[1]);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)concurrency);
    double began = now();
    for (int i = 0; i < concurrency && to_begin > 0; i++, to_begin--) {
        curl_multi_add_handle(multi, new_handle());
    }
    while (to_end > 0) {
        int running = 0;
        int left = 0;
        CURLMsg *message;

        curl_multi_perform(multi, &running);
        while ((message = curl_multi_info_read(multi, &left)) != NULL) {
            CURL *easy = message->easy_handle;

            check(message);
            to_end--;
            curl_multi_remove_handle(multi, easy);
            if (to_begin > 0) {
                to_begin--;
                curl_multi_add_handle(multi, easy);
            } else {
                curl_easy_cleanup(easy);
            }
        }
        if (running > 0) {
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
        }
    }
    printf("%.6f\n", now() - began);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    curl_global_cleanup();
    return 0;
}
