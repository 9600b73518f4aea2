#include "redact.h"

#include <string.h>

#include "named_secrets.h"
#include "str.h"

/* Shorter runs of digits hold no secret. */
#define LEAST_RUN 11

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that two hex digits say, or -1. */
static int hex_byte(struct ecsp_str text, size_t at)
{
    if (at + 2 > text.len || hex_digit(text.data[at]) < 0 || hex_digit(text.data[at + 1]) < 0) {
        return -1;
    }
    return hex_digit(text.data[at]) * 16 + hex_digit(text.data[at + 1]);
}

/* --- Each of the readers below: how many bytes at `at` stand for the wanted byte; 0 = none. --- */

/* %2F, and encoded again: %252F */
static size_t percent(struct ecsp_str text, size_t at, unsigned char wanted)
{
    size_t used = 1;
    size_t found = 0;
    int byte = hex_byte(text, at + used);
    while (byte >= 0) {
        used += 2;
        found = byte == wanted ? used : found;
        byte = byte == '%' ? hex_byte(text, at + used) : -1;
    }
    return found;
}

/* JSON's \/ and \u002f, and the \x2f of others */
static size_t backslash(struct ecsp_str text, size_t at, unsigned char wanted)
{
    static const char plain[] = "\"\\/'";
    char next = at + 1 < text.len ? text.data[at + 1] : '\0';
    if (next == 'u' && hex_byte(text, at + 2) == 0 && hex_byte(text, at + 4) == wanted) {
        return 6;
    }
    if (next == 'x' && hex_byte(text, at + 2) == wanted) {
        return 4;
    }
    if (next == 't' && wanted == '\t') {
        return 2;
    }
    return next == (char)wanted && next != '\0' && strchr(plain, next) != NULL ? 2 : 0;
}

/* &amp; and &#47; and &#x2f; */
static size_t entity(struct ecsp_str text, size_t at, unsigned char wanted)
{
    static const struct {
        const char *name;
        unsigned char byte;
    } names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    struct ecsp_str rest = {text.data + at, text.len - at};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].byte == wanted && ecsp_str_starts_with(rest, names[i].name)) {
            return strlen(names[i].name);
        }
    }
    int base = ecsp_str_starts_with(rest, "&#x") ? 16 : 10;
    size_t used = base == 16 ? 3 : 2;
    int number = 0;
    if (!ecsp_str_starts_with(rest, "&#")) {
        return 0;
    }
    for (; used < rest.len && used < 8; used++) {
        int digit = hex_digit(rest.data[used]);
        if (digit < 0 || digit >= base) {
            break;
        }
        number = number * base + digit;
    }
    return used < rest.len && rest.data[used] == ';' && number == wanted ? used + 1 : 0;
}

static size_t unit(struct ecsp_str text, size_t at, unsigned char wanted)
{
    char c = text.data[at];
    size_t used = c == '%'    ? percent(text, at, wanted)
                  : c == '\\' ? backslash(text, at, wanted)
                  : c == '&'  ? entity(text, at, wanted)
                              : 0;
    if (used == 0 && ((unsigned char)c == wanted || (c == '+' && wanted == ' '))) {
        used = 1;
    }
    return used;
}

/* How many bytes of the text at `at` say the whole value; 0 = they do not. */
static size_t match(struct ecsp_str text, size_t at, struct ecsp_str value)
{
    size_t start = at;
    for (size_t i = 0; i < value.len; i++) {
        size_t used = at < text.len ? unit(text, at, (unsigned char)value.data[i]) : 0;
        if (used == 0) {
            return 0;
        }
        at += used;
    }
    return at - start;
}

/* The secret that begins at `at`, or NULL. */
static const struct ecsp_secret *secret_at(struct ecsp_str text, size_t at,
                                           const struct ecsp_secret *secrets, size_t count,
                                           size_t *used)
{
    for (size_t i = 0; i < count; i++) {
        if (secrets[i].value.len >= ECSP_LEAST_SECRET) {
            *used = match(text, at, secrets[i].value);
            if (*used > 0) {
                return &secrets[i];
            }
        }
    }
    return NULL;
}

static void write_mask(struct ecsp_buf *out, const struct ecsp_secret *secret)
{
    if (secret->line > 0) {
        ecsp_buf_text(out, "(line ");
        ecsp_buf_number(out, (int64_t)secret->line);
        ecsp_buf_text(out, " of ");
    }
    ecsp_buf_str(out, secret->mask);
    if (secret->line > 0) {
        ecsp_buf_byte(out, ')');
    }
}

static void replace(struct ecsp_buf *out, struct ecsp_str text, const struct ecsp_secret *secrets,
                    size_t count)
{
    size_t at = 0;
    while (at < text.len) {
        size_t used = 0;
        const struct ecsp_secret *secret = secret_at(text, at, secrets, count, &used);
        if (secret != NULL) {
            write_mask(out, secret);
            at += used;
        } else {
            ecsp_buf_byte(out, text.data[at++]);
        }
    }
}

/* The secret that begins anywhere, or NULL. */
static const struct ecsp_secret *secret_in(struct ecsp_str text, const struct ecsp_secret *secrets,
                                           size_t count)
{
    const struct ecsp_secret *secret = NULL;
    size_t used;
    for (size_t at = 0; at < text.len && secret == NULL; at++) {
        secret = secret_at(text, at, secrets, count, &used);
    }
    return secret;
}

