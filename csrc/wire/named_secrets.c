#include "named_secrets.h"

#include <string.h>

#include "str.h"

/* Of a longer name only the end counts. */
#define MAX_NAME 128

static int is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "Client-Token" → "clienttoken" */
static struct ecsp_str plain_name(struct ecsp_str name, char plain[MAX_NAME])
{
    size_t start = MAX_NAME;
    for (size_t at = name.len; at > 0 && start > 0; at--) {
        char c = name.data[at - 1];
        if (c != '-' && c != '_') {
            plain[--start] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
        }
    }
    return (struct ecsp_str){plain + start, MAX_NAME - start};
}

int ecsp_is_secret_name(struct ecsp_str name)
{
    static const char *const parts[] = {
        "password", "passwd",     "passphrase", "secret",        "token",  "userdata", "externalid",
        "apikey",   "privatekey", "credential", "authorization", "cookie", "accesskey"};
    static const char *const not_secret[] = {"clienttoken", "nexttoken", "xacscredentialsprovider"};
    static const char id[] = "accesskeyid"; /* shortened, by those who know its value */
    char buffer[MAX_NAME];
    struct ecsp_str plain = plain_name(name, buffer);
    size_t end = sizeof id - 1;

    for (size_t i = 0; i < sizeof not_secret / sizeof *not_secret; i++) {
        if (ecsp_str_equals(plain, not_secret[i])) {
            return 0;
        }
    }
    if (plain.len >= end && memcmp(plain.data + plain.len - end, id, end) == 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (ecsp_str_contains(plain, parts[i])) {
            return 1;
        }
    }
    return ecsp_str_equals(plain, "signature");
}

/* --- values in a text --- */

static struct ecsp_str rest_of(struct ecsp_str text, size_t at)
{
    return (struct ecsp_str){text.data + at, text.len - at};
}

/* The length of the first of these that stands at `at`; 0 = none. */
static size_t one_of(struct ecsp_str text, size_t at, const char *const *words, size_t count)
{
    struct ecsp_str rest = rest_of(text, at);
    for (size_t i = 0; i < count; i++) {
        if (ecsp_str_starts_with(rest, words[i])) {
            return strlen(words[i]);
        }
    }
    return 0;
}

static size_t quote_at(struct ecsp_str text, size_t at)
{
    static const char *const quotes[] = {"\"", "'", "\\\"", "%22", "&quot;", "&#34;", "\\u0022"};
    return one_of(text, at, quotes, sizeof quotes / sizeof *quotes);
}

static size_t equals_sign_at(struct ecsp_str text, size_t at)
{
    static const char *const signs[] = {"=", "%3D", "%3d"};
    return one_of(text, at, signs, sizeof signs / sizeof *signs);
}

static size_t colon_at(struct ecsp_str text, size_t at)
{
    static const char *const colons[] = {":", "%3A", "%3a"};
    return one_of(text, at, colons, sizeof colons / sizeof *colons);
}

/* What ends a value without quotes. */
static size_t stop_at(struct ecsp_str text, size_t at)
{
    static const char *const stops[] = {"\"", "\\\"", "&", "%26", "<", "\n", "\r"};
    return one_of(text, at, stops, sizeof stops / sizeof *stops);
}

static size_t skip_blanks(struct ecsp_str text, size_t at)
{
    while (at < text.len && is_blank(text.data[at])) {
        at++;
    }
    return at;
}

/* The end of a value that begins at `at`, behind a quote of this length. */
static size_t quoted_end(struct ecsp_str text, size_t at, size_t quote)
{
    const char *mark = text.data + at - quote;
    for (; at + quote <= text.len; at++) {
        if (memcmp(text.data + at, mark, quote) == 0) {
            return at;
        }
        if (quote == 1 && text.data[at] == '\\') {
            at++;
        }
    }
    return text.len;
}

/* The end of a value without quotes; `words` of it: one, or all of the line. */
static size_t unquoted_end(struct ecsp_str text, size_t at, int all_words)
{
    while (at < text.len && stop_at(text, at) == 0 && (all_words || !is_blank(text.data[at]))) {
        at++;
    }
    return at;
}

/* "{ …": not a value, but what holds some; "…": it stands for one. */
static int is_no_value(struct ecsp_str text, size_t at)
{
    struct ecsp_str rest = rest_of(text, at);
    char next = rest.len > 1 ? rest.data[1] : ' ';
    return ecsp_str_starts_with(rest, "\xE2\x80\xA6") ||
           (rest.len > 0 && (rest.data[0] == '{' || rest.data[0] == '[') &&
            (is_blank(next) || next == '\n' || next == '"' || next == '{' || next == '}' ||
             next == ']'));
}

/* The value of the name from `from` to `at`; 0 = there is none. */
static int find_value(struct ecsp_str text, size_t from, size_t at, size_t *start, size_t *end)
{
    int is_header = memchr(text.data + from, '-', at - from) != NULL;
    size_t name_quote = quote_at(text, at);
    int in_brackets = at < text.len && text.data[at] == ']';

    if (from > 0 && text.data[from - 1] == '<' && at < text.len && text.data[at] == '>') {
        *start = at + 1;
        *end = unquoted_end(text, *start, 1);
        return 1;
    }
    at = skip_blanks(text, at + name_quote + (size_t)in_brackets);
    size_t equals = equals_sign_at(text, at);
    size_t colon = colon_at(text, at);
    at += equals + colon;
    *start = skip_blanks(text, at);
    size_t quote = quote_at(text, *start);
    if (equals + colon == 0 || is_no_value(text, *start)) {
        return 0;
    }
    if (quote > 0) {
        *start += quote;
        *end = quoted_end(text, *start, quote);
        return 1;
    }
    int after_blank = colon > 0 && *start > at;
    *end = unquoted_end(text, *start, is_header && after_blank);
    return !after_blank || name_quote > 0 || is_header;
}

enum ecsp_status ecsp_redact_named(struct ecsp_buf *out, struct ecsp_str text)
{
    size_t at = 0;
    while (at < text.len) {
        size_t from = at;
        size_t start;
        size_t end;
        while (at < text.len && is_name_byte(text.data[at])) {
            at++;
        }
        struct ecsp_str name = {text.data + from, at - from};
        if (name.len > 0 && ecsp_is_secret_name(name) && find_value(text, from, at, &start, &end) &&
            end > start) {
            ecsp_buf_append(out, text.data + from, start - from);
            ecsp_buf_text(out, "***");
            at = end;
            continue;
        }
        ecsp_buf_str(out, name);
        if (at < text.len) {
            ecsp_buf_byte(out, text.data[at++]);
        }
    }
    return out->status;
}
