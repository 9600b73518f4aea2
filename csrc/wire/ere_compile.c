#include "ere.h"

#include <string.h>

#include "utf8.h"

struct parser {
    struct ecsp_ere *ere;
    struct ecsp_str rest;
    const char *error;
    int depth;
};

static int peek(const struct parser *p)
{
    return p->rest.len > 0 ? (unsigned char)p->rest.data[0] : -1;
}

static void skip(struct parser *p, size_t count)
{
    p->rest.data += count;
    p->rest.len -= count;
}

static int starts(const struct parser *p, const char *word)
{
    size_t len = strlen(word);
    return p->rest.len >= len && memcmp(p->rest.data, word, len) == 0;
}

static int fail(struct parser *p, const char *why)
{
    if (p->error == NULL) {
        p->error = why;
    }
    return 0;
}

static int is_alnum(int c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* --- emitting; every jump is relative, so that a block can be moved and copied as it is */

static struct ecsp_ere_step *emit(struct parser *p, int op)
{
    struct ecsp_ere *ere = p->ere;
    if (ere->step_count >= ECSP_ERE_MAX_STEPS) {
        fail(p, "too large once its repeats are written out");
        ere->step_count = 0; /* the caller may still write to the step */
    }
    struct ecsp_ere_step *step = &ere->steps[ere->step_count++];
    memset(step, 0, sizeof *step);
    step->op = (uint8_t)op;
    return step;
}

/* A step before the block that begins at `at`. */
static struct ecsp_ere_step *insert(struct parser *p, int at, int op)
{
    struct ecsp_ere *ere = p->ere;
    emit(p, op);
    if (p->error != NULL) {
        return &ere->steps[0];
    }
    memmove(&ere->steps[at + 1], &ere->steps[at],
            (size_t)(ere->step_count - 1 - at) * sizeof ere->steps[0]);
    memset(&ere->steps[at], 0, sizeof ere->steps[at]);
    ere->steps[at].op = (uint8_t)op;
    return &ere->steps[at];
}

static void jump(struct ecsp_ere_step *step, int first, int second)
{
    step->first = (int16_t)first;
    step->second = (int16_t)second;
}

static void copy_block(struct parser *p, int from, int len)
{
    for (int i = 0; i < len && p->error == NULL; i++) {
        struct ecsp_ere_step *step = emit(p, ECSP_ERE_CHAR);
        *step = p->ere->steps[from + i];
    }
}

static void star(struct parser *p, int at)
{
    int len = p->ere->step_count - at;
    jump(insert(p, at, ECSP_ERE_SPLIT), 1, len + 2);
    jump(emit(p, ECSP_ERE_JUMP), -(len + 1), 0);
}

static void plus(struct parser *p, int at)
{
    int len = p->ere->step_count - at;
    jump(emit(p, ECSP_ERE_SPLIT), -len, 1);
}

static void optional(struct parser *p, int at)
{
    int len = p->ere->step_count - at;
    jump(insert(p, at, ECSP_ERE_SPLIT), 1, len + 1);
}

/* `most` < 0: no limit */
static void interval(struct parser *p, int at, int least, int most)
{
    int len = p->ere->step_count - at;
    if (most == 0) {
        p->ere->step_count = at;
        return;
    }
    for (int i = 1; i < least; i++) {
        copy_block(p, at, len);
    }
    if (most < 0 && least == 0) {
        star(p, at);
    } else if (most < 0) {
        plus(p, p->ere->step_count - len);
    }
    int block = at;
    if (least == 0 && most > 0) {
        optional(p, at);
        block = at + 1;
        least = 1;
    }
    for (int i = least; i < most && p->error == NULL; i++) {
        int copy = p->ere->step_count;
        copy_block(p, block, len);
        optional(p, copy);
    }
}

/* --- bracket expressions */

static void add_range(struct parser *p, uint32_t low, uint32_t high)
{
    struct ecsp_ere *ere = p->ere;
    if (ere->range_count >= ECSP_ERE_MAX_RANGES) {
        fail(p, "too many ranges in brackets");
        return;
    }
    ere->ranges[ere->range_count].low = low;
    ere->ranges[ere->range_count].high = high;
    ere->range_count++;
}

static int named_class(struct parser *p)
{
    static const struct {
        const char *name;
        const char *ranges; /* pairs */
    } classes[] = {
        {"[:alnum:]", "09AZaz"}, {"[:alpha:]", "AZaz"},    {"[:blank:]", "  \t\t"},
        {"[:digit:]", "09"},     {"[:lower:]", "az"},      {"[:upper:]", "AZ"},
        {"[:space:]", "\t\r  "}, {"[:xdigit:]", "09AFaf"}, {"[:punct:]", "!/:@[`{~"},
        {"[:print:]", " ~"},     {"[:graph:]", "!~"},      {"[:cntrl:]", "\x01\x1F\x7F\x7F"},
    };
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (starts(p, classes[i].name)) {
            for (const char *pair = classes[i].ranges; *pair != '\0'; pair += 2) {
                add_range(p, (unsigned char)pair[0], (unsigned char)pair[1]);
            }
            skip(p, strlen(classes[i].name));
            return 1;
        }
    }
    return fail(p, "an unknown class in brackets; known are [:alnum:] [:alpha:] [:blank:] "
                   "[:cntrl:] [:digit:] [:graph:] [:lower:] [:print:] [:punct:] [:space:] "
                   "[:upper:] [:xdigit:]");
}

