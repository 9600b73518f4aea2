#include "rules.h"

#include <string.h>

#include "../wire/str.h"
#include "../wire/utf8.h"
#include "cidr.h"
#include "script.h"

static const struct ecsp_text NO_RULES;

static int is_letter(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0x4E00 && c <= 0x9FFF);
}

static int is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

static int is_lower(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || is_digit(c);
}

/* ASCII only, unlike is_letter. */
static int is_session(uint32_t c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '@' || c == '_' || c == '-';
}

static int in_charset(enum ecsp_charset set, uint32_t c)
{
    switch (set) {
    case ECSP_CHARS_LETTER:
        return is_letter(c);
    case ECSP_CHARS_NAME:
        return is_letter(c) || is_digit(c) || c == ':' || c == '.' || c == '_' || c == '-';
    case ECSP_CHARS_FAMILY:
        return is_letter(c) || is_digit(c) || c == ':' || c == '_' || c == '-';
    case ECSP_CHARS_DIGIT:
        return is_digit(c);
    case ECSP_CHARS_LOWER:
        return is_lower(c);
    case ECSP_CHARS_LOWER_DASH:
        return is_lower(c) || c == '-';
    case ECSP_CHARS_PRINTABLE:
        return c > 0x20 && c < 0x7F;
    case ECSP_CHARS_SESSION:
        return is_session(c);
    case ECSP_CHARS_EXTERNAL:
        return is_session(c) || c == '+' || c == '=' || c == ',' || c == ':' || c == '/';
    case ECSP_CHARS_TEXT:
        return c >= 0x20 && (c < 0x7F || c > 0x9F);
    case ECSP_CHARS_ANY:
        break;
    }
    return 1;
}

static const char *charset_text(enum ecsp_charset set)
{
    switch (set) {
    case ECSP_CHARS_LETTER:
        return "a letter (A-Z, a-z or Chinese)";
    case ECSP_CHARS_NAME:
        return "letters, digits, colons, periods, underscores and hyphens";
    case ECSP_CHARS_FAMILY:
        return "letters, digits, colons, underscores and hyphens";
    case ECSP_CHARS_DIGIT:
        return "digits";
    case ECSP_CHARS_LOWER:
        return "a lower-case letter or a digit";
    case ECSP_CHARS_LOWER_DASH:
        return "lower-case letters, digits and hyphens";
    case ECSP_CHARS_PRINTABLE:
        return "printable ASCII characters without spaces";
    case ECSP_CHARS_SESSION:
        return "letters A to Z, digits and . @ _ -";
    case ECSP_CHARS_EXTERNAL:
        return "letters A to Z, digits and . @ _ - + = , : /";
    case ECSP_CHARS_TEXT:
        return "characters that are not control characters";
    case ECSP_CHARS_ANY:
        break;
    }
    return "any character";
}

static int is_one_of(struct ecsp_str value, const char *const *list)
{
    for (; *list != NULL; list++) {
        if (ecsp_str_equals(value, *list)) {
            return 1;
        }
    }
    return 0;
}

static unsigned check_characters(const struct ecsp_text *text, struct ecsp_str value)
{
    unsigned broken = 0;
    uint32_t c = 0;
    for (size_t at = 0, len; at < value.len; at += len) {
        len = ecsp_utf8_read((struct ecsp_str){value.data + at, value.len - at}, &c);
        if (at == 0 && !in_charset(text->first, c)) {
            broken |= ECSP_BROKEN_FIRST;
        } else if (at > 0 && !in_charset(text->rest, c)) {
            broken |= ECSP_BROKEN_CHARACTERS;
        }
    }
    if (value.len > 0 && !in_charset(text->last, c)) {
        broken |= ECSP_BROKEN_LAST;
    }
    return broken;
}

/* major.minor.patch: three runs of digits, of which so many may be a star. */
static int is_version(struct ecsp_str value, int stars)
{
    size_t at = 0;
    for (int part = 0; part < 3; part++) {
        if (part > 0 && (at == value.len || value.data[at++] != '.')) {
            return 0;
        }
        size_t start = at;
        while (at < value.len && is_digit((unsigned char)value.data[at])) {
            at++;
        }
        if (at == start && (stars-- == 0 || at == value.len || value.data[at++] != '*')) {
            return 0;
        }
    }
    return at == value.len;
}

static int has_format(enum ecsp_format format, struct ecsp_str value)
{
    return format == ECSP_FORMAT_ANY || is_version(value, format == ECSP_FORMAT_VERSION_FILTER);
}