/* Appends the text without the escapes of JSON and HTML, as far as printable bytes go. */
static void unescape(struct ecsp_buf *out, struct ecsp_str text)
{
    size_t used = 1;
    for (size_t at = 0; at < text.len; at += used) {
        char byte = text.data[at];
        used = 0;
        for (unsigned char wanted = ' '; (byte == '&' || byte == '\\') && wanted < 0x7f; wanted++) {
            size_t length = byte == '&' ? entity(text, at, wanted) : backslash(text, at, wanted);
            if (length > 0) {
                ecsp_buf_byte(out, (char)wanted);
                used = length;
                break;
            }
        }
        if (used == 0) {
            ecsp_buf_byte(out, byte);
            used = 1;
        }
    }
}

/* An encoding inside an escape, such as "\u00252F": only what both together say is a secret. Then
 * the text is shown without its escapes. */
static void replace_escaped(struct ecsp_buf *half, struct ecsp_buf *plain,
                            const struct ecsp_secret *secrets, size_t count)
{
    ecsp_buf_clear(plain);
    unescape(plain, ecsp_buf_view(half));
    if (plain->status != ECSP_OK) {
        half->status = plain->status;
    } else if (secret_in(ecsp_buf_view(plain), secrets, count) != NULL) {
        ecsp_buf_clear(half);
        replace(half, ecsp_buf_view(plain), secrets, count);
    }
}

/* --- runs of Base64 and hex digits --- */

/* The value of the digit at `at`, which may be percent-encoded; -1 = none. */
static int base64_digit(struct ecsp_str text, size_t at, size_t *used)
{
    char c = text.data[at];
    *used = 1;
    if (c == '%' && hex_byte(text, at + 1) >= 0) {
        c = (char)hex_byte(text, at + 1);
        *used = 3;
    }
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static int hex_digit_at(struct ecsp_str text, size_t at, size_t *used)
{
    *used = 1;
    return hex_digit(text.data[at]);
}

typedef int (*digit_reader)(struct ecsp_str text, size_t at, size_t *used);

/* The bytes that a run says when its first `skip` digits are left out. */
static void decode(struct ecsp_buf *decoded, struct ecsp_str run, digit_reader read, int bits,
                   size_t skip)
{
    unsigned held = 0;
    int held_bits = 0;
    size_t used;
    ecsp_buf_clear(decoded);
    for (size_t at = 0; at < run.len; at += used) {
        int digit = read(run, at, &used);
        if (skip > 0) {
            skip--;
            continue;
        }
        held = ((held << bits) | (unsigned)digit) & 0xFFFFU;
        held_bits += bits;
        if (held_bits >= 8) {
            held_bits -= 8;
            ecsp_buf_byte(decoded, (char)(held >> held_bits & 0xFFU));
        }
    }
}

static const struct ecsp_secret *secret_in_run(struct ecsp_buf *decoded, struct ecsp_str run,
                                               digit_reader read, int bits,
                                               const struct ecsp_secret *secrets, size_t count)
{
    const struct ecsp_secret *secret = NULL;
    for (size_t skip = 0; skip < 8U / (unsigned)(8 - bits) && secret == NULL; skip++) {
        decode(decoded, run, read, bits, skip);
        if (decoded->status != ECSP_OK) {
            return NULL;
        }
        secret = secret_in(ecsp_buf_view(decoded), secrets, count);
    }
    return secret;
}

/* Replaces every run that says a secret. */
static void replace_runs(struct ecsp_buf *out, struct ecsp_buf *decoded, struct ecsp_str text,
                         digit_reader read, int bits, const struct ecsp_secret *secrets,
                         size_t count)
{
    size_t at = 0;
    while (at < text.len) {
        size_t end = at;
        size_t used;
        while (end < text.len && read(text, end, &used) >= 0) {
            end += used;
        }
        struct ecsp_str run = {text.data + at, end - at};
        const struct ecsp_secret *secret =
            run.len >= LEAST_RUN ? secret_in_run(decoded, run, read, bits, secrets, count) : NULL;
        if (secret != NULL) {
            write_mask(out, secret);
        } else if (decoded->status != ECSP_OK) {
            out->status = decoded->status; /* not looked through */
        } else {
            ecsp_buf_str(out, run);
        }
        if (end < text.len) {
            ecsp_buf_byte(out, text.data[end++]);
        }
        at = end;
    }
}

enum ecsp_status ecsp_redact(struct ecsp_buf *out, struct ecsp_buf *half, struct ecsp_buf *decoded,
                             struct ecsp_str text, const struct ecsp_secret *secrets, size_t count)
{
    size_t before = out->len;
    ecsp_buf_clear(decoded);
    ecsp_redact_named(decoded, text);
    replace(half, ecsp_buf_view(decoded), secrets, count);
    if (decoded->status != ECSP_OK) {
        return decoded->status; /* not looked through in full */
    }
    replace_escaped(half, decoded, secrets, count);
    replace_runs(out, decoded, ecsp_buf_view(half), base64_digit, 6, secrets, count);
    if (half->status != ECSP_OK || out->status != ECSP_OK || out->len == before) {
        return half->status != ECSP_OK ? half->status : out->status;
    }
    ecsp_buf_clear(half);
    ecsp_buf_append(half, out->data + before, out->len - before);
    out->len = before;
    replace_runs(out, decoded, ecsp_buf_view(half), hex_digit_at, 4, secrets, count);
    return half->status != ECSP_OK ? half->status : out->status;
}