static int read_point(struct parser *p, uint32_t *point)
{
    size_t len = ecsp_utf8_read(p->rest, point);
    if (len == 0) {
        return fail(p, p->rest.len == 0 ? "a bracket is not closed" : "not valid UTF-8");
    }
    skip(p, len);
    return 1;
}

/* One end of a range. */
static int bracket_point(struct parser *p, uint32_t *point)
{
    if (peek(p) == '\\') {
        if (!starts(p, "\\\\")) {
            return fail(p, "a backslash in brackets stands for itself: write it twice to mean "
                           "that; \\d is 0-9, \\w is [:alnum:]_, \\s is [:space:], and a closing "
                           "bracket comes first");
        }
        skip(p, 1);
    } else if (starts(p, "[.") || starts(p, "[=")) {
        return fail(p, "[. .] and [= =] in brackets are not supported");
    }
    return read_point(p, point);
}

static int bracket_item(struct parser *p)
{
    uint32_t low;
    uint32_t high;
    if (starts(p, "[:")) {
        return named_class(p);
    }
    if (!bracket_point(p, &low)) {
        return 0;
    }
    high = low;
    if (peek(p) == '-' && p->rest.len > 1 && p->rest.data[1] != ']') {
        skip(p, 1);
        if (starts(p, "[:")) {
            return fail(p, "a class is no end of a range");
        }
        if (!bracket_point(p, &high)) {
            return 0;
        }
    }
    if (high < low) {
        return fail(p, "a range in brackets ends before it begins");
    }
    add_range(p, low, high);
    return p->error == NULL;
}

static void bracket(struct parser *p)
{
    int begin = p->ere->range_count;
    skip(p, 1);
    int negated = peek(p) == '^';
    if (negated) {
        skip(p, 1);
    }
    do {
        if (!bracket_item(p)) {
            return;
        }
    } while (peek(p) != ']');
    skip(p, 1);
    struct ecsp_ere_step *step = emit(p, ECSP_ERE_SET);
    step->negated = (uint8_t)negated;
    jump(step, begin, p->ere->range_count - begin);
}

/* --- the grammar */

static void alternatives(struct parser *p);

static void escape(struct parser *p)
{
    skip(p, 1);
    int c = peek(p);
    if (c == -1) {
        fail(p, "it ends in a backslash");
    } else if (c >= '1' && c <= '9') {
        fail(p, "back-references such as \\1 are not supported");
    } else if (c == 'd' || c == 'D') {
        fail(p, "\\d and \\D are not POSIX: write [0-9] or [^0-9]");
    } else if (c == 'w' || c == 'W') {
        fail(p, "\\w and \\W are not POSIX: write [[:alnum:]_] or [^[:alnum:]_]");
    } else if (c == 's' || c == 'S') {
        fail(p, "\\s and \\S are not POSIX: write [[:space:]] or [^[:space:]]");
    } else if (is_alnum(c) || c == '<' || c == '>') {
        fail(p, "a backslash before a letter, a digit, < or > means nothing in POSIX");
    } else if (read_point(p, &emit(p, ECSP_ERE_CHAR)->code_point)) {
        return;
    }
}