static unsigned check_block(const struct ecsp_text *text, struct ecsp_str value)
{
    struct ecsp_cidr block;
    if (ecsp_cidr_read(value, &block) != ECSP_CIDR_OK) {
        return ECSP_BROKEN_BLOCK;
    }
    int fits = block.prefix >= text->min_prefix && block.prefix <= text->max_prefix;
    unsigned broken = fits ? 0 : ECSP_BROKEN_PREFIX_LENGTH;
    for (const char *const *item = text->not_inside; item != NULL && *item != NULL; item++) {
        struct ecsp_cidr outer;
        ecsp_cidr_read((struct ecsp_str){*item, strlen(*item)}, &outer);
        broken |= ecsp_cidr_contains(outer, block) ? ECSP_BROKEN_INSIDE : 0U;
    }
    return broken;
}

unsigned ecsp_text_check(const struct ecsp_text *text, struct ecsp_str value)
{
    size_t chars;
    unsigned broken = 0;
    if (!ecsp_utf8_count(value, &chars)) {
        return ECSP_BROKEN_UTF8;
    }
    if (memchr(value.data, '\0', value.len) != NULL) {
        return ECSP_BROKEN_ZERO;
    }
    if (text == NULL) {
        return 0;
    }
    if (text->values != NULL) {
        return is_one_of(value, text->values) ? 0 : ECSP_BROKEN_VALUES;
    }
    if (chars < text->min_chars || (text->max_chars > 0 && chars > text->max_chars)) {
        broken |= ECSP_BROKEN_LENGTH;
    }
    if (text->max_bytes > 0 && value.len > text->max_bytes) {
        broken |= ECSP_BROKEN_BYTES;
    }
    if (text->first != ECSP_CHARS_ANY || text->rest != ECSP_CHARS_ANY ||
        text->last != ECSP_CHARS_ANY) {
        broken |= check_characters(text, value);
    }
    for (const char *const *prefix = text->not_prefix; prefix != NULL && *prefix != NULL;
         prefix++) {
        broken |= ecsp_str_starts_with(value, *prefix) ? ECSP_BROKEN_PREFIX : 0U;
    }
    for (const char *const *part = text->not_contain; part != NULL && *part != NULL; part++) {
        broken |= ecsp_str_contains(value, *part) ? ECSP_BROKEN_CONTAINS : 0U;
    }
    if (text->max_commands > 0 && ecsp_count_commands(value) > text->max_commands) {
        broken |= ECSP_BROKEN_COMMANDS;
    }
    broken |= has_format(text->format, value) ? 0U : ECSP_BROKEN_FORMAT;
    if (text->max_prefix > 0) {
        broken |= check_block(text, value);
    }
    return broken;
}

static void write_list(struct ecsp_buf *out, const char *const *list, const char *last_word)
{
    for (const char *const *item = list; *item != NULL; item++) {
        if (item != list) {
            ecsp_buf_text(out, item[1] == NULL ? last_word : ", ");
        }
        ecsp_buf_text(out, *item);
    }
}

static void write_length(const struct ecsp_text *text, struct ecsp_buf *out)
{
    if (text->max_chars == 0) {
        ecsp_buf_text(out, "at least ");
        ecsp_buf_number(out, text->min_chars);
    } else if (text->min_chars == 0) {
        ecsp_buf_text(out, "at most ");
        ecsp_buf_number(out, text->max_chars);
    } else {
        ecsp_buf_number(out, text->min_chars);
        ecsp_buf_text(out, " to ");
        ecsp_buf_number(out, text->max_chars);
    }
    ecsp_buf_text(out, " characters");
}

void ecsp_text_rule(const struct ecsp_text *text, unsigned bit, struct ecsp_buf *rule)
{
    text = text != NULL ? text : &NO_RULES;
    switch (bit) {
    case ECSP_BROKEN_UTF8:
        ecsp_buf_text(rule, "valid UTF-8");
        break;
    case ECSP_BROKEN_LENGTH:
        write_length(text, rule);
        break;
    case ECSP_BROKEN_BYTES:
        ecsp_buf_text(rule, "at most ");
        ecsp_buf_number(rule, text->max_bytes);
        ecsp_buf_text(rule, " bytes");
        break;
    case ECSP_BROKEN_FIRST:
        ecsp_buf_text(rule, "must begin with ");
        ecsp_buf_text(rule, charset_text(text->first));
        break;
    case ECSP_BROKEN_CHARACTERS:
        ecsp_buf_text(rule, "may hold only ");
        ecsp_buf_text(rule, charset_text(text->rest));
        break;
    case ECSP_BROKEN_LAST:
        ecsp_buf_text(rule, "must end with ");
        ecsp_buf_text(rule, charset_text(text->last));
        break;
    case ECSP_BROKEN_PREFIX:
        ecsp_buf_text(rule, "must not begin with ");
        write_list(rule, text->not_prefix, " or ");
        break;
    case ECSP_BROKEN_CONTAINS:
        ecsp_buf_text(rule, "must not contain ");
        write_list(rule, text->not_contain, " or ");
        break;
    case ECSP_BROKEN_VALUES:
        ecsp_buf_text(rule, "one of ");
        write_list(rule, text->values, ", ");
        break;
    case ECSP_BROKEN_FORMAT:
        ecsp_buf_text(rule, "major.minor.patch, each in digits");
        ecsp_buf_text(rule, text->format == ECSP_FORMAT_VERSION_FILTER ? " or one *" : "");
        break;
    case ECSP_BROKEN_BLOCK:
        ecsp_buf_text(rule, "an IPv4 block such as 172.16.0.0/24");
        break;
    case ECSP_BROKEN_PREFIX_LENGTH:
        ecsp_buf_text(rule, "a prefix of /");
        ecsp_buf_number(rule, text->min_prefix);
        ecsp_buf_text(rule, " to /");
        ecsp_buf_number(rule, text->max_prefix);
        break;
    case ECSP_BROKEN_INSIDE:
        ecsp_buf_text(rule, "not inside ");
        write_list(rule, text->not_inside, " or ");
        break;
    case ECSP_BROKEN_ZERO:
        ecsp_buf_text(rule, "must not contain a zero byte");
        break;
    default:
        ecsp_buf_text(rule, "at most ");
        ecsp_buf_number(rule, text->max_commands);
        ecsp_buf_text(rule, " commands in older documentation; the service decides");
        break;
    }
}

