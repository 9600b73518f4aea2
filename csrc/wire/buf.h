/*
 * What this is: a growable byte buffer that must be given a maximum.
 *
 * May include: ecsp.h.
 *
 * Ownership: a buffer owns its bytes. `free` wipes them first, since any of ours may hold a
 * signature, a token or a build script; growing wipes the block it leaves behind. A zeroed struct
 * is an empty buffer with maximum 0: call `init` before the first append and `free` any number of
 * times after.
 *
 * Errors: an append that fails leaves the contents as they were and remembers its status in
 * `status`, so that a chain of appends needs one check at the end.
 */
#ifndef ECSP_BUF_H
#define ECSP_BUF_H

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

struct ecsp_buf {
    char *data;
    size_t len;
    size_t capacity;
    size_t max_bytes;
    enum ecsp_status status; /* of the first append that failed */
};

void ecsp_buf_init(struct ecsp_buf *buf, size_t max_bytes);
void ecsp_buf_free(struct ecsp_buf *buf);

/* Empties the buffer and its status, keeps the memory. */
void ecsp_buf_clear(struct ecsp_buf *buf);

/* The same, and wipes what it held; memory above 16 KiB is freed. */
void ecsp_buf_wipe(struct ecsp_buf *buf);

enum ecsp_status ecsp_buf_append(struct ecsp_buf *buf, const void *bytes, size_t len);
enum ecsp_status ecsp_buf_str(struct ecsp_buf *buf, struct ecsp_str str);
enum ecsp_status ecsp_buf_text(struct ecsp_buf *buf, const char *text);
enum ecsp_status ecsp_buf_byte(struct ecsp_buf *buf, char byte);
enum ecsp_status ecsp_buf_number(struct ecsp_buf *buf, int64_t number);

/* Digits without printf, which would follow the locale's habits; returns how many. */
#define ECSP_MAX_DIGITS 20
size_t ecsp_format_integer(char out[ECSP_MAX_DIGITS], int64_t number);

/* Reserves room for `len` more bytes and returns its address; NULL (and a status) if memory runs
   out or the maximum is reached. Then the caller advances `len` with ecsp_buf_grown. */
char *ecsp_buf_reserve(struct ecsp_buf *buf, size_t len);
char *ecsp_buf_grow(struct ecsp_buf *buf,
                    size_t len); /* what reserve calls where room is wanting */
void ecsp_buf_grown(struct ecsp_buf *buf, size_t len);

struct ecsp_str ecsp_buf_view(const struct ecsp_buf *buf);

/* Overwrites memory in a way that the compiler keeps. */
void ecsp_wipe(void *memory, size_t len);

/* Tests only: the n-th allocation from now fails (1 = the next), 0 = none. Not for concurrent use.
 */
#ifdef ECSP_TEST_ALLOC
extern long ecsp_buf_fail_after;
#endif

ECSP_HIDDEN_END

#endif