static void group(struct parser *p)
{
    skip(p, 1);
    if (peek(p) == '?') {
        fail(p, "(?:...) and its like are not POSIX: a plain group captures nothing here");
    } else if (++p->depth > ECSP_ERE_MAX_DEPTH) {
        fail(p, "groups are nested too deeply");
    }
    if (p->error != NULL) {
        return;
    }
    alternatives(p);
    p->depth--;
    if (p->error == NULL && peek(p) != ')') {
        fail(p, "a group is not closed");
    } else if (p->error == NULL) {
        skip(p, 1);
    }
}

/* 1 = it can be repeated, 0 = an anchor, or an error */
static int atom(struct parser *p)
{
    switch (peek(p)) {
    case '(':
        group(p);
        return 1;
    case '[':
        bracket(p);
        return 1;
    case '\\':
        escape(p);
        return 1;
    case '.':
        skip(p, 1);
        emit(p, ECSP_ERE_ANY);
        return 1;
    case '^':
    case '$':
        emit(p, peek(p) == '^' ? ECSP_ERE_BEGIN : ECSP_ERE_END);
        skip(p, 1);
        return 0;
    default:
        read_point(p, &emit(p, ECSP_ERE_CHAR)->code_point);
        return 1;
    }
}

/* Digits at the front, or -1. */
static int number(struct parser *p)
{
    int value = -1;
    while (peek(p) >= '0' && peek(p) <= '9') {
        value = (value < 0 ? 0 : value) * 10 + (peek(p) - '0');
        skip(p, 1);
        if (value > ECSP_ERE_MAX_REPEAT) {
            fail(p, "a repeat of more than 255");
            return -1;
        }
    }
    return value;
}

static void braces(struct parser *p, int at)
{
    skip(p, 1);
    int least = number(p);
    int most = least;
    if (least >= 0 && peek(p) == ',') {
        skip(p, 1);
        most = number(p);
        least = most >= 0 && most < least ? -1 : least;
    }
    if (p->error == NULL && (least < 0 || peek(p) != '}')) {
        fail(p, "a repeat in braces is {2}, {2,} or {2,5}; write \\{ for the brace itself");
    }
    if (p->error == NULL) {
        skip(p, 1);
        interval(p, at, least, most);
    }
}

static int is_repeat(int c)
{
    return c == '*' || c == '+' || c == '?' || c == '{';
}

static void repeat(struct parser *p, int at)
{
    switch (peek(p)) {
    case '*':
        skip(p, 1);
        star(p, at);
        break;
    case '+':
        skip(p, 1);
        plus(p, at);
        break;
    case '?':
        skip(p, 1);
        optional(p, at);
        break;
    default:
        braces(p, at);
        break;
    }
    if (p->error == NULL && is_repeat(peek(p))) {
        fail(p, "a repeat after a repeat: *? and *+ of other dialects are not POSIX");
    }
}

static void sequence(struct parser *p)
{
    while (p->error == NULL && p->rest.len > 0 && peek(p) != '|' && peek(p) != ')') {
        int at = p->ere->step_count;
        if (is_repeat(peek(p))) {
            fail(p, "nothing to repeat before *, +, ? or {");
            return;
        }
        if (atom(p) && p->error == NULL && is_repeat(peek(p))) {
            repeat(p, at);
        }
    }
}

static void alternatives(struct parser *p)
{
    int at = p->ere->step_count;
    sequence(p);
    while (p->error == NULL && peek(p) == '|') {
        skip(p, 1);
        int len = p->ere->step_count - at;
        jump(insert(p, at, ECSP_ERE_SPLIT), 1, len + 2);
        emit(p, ECSP_ERE_JUMP);
        int jumps = p->ere->step_count - 1;
        sequence(p);
        jump(&p->ere->steps[jumps], p->ere->step_count - jumps, 0);
    }
}

const char *ecsp_ere_compile(struct ecsp_ere *ere, struct ecsp_str pattern)
{
    struct parser p = {ere, pattern, NULL, 0};
    ere->step_count = 0;
    ere->range_count = 0;
    if (pattern.len == 0) {
        return "it is empty";
    }
    if (pattern.len > ECSP_ERE_MAX_PATTERN) {
        return "more than 256 bytes";
    }
    if (memchr(pattern.data, '\0', pattern.len) != NULL) {
        return "it holds a zero byte";
    }
    alternatives(&p);
    if (p.error == NULL && peek(&p) == ')') {
        fail(&p, "a group is closed that was not opened");
    }
    if (p.error == NULL) {
        emit(&p, ECSP_ERE_MATCH);
    }
    return p.error;
}
