/*
 * What this is: a libFuzzer target for the head of an HTTP reply (csrc/curl/head.c), fed as libcurl
 * feeds it: line by line, each with its ending. The first two bytes choose the limits.
 * Oracle: names come out as lower-case tokens, values trimmed and without control characters, no
 * more bytes than the limit allows; the first problem stays; the same lines give the same head; a
 * head that was accepted has at most one length, and not beside a transfer coding.
 * May include: curl/head.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "curl/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "spec/fuzz/head.c: %s\n", what);
        abort();
    }
}

static void feed(struct ecsp_head *head, struct ecsp_str lines)
{
    enum ecsp_head_problem problem = ECSP_HEAD_FINE;
    while (lines.len > 0) {
        const char *end = memchr(lines.data, '\n', lines.len);
        size_t len = end != NULL ? (size_t)(end - lines.data) + 1 : lines.len;
        enum ecsp_head_problem now = ecsp_head_line(head, (struct ecsp_str){lines.data, len});
        require(problem == ECSP_HEAD_FINE || now == problem, "a problem was forgotten");
        problem = now;
        lines.data += len;
        lines.len -= len;
    }
    require(head->seen_bytes <= head->max_bytes, "more bytes than the limit");
}

static int is(struct ecsp_str text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.data, word, text.len) == 0;
}

static void check(const struct ecsp_head *head)
{
    struct ecsp_str name;
    struct ecsp_str value;
    struct ecsp_str length = {"", 0};
    size_t cursor = 0;
    int lengths = 0;
    int codings = 0;
    while (ecsp_head_next(head, &cursor, &name, &value)) {
        require(ecsp_head_is_token(name), "a name that is no token");
        for (size_t i = 0; i < name.len; i++) {
            require(name.data[i] < 'A' || name.data[i] > 'Z', "a name in upper case");
        }
        for (size_t i = 0; i < value.len; i++) {
            unsigned char byte = (unsigned char)value.data[i];
            require((byte >= 0x20 || byte == '\t') && byte != 0x7F,
                    "a control character in a value");
        }
        require(value.len == 0 || (value.data[0] != ' ' && value.data[value.len - 1] != ' '),
                "a value that is not trimmed");
        codings += is(name, "transfer-encoding");
        if (is(name, "content-length")) {
            lengths++;
            length = value;
        }
    }
    if (head->problem != ECSP_HEAD_FINE) { /* half a field may be there */
        require(cursor == 0, "a field of a head that failed");
        return;
    }
    require(cursor == head->fields.len, "fields that nobody sees");
    if (head->phase == ECSP_HEAD_AFTER) {
        require(codings <= 1 && (codings == 0 || lengths == 0), "two ways to know the length");
        for (size_t i = 0; i < length.len; i++) {
            require(length.data[i] >= '0' && length.data[i] <= '9', "a length that is no number");
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ecsp_head head = {{0}, 0, 0, 0, 0, 0, ECSP_HEAD_AT_STATUS, ECSP_HEAD_FINE};
    struct ecsp_head again = head;
    if (size < 2) {
        return 0;
    }
    size_t max_bytes = data[0] < 128 ? 64 * 1024 : (size_t)data[0];
    size_t max_body_bytes = data[1] < 128 ? 1024 * 1024 : (size_t)data[1];
    struct ecsp_str lines = {(const char *)data + 2, size - 2};
    ecsp_head_open(&head, max_bytes, max_body_bytes);
    feed(&head, lines);
    check(&head);
    for (int round = 0; round < 2; round++) { /* a head that is used again */
        ecsp_head_open(&again, max_bytes, max_body_bytes);
        feed(&again, lines);
        if (round == 0) {
            ecsp_head_wipe(&again);
        }
    }
    require(head.problem == again.problem && head.fields.len == again.fields.len &&
                (head.fields.len == 0 ||
                 memcmp(head.fields.data, again.fields.data, head.fields.len) == 0),
            "the same lines, another head");
    ecsp_head_free(&head);
    ecsp_head_free(&again);
    return 0;
}
