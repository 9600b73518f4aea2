#include "json.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define MAX_SIGNIFICANT 17 /* decimal digits: a double never holds more */
#define ALWAYS_SIGNIFICANT                                                                   \
    15                    /* any number of so many digits comes back from a double as it was \
                           */
#define SAFE_EXPONENT 290 /* as long as it is far from the ends of the range */
#define MAX_EXPONENT 99999
#define EXACT_INTEGER "9007199254740991" /* 2^53 - 1: 2^53 may be what another was rounded to */

struct scan {
    const char *at;
    const char *end;
    char *out;          /* NULL: only check */
    const char *copied; /* to `out`, until here */
    size_t inexact;
    int bad_text;
};

static int peek(const struct scan *scan)
{
    return scan->at < scan->end ? (unsigned char)*scan->at : -1;
}

static int is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

static int is_space(int byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static void skip_spaces(struct scan *scan)
{
    while (is_space(peek(scan))) {
        scan->at++;
    }
}

static inline void skip_space(struct scan *scan)
{
    if (peek(scan) <= ' ') { /* services write none */
        skip_spaces(scan);
    }
}

/* Takes this byte if it is the next one. */
static int take(struct scan *scan, char byte)
{
    int is_next = peek(scan) == byte;
    scan->at += is_next;
    return is_next;
}

static int take_word(struct scan *scan, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, word, len) != 0) {
        return 0;
    }
    scan->at += len;
    return 1;
}

/* The bytes of an escape after its backslash; 0 when it is none. */
static size_t escape_length(const char *at, const char *end)
{
    if (at == end) {
        return 0;
    }
    if (*at != 'u') {
        return *at != '\0' && strchr("\"\\/bfnrt", *at) != NULL ? 1 : 0;
    }
    for (size_t i = 1; i <= 4; i++) {
        if (at + i >= end || at[i] == '\0' || strchr("0123456789abcdefABCDEF", at[i]) == NULL) {
            return 0;
        }
    }
    return 5;
}

/* Each byte of a word. */
#define EACH(byte) ((uint64_t)(byte)*UINT64_C(0x0101010101010101))

/* Marks the bytes of a word that are not plain: a quote, a backslash, a control character, or one
 * beyond ASCII. The lowest mark is always right. With 0x02 flipped, the quote and the control
 * characters are the bytes below 0x21. */
static uint64_t not_plain(uint64_t word)
{
    return (((word ^ EACH(0x02)) - EACH(0x21)) | ((word ^ EACH('\\')) - EACH(1)) | word) &
           EACH(0x80);
}

/* The first byte of a string that is not plain, or some place before it: looked for eight bytes at
 * a time. */
static const char *skip_plain(const char *at, const char *end)
{
    uint64_t word;
    for (; (size_t)(end - at) >= sizeof word; at += sizeof word) {
        memcpy(&word, at, sizeof word);
        uint64_t found = not_plain(word);
        if (found != 0) {
#if defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            at += __builtin_ctzll(found) / 8;
#endif
            break;
        }
    }
    return at;
}

/* The bytes of one character or escape of a string; 0 when a decoder could not go on after it. */
static size_t character_length(struct scan *scan, const char *at)
{
    unsigned char byte = (unsigned char)*at;
    uint32_t ignored;
    if (byte == '\\') {
        size_t len = escape_length(at + 1, scan->end);
        return len > 0 ? len + 1 : 0;
    }
    if (byte == '\0') { /* decoders stop here */
        return 0;
    }
    size_t len = ecsp_utf8_read((struct ecsp_str){at, (size_t)(scan->end - at)}, &ignored);
    if (byte < 0x20 || len == 0) {
        scan->bad_text = 1;
        return 1;
    }
    return len;
}

/* The end of a string that has more than plain bytes, looked for from one of them on; NULL when it
 * has none. */
static const char *find_end(struct scan *scan, const char *at)
{
    while (at < scan->end && *at != '"') {
        size_t len = character_length(scan, at);
        if (len == 0) {
            return NULL;
        }
        at = skip_plain(at + len, scan->end);
    }
    return at < scan->end ? at : NULL;
}

