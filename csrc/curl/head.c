#include "head.h"

#include <string.h>

#include "../wire/str.h"

/* More than any service sends; keeps joining equal names cheap. */
#define MAX_FIELDS 256

/* ctype.h follows the host program's locale; a protocol must not. */
static char lower(char c)
{
    return (c >= 'A' && c <= 'Z') ? "abcdefghijklmnopqrstuvwxyz"[c - 'A'] : c;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_tchar(char c)
{
    char l = lower(c);

    return (l >= 'a' && l <= 'z') || is_digit(c) ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

int ecsp_head_is_token(struct ecsp_str text)
{
    size_t i;

    for (i = 0; i < text.len; i++) {
        if (!is_tchar(text.data[i])) {
            return 0;
        }
    }
    return text.len > 0;
}

/* A tab may stand in what we read. */
static int has_control(struct ecsp_str text)
{
    size_t i;

    if (!ecsp_str_has_control(text)) {
        return 0;
    }
    for (i = 0; i < text.len; i++) {
        if (text.data[i] != '\t' && ecsp_str_has_control((struct ecsp_str){text.data + i, 1})) {
            return 1;
        }
    }
    return 0;
}

static int is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct ecsp_str trimmed(const char *data, size_t len)
{
    struct ecsp_str text;

    while (len > 0 && is_blank(data[0])) {
        data++;
        len--;
    }
    while (len > 0 && is_blank(data[len - 1])) {
        len--;
    }
    text.data = data;
    text.len = len;
    return text;
}

static int same_ignoring_case(struct ecsp_str text, const char *lower_case)
{
    size_t i;

    if (text.len != strlen(lower_case)) {
        return 0;
    }
    for (i = 0; i < text.len; i++) {
        if (lower(text.data[i]) != lower_case[i]) {
            return 0;
        }
    }
    return 1;
}

/* Decimal digits only; a value that does not fit counts as the largest. */
static int parse_length(struct ecsp_str text, size_t *out)
{
    size_t i;
    size_t value = 0;

    for (i = 0; i < text.len; i++) {
        size_t digit;

        if (!is_digit(text.data[i])) {
            return 0;
        }
        digit = (size_t)(text.data[i] - '0');
        value = value > (SIZE_MAX - digit) / 10 ? SIZE_MAX : value * 10 + digit;
    }
    *out = value;
    return text.len > 0;
}

/* RFC 9112 §6.3 allows to repair some of these; a signed exchange with one known service has no use
 * for it. */
static enum ecsp_head_problem check_framing(struct ecsp_head *head)
{
    struct ecsp_str name;
    struct ecsp_str value;
    size_t cursor = 0;
    size_t length = 0;
    int lengths = 0;
    int chunked = 0;

    while (ecsp_head_next(head, &cursor, &name, &value)) {
        if (same_ignoring_case(name, "content-length")) {
            size_t other;

            if (!parse_length(value, &other) || (lengths > 0 && other != length)) {
                return ECSP_HEAD_BAD_LENGTH;
            }
            length = other;
            lengths++;
        } else if (same_ignoring_case(name, "transfer-encoding")) {
            if (chunked || !same_ignoring_case(value, "chunked")) {
                return ECSP_HEAD_BAD_CODING;
            }
            chunked = 1;
        } else if (same_ignoring_case(name, "content-encoding")) {
            if (!same_ignoring_case(value, "gzip") && !same_ignoring_case(value, "x-gzip") &&
                !same_ignoring_case(value, "identity")) {
                return ECSP_HEAD_BAD_CODING;
            }
        }
    }
    if (chunked && lengths > 0) {
        return ECSP_HEAD_BAD_LENGTH;
    }
    head->framed = chunked || lengths > 0;
    return length > head->max_body_bytes ? ECSP_HEAD_LONG_BODY : ECSP_HEAD_FINE;
}

static enum ecsp_head_problem of_status(enum ecsp_status status)
{
    switch (status) {
    case ECSP_OK:
        return ECSP_HEAD_FINE;
    case ECSP_ERR_LIMIT:
        return ECSP_HEAD_TOO_LARGE;
    default:
        return ECSP_HEAD_MEMORY;
    }
}

/* obs-fold: the line continues the value before it, one space instead of the line break. */
static enum ecsp_head_problem continue_field(struct ecsp_head *head, struct ecsp_str line)
{
    if (has_control(line)) {
        return ECSP_HEAD_BAD_FIELD;
    }
    if (head->phase == ECSP_HEAD_AFTER) {
        return ECSP_HEAD_FINE; /* of a trailer */
    }
    if (head->fields.len == 0) {
        return ECSP_HEAD_BAD_FIELD;
    }
    struct ecsp_str more = trimmed(line.data, line.len);
    if (more.len == 0) {
        return ECSP_HEAD_FINE;
    }
    head->fields.len--;                                    /* the NUL that ends the value so far */
    if (head->fields.data[head->fields.len - 1] != '\0') { /* not the one that ends the name */
        ecsp_buf_byte(&head->fields, ' ');
    }
    ecsp_buf_str(&head->fields, more);
    ecsp_buf_byte(&head->fields, '\0');
    return of_status(head->fields.status);
}

/* One field; a trailer is checked and dropped. */
static enum ecsp_head_problem add_field(struct ecsp_head *head, struct ecsp_str line)
{
    const char *colon = memchr(line.data, ':', line.len);
    struct ecsp_str name;
    struct ecsp_str value;
    size_t i;

    if (colon == NULL) {
        return ECSP_HEAD_BAD_FIELD;
    }
    name.data = line.data;
    name.len = (size_t)(colon - line.data);
    value = trimmed(colon + 1, line.len - name.len - 1);
    if (!ecsp_head_is_token(name) || has_control(value)) {
        return ECSP_HEAD_BAD_FIELD;
    }
    if (++head->seen_fields > MAX_FIELDS) {
        return ECSP_HEAD_TOO_LARGE;
    }
    if (head->phase == ECSP_HEAD_AFTER) {
        return ECSP_HEAD_FINE;
    }
    for (i = 0; i < name.len; i++) {
        ecsp_buf_byte(&head->fields, lower(name.data[i]));
    }
    ecsp_buf_byte(&head->fields, '\0');
    ecsp_buf_str(&head->fields, value);
    ecsp_buf_byte(&head->fields, '\0');
    return of_status(head->fields.status);
}

static int starts_reply(struct ecsp_str line)
{
    return line.len >= 5 && memcmp(line.data, "HTTP/", 5) == 0; /* no field name holds a slash */
}

/* "HTTP/1.1 101 …": nobody asked for an upgrade, and libcurl would read on to the end of the
 * stream. */
static int switches_protocols(struct ecsp_str line)
{
    const char *space = memchr(line.data, ' ', line.len);
    size_t left = space != NULL ? line.len - (size_t)(space - line.data) : 0;

    return left >= 4 && memcmp(space, " 101", 4) == 0;
}

static enum ecsp_head_problem take_line(struct ecsp_head *head, struct ecsp_str line)
{
    if (line.len > head->max_bytes - head->seen_bytes) {
        return ECSP_HEAD_TOO_LARGE;
    }
    head->seen_bytes += line.len;

    if (line.len > 0 && line.data[line.len - 1] == '\n') {
        line.len--;
    }
    if (line.len > 0 && line.data[line.len - 1] == '\r') {
        line.len--;
    }
    if (head->phase != ECSP_HEAD_IN_FIELDS && starts_reply(line)) {
        ecsp_buf_clear(&head->fields);
        head->phase = ECSP_HEAD_IN_FIELDS;
        return switches_protocols(line) ? ECSP_HEAD_SWITCHING : ECSP_HEAD_FINE;
    }
    if (line.len == 0) {
        if (head->phase == ECSP_HEAD_IN_FIELDS) {
            head->phase = ECSP_HEAD_AFTER;
            return check_framing(head);
        }
        return ECSP_HEAD_FINE;
    }
    if (is_blank(line.data[0])) {
        return continue_field(head, line);
    }
    return add_field(head, line);
}

void ecsp_head_open(struct ecsp_head *head, size_t max_bytes, size_t max_body_bytes)
{
    struct ecsp_buf fields = head->fields;

    memset(head, 0, sizeof *head);
    head->fields = fields;
    /* Each field costs two NUL bytes here and at least a colon and a line ending there. */
    head->fields.max_bytes = max_bytes;
    head->max_bytes = max_bytes;
    head->max_body_bytes = max_body_bytes;
}

void ecsp_head_wipe(struct ecsp_head *head)
{
    ecsp_buf_wipe(&head->fields);
}

void ecsp_head_free(struct ecsp_head *head)
{
    ecsp_buf_free(&head->fields);
}

enum ecsp_head_problem ecsp_head_line(struct ecsp_head *head, struct ecsp_str line)
{
    if (head->problem == ECSP_HEAD_FINE) {
        head->problem = take_line(head, line);
    }
    return head->problem;
}

int ecsp_head_next(const struct ecsp_head *head, size_t *cursor, struct ecsp_str *name,
                   struct ecsp_str *value)
{
    /* after a failure the last field may lack its end */
    if (head->problem != ECSP_HEAD_FINE || *cursor >= head->fields.len) {
        return 0;
    }
    name->data = head->fields.data + *cursor;
    name->len = strlen(name->data);
    value->data = name->data + name->len + 1;
    value->len = strlen(value->data);
    *cursor += name->len + value->len + 2;
    return 1;
}