static int equals_ignoring_case(const char *text, struct ecsp_str value)
{
    size_t i = 0;
    for (; i < value.len && text[i] != '\0'; i++) {
        char a = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
        char b = (char)(value.data[i] >= 'A' && value.data[i] <= 'Z' ? value.data[i] + 32
                                                                     : value.data[i]);
        if (a != b) {
            return 0;
        }
    }
    return i == value.len && text[i] == '\0';
}

static void fix_values(const struct ecsp_text *text, struct ecsp_str value, struct ecsp_buf *fix)
{
    for (const char *const *item = text->values; *item != NULL; item++) {
        if (equals_ignoring_case(*item, value)) {
            ecsp_buf_text(fix, "write ");
            ecsp_buf_text(fix, *item);
            ecsp_buf_text(fix, " (upper and lower case matter)");
            return;
        }
    }
    ecsp_buf_text(fix, "use one of the listed values");
}

static void fix_length(const struct ecsp_text *text, struct ecsp_str value, struct ecsp_buf *fix)
{
    size_t chars = 0;
    ecsp_utf8_count(value, &chars);
    if (chars < text->min_chars) {
        ecsp_buf_text(fix, value.len == 0 ? "leave it out, or write at least " : "write at least ");
        ecsp_buf_number(fix, text->min_chars);
        ecsp_buf_text(fix, text->min_chars == 1 ? " character" : " characters");
    } else {
        ecsp_buf_text(fix, "shorten it by ");
        ecsp_buf_number(fix, (int64_t)(chars - text->max_chars));
    }
}

void ecsp_text_fix(const struct ecsp_text *text, unsigned bit, struct ecsp_str value,
                   struct ecsp_buf *fix)
{
    size_t at = 0;
    text = text != NULL ? text : &NO_RULES;
    switch (bit) {
    case ECSP_BROKEN_UTF8:
        ecsp_utf8_count(value, &at);
        ecsp_buf_text(fix, "the first bad byte is number ");
        ecsp_buf_number(fix, (int64_t)at + 1);
        break;
    case ECSP_BROKEN_ZERO:
        while (value.data[at] != '\0') {
            at++;
        }
        ecsp_buf_text(fix, "take it out, or save the file as UTF-8 if it is UTF-16: the first is "
                           "byte ");
        ecsp_buf_number(fix, (int64_t)at + 1);
        break;
    case ECSP_BROKEN_LENGTH:
        fix_length(text, value, fix);
        break;
    case ECSP_BROKEN_BYTES:
        ecsp_buf_text(fix, "shorten it by ");
        ecsp_buf_number(fix, (int64_t)(value.len - text->max_bytes));
        ecsp_buf_text(fix, " bytes; for a build script, fetch the bulk with COPY or a component");
        break;
    case ECSP_BROKEN_VALUES:
        fix_values(text, value, fix);
        break;
    case ECSP_BROKEN_COMMANDS:
        ecsp_buf_text(fix, "join RUN lines with &&");
        break;
    case ECSP_BROKEN_FORMAT:
        ecsp_buf_text(fix, text->format == ECSP_FORMAT_VERSION_FILTER
                               ? "write it like 1.2.0 or 1.2.*"
                               : "write it like 1.2.0");
        break;
    case ECSP_BROKEN_BLOCK:
        ecsp_cidr_fix(value, fix);
        break;
    case ECSP_BROKEN_PREFIX_LENGTH:
        ecsp_buf_text(fix, "use a smaller or larger block");
        break;
    case ECSP_BROKEN_INSIDE:
        ecsp_buf_text(fix, "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16");
        break;
    default:
        ecsp_buf_text(fix, "change the characters named by the rule");
        break;
    }
}