static int take_string(struct scan *scan)
{
    if (peek(scan) != '"') {
        return 0;
    }
    const char *at = skip_plain(scan->at + 1, scan->end);
    if (at == scan->end || *at != '"') {
        at = find_end(scan, at);
    }
    if (at == NULL) {
        return 0;
    }
    scan->at = at + 1;
    return 1;
}

/* A number in its parts: 0.00120e5 has the significant digits 12, and is 1.2 * 10^2. */
struct number {
    char digits[MAX_SIGNIFICANT + 1]; /* significant ones; more are not kept */
    size_t count;                     /* how many there are */
    size_t zeros;                     /* that follow them, as far as they are written */
    long exponent;                    /* of the first digit, as printf's %e writes it */
    int whole;                        /* written in digits alone */
};

static void add_digit(struct number *number, char digit)
{
    if (digit == '0') {
        number->zeros += number->count > 0;
        return;
    }
    for (; number->zeros > 0; number->zeros--) { /* they stand between significant ones */
        if (number->count < MAX_SIGNIFICANT) {
            number->digits[number->count] = '0';
        }
        number->count++;
    }
    if (number->count < MAX_SIGNIFICANT) {
        number->digits[number->count] = digit;
    }
    number->count++;
}

/* The digits at the scan, at least one; how many, 0 when there is none. */
static size_t take_digits(struct scan *scan, struct number *number)
{
    const char *from = scan->at;
    while (is_digit(peek(scan))) {
        add_digit(number, *scan->at);
        scan->at++;
    }
    return (size_t)(scan->at - from);
}

static int take_exponent(struct scan *scan, long *exponent)
{
    int sign = 1;
    *exponent = 0;
    scan->at++;
    if (peek(scan) == '+' || peek(scan) == '-') {
        sign = *scan->at == '-' ? -1 : 1;
        scan->at++;
    }
    if (!is_digit(peek(scan))) {
        return 0;
    }
    for (; is_digit(peek(scan)); scan->at++) {
        if (*exponent < MAX_EXPONENT) {
            *exponent = *exponent * 10 + (*scan->at - '0');
        }
    }
    *exponent *= sign;
    return 1;
}

/* Reads a number without its sign; 0 when it is none. */
static int read_number(struct scan *scan, struct number *number)
{
    long exponent = 0;
    size_t leading = 0; /* zeros behind the point and before the first significant digit */
    size_t whole;

    memset(number, 0, sizeof *number);
    number->whole = 1;
    if (peek(scan) == '0') {
        scan->at++;
        whole = 1;
    } else {
        whole = take_digits(scan, number);
    }
    if (whole == 0) {
        return 0;
    }
    number->exponent = number->count > 0 ? (long)whole - 1 : -1;
    if (peek(scan) == '.') {
        number->whole = 0;
        scan->at++;
        while (number->count == 0 && peek(scan) == '0') {
            scan->at++;
            leading++;
        }
        number->exponent -= number->count == 0 ? (long)leading : 0;
        if (take_digits(scan, number) + leading == 0) {
            return 0;
        }
    }
    if (peek(scan) == 'e' || peek(scan) == 'E') {
        number->whole = 0;
        if (!take_exponent(scan, &exponent)) {
            return 0;
        }
        number->exponent += exponent;
    }
    return 1;
}

/* Does the double that is nearest to it show the same digits again? No text here has a decimal
 * point that the locale could change: the digits go in as a whole number, and are compared one by
 * one. */
static int comes_back(const struct number *number)
{
    char text[MAX_SIGNIFICANT + 32];
    size_t seen = 0;
    const char *at = text;

    (void)snprintf(text, sizeof text, "%.*se%ld", (int)number->count, number->digits,
                   number->exponent - (long)number->count + 1);
    double value = strtod(text, NULL);
    if (!(value > 0) || isinf(value)) {
        return 0;
    }
    (void)snprintf(text, sizeof text, "%.*e", (int)number->count - 1, value);
    for (; *at != 'e' && *at != '\0'; at++) {
        if (is_digit((unsigned char)*at)) {
            if (seen == number->count || *at != number->digits[seen]) {
                return 0;
            }
            seen++;
        }
    }
    return *at == 'e' && seen == number->count && strtol(at + 1, NULL, 10) == number->exponent;
}

