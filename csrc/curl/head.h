/*
 * What this is: the head of an HTTP/1.1 reply (status line and header fields), taken line by line,
 * bounded and checked more strictly than libcurl does: a body whose length two fields disagree
 * about, or a coding that was not asked for, is refused before a byte of it is used.
 *
 * May include: ecsp.h, wire/buf.h, wire/str.h. Knows neither libcurl nor Lua.
 *
 * Ownership: a head owns its copy of the fields. The views that ecsp_head_next hands out live until
 * the next line, open, wipe or free.
 *
 * Sources: RFC 9112 §5 (fields, obsolete folding), §6.3 (body length), RFC 9110 §5.1 (names), §15.2
 * (1xx).
 */
#ifndef ECSP_HEAD_H
#define ECSP_HEAD_H

#include "../wire/buf.h"

ECSP_HIDDEN_BEGIN

enum ecsp_head_problem {
    ECSP_HEAD_FINE = 0,
    ECSP_HEAD_MEMORY,
    ECSP_HEAD_TOO_LARGE,  /* too many bytes or fields, 1xx replies and trailers included */
    ECSP_HEAD_BAD_FIELD,  /* no colon, a name that is no token, a control character */
    ECSP_HEAD_BAD_LENGTH, /* Content-Length is no number, or two fields disagree */
    ECSP_HEAD_BAD_CODING, /* an encoding of content or transfer that was not asked for */
    ECSP_HEAD_SWITCHING,  /* 101: the bytes after it would be no HTTP */
    ECSP_HEAD_LONG_BODY   /* Content-Length announces more than the body may have */
};

enum ecsp_head_phase { ECSP_HEAD_AT_STATUS = 0, ECSP_HEAD_IN_FIELDS, ECSP_HEAD_AFTER };

struct ecsp_head {
    struct ecsp_buf fields; /* "name\0value\0" for each field, names in lower case */
    size_t max_bytes;
    size_t max_body_bytes;
    size_t seen_bytes; /* over the whole transfer: endless interim replies end as well */
    size_t seen_fields;
    int framed; /* the last whole head says where its body ends; else the connection's end does */
    enum ecsp_head_phase phase;
    enum ecsp_head_problem problem; /* the first one met; every later line is refused */
};

/* On a zeroed struct or a wiped head: the limits of the next reply. */
void ecsp_head_open(struct ecsp_head *head, size_t max_bytes, size_t max_body_bytes);
/* Forgets the reply, and keeps memory as ecsp_buf_wipe does. */
void ecsp_head_wipe(struct ecsp_head *head);
void ecsp_head_free(struct ecsp_head *head);

/* Takes one line, line ending included. A new status line drops the fields before it (1xx replies);
   lines after the empty one that are no status line are trailers: counted, checked, dropped. */
enum ecsp_head_problem ecsp_head_line(struct ecsp_head *head, struct ecsp_str line);

/* Walks the fields in the order they came: start with *cursor = 0; 0 when there is none left. */
int ecsp_head_next(const struct ecsp_head *head, size_t *cursor, struct ecsp_str *name,
                   struct ecsp_str *value);

/* Whether the bytes are a token, as header names and methods must be. */
int ecsp_head_is_token(struct ecsp_str text);

ECSP_HIDDEN_END

#endif