static int is_exact(const struct number *number)
{
    if (number->count == 0) {
        return 1; /* 0 */
    }
    if (number->whole) {
        size_t len = number->count + number->zeros;
        char text[sizeof EXACT_INTEGER] = "0000000000000000";
        if (len != sizeof EXACT_INTEGER - 1) {
            return len < sizeof EXACT_INTEGER - 1;
        }
        memcpy(text, number->digits, number->count);
        return memcmp(text, EXACT_INTEGER, len) <= 0;
    }
    if (number->count <= ALWAYS_SIGNIFICANT && labs(number->exponent) < SAFE_EXPONENT) {
        return 1;
    }
    return number->count <= MAX_SIGNIFICANT && comes_back(number);
}

/* Writes the text that is not copied yet, up to there. */
static void copy(struct scan *scan, const char *end)
{
    size_t len = (size_t)(end - scan->copied);
    memcpy(scan->out, scan->copied, len);
    scan->out += len;
    scan->copied = end;
}

static int take_number(struct scan *scan)
{
    const char *from = scan->at;
    struct number number;

    scan->at += peek(scan) == '-';
    if (!read_number(scan, &number)) {
        return 0;
    }
    if (!is_exact(&number)) {
        scan->inexact++;
        if (scan->out != NULL) {
            copy(scan, from);
            *scan->out++ = '"';
            copy(scan, scan->at);
            *scan->out++ = '"';
        }
    }
    return 1;
}

/* A value that holds no other. */
static int take_scalar(struct scan *scan)
{
    int byte = peek(scan);
    if (byte == '"') {
        return take_string(scan);
    }
    if (byte == '-' || is_digit(byte)) {
        return take_number(scan);
    }
    return take_word(scan, "true") || take_word(scan, "false") || take_word(scan, "null");
}

/* The name of a member and its colon. */
static int take_name(struct scan *scan)
{
    skip_space(scan);
    if (!take_string(scan)) {
        return 0;
    }
    skip_space(scan);
    return take(scan, ':');
}

/* One value with all that it holds, and nothing after it. */
static int take_text(struct scan *scan)
{
    char closers[ECSP_JSON_DEPTH];
    size_t depth = 0;

    for (;;) {
        skip_space(scan);
        char closer = peek(scan) == '{' ? '}' : peek(scan) == '[' ? ']' : '\0';
        int opened = closer != '\0';
        if (opened) {
            if (depth == ECSP_JSON_DEPTH) {
                return 0;
            }
            closers[depth++] = closer;
            (void)take(scan, *scan->at);
            skip_space(scan);
        } else if (!take_scalar(scan)) {
            return 0;
        }
        while (depth > 0) { /* a value has ended, or the first one of `closers` is to come */
            if (!opened) {
                skip_space(scan);
            }
            if (take(scan, closers[depth - 1])) {
                depth--;
                opened = 0;
            } else if (opened || take(scan, ',')) {
                break;
            } else {
                return 0;
            }
        }
        if (depth == 0) {
            skip_space(scan);
            return scan->at == scan->end;
        }
        if (closers[depth - 1] == '}' && !take_name(scan)) {
            return 0;
        }
    }
}

enum ecsp_json ecsp_json_check(struct ecsp_str text, size_t *detail)
{
    text.data = text.data != NULL ? text.data : "";
    struct scan scan = {text.data, text.data + text.len, NULL, text.data, 0, 0};

    if (!take_text(&scan)) {
        *detail = (size_t)(scan.at - text.data);
        return ECSP_JSON_BAD;
    }
    *detail = scan.inexact;
    return scan.bad_text ? ECSP_JSON_BAD_TEXT : ECSP_JSON_GOOD;
}

size_t ecsp_json_quote(struct ecsp_str text, char *out)
{
    struct scan scan = {text.data, text.data + text.len, out, text.data, 0, 0};
    (void)take_text(&scan);
    copy(&scan, scan.end);
    return (size_t)(scan.out - out);
}
