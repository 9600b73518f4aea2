#include "buf.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256
#define MOST_KEPT ((size_t)16 * 1024)

#ifdef ECSP_TEST_ALLOC
long ecsp_buf_fail_after = 0;
#endif

static void *allocate(size_t size)
{
#ifdef ECSP_TEST_ALLOC
    if (ecsp_buf_fail_after > 0 && --ecsp_buf_fail_after == 0) {
        return NULL;
    }
#endif
    return malloc(size);
}

void ecsp_wipe(void *memory, size_t len)
{
#if defined(__GNUC__) || defined(__clang__)
    memset(memory, 0, len);
    /* this empty asm may read the memory, so the compiler must not remove the stores */
    __asm__ __volatile__("" : : "r"(memory) : "memory");
#else
    volatile unsigned char *byte = memory;
    while (len-- > 0) {
        *byte++ = 0;
    }
#endif
}

void ecsp_buf_init(struct ecsp_buf *buf, size_t max_bytes)
{
    memset(buf, 0, sizeof *buf);
    buf->max_bytes = max_bytes;
}

void ecsp_buf_free(struct ecsp_buf *buf)
{
    if (buf->data != NULL) {
        ecsp_wipe(buf->data, buf->capacity);
        free(buf->data);
    }
    ecsp_buf_init(buf, buf->max_bytes);
}

void ecsp_buf_clear(struct ecsp_buf *buf)
{
    buf->len = 0;
    buf->status = ECSP_OK;
}

void ecsp_buf_wipe(struct ecsp_buf *buf)
{
    if (buf->capacity > MOST_KEPT) {
        ecsp_buf_free(buf);
    } else if (buf->data != NULL) {
        ecsp_wipe(buf->data, buf->capacity);
    }
    ecsp_buf_clear(buf);
}

static char *fail(struct ecsp_buf *buf, enum ecsp_status status)
{
    buf->status = status;
    return NULL;
}

/* malloc + copy + wipe instead of realloc: realloc would leave the old bytes in the heap. */
char *ecsp_buf_grow(struct ecsp_buf *buf, size_t len)
{
    if (buf->status != ECSP_OK) {
        return NULL;
    }
    if (buf->max_bytes == 0 || len > buf->max_bytes - buf->len) {
        return fail(buf, ECSP_ERR_LIMIT);
    }
    size_t capacity = buf->capacity > 0 ? buf->capacity : FIRST_CAPACITY;
    while (capacity < buf->len + len) {
        capacity = capacity > buf->max_bytes / 2 ? buf->max_bytes : capacity * 2;
    }
    if (capacity > buf->max_bytes) {
        capacity = buf->max_bytes; /* so that ecsp_buf_reserve need not look at the maximum */
    }
    char *data = allocate(capacity);
    if (data == NULL) {
        return fail(buf, ECSP_ERR_MEMORY);
    }
    if (buf->data != NULL) {
        memcpy(data, buf->data, buf->len);
        ecsp_wipe(buf->data, buf->capacity);
        free(buf->data);
    }
    buf->data = data;
    buf->capacity = capacity;
    return data + buf->len;
}

char *ecsp_buf_reserve(struct ecsp_buf *buf, size_t len)
{
    int fits = buf->status == ECSP_OK && len <= buf->capacity - buf->len;
    /* without data it grows for no bytes, too, so that the place returned is never NULL */
    return fits && buf->data != NULL ? buf->data + buf->len : ecsp_buf_grow(buf, len);
}

void ecsp_buf_grown(struct ecsp_buf *buf, size_t len)
{
    buf->len += len;
}

enum ecsp_status ecsp_buf_append(struct ecsp_buf *buf, const void *bytes, size_t len)
{
    char *place = ecsp_buf_reserve(buf, len);
    if (place == NULL) {
        return buf->status;
    }
    if (len > 0) {
        memcpy(place, bytes, len);
    }
    buf->len += len;
    return ECSP_OK;
}

enum ecsp_status ecsp_buf_str(struct ecsp_buf *buf, struct ecsp_str str)
{
    return ecsp_buf_append(buf, str.data, str.len);
}

enum ecsp_status ecsp_buf_text(struct ecsp_buf *buf, const char *text)
{
    return ecsp_buf_append(buf, text, strlen(text));
}

enum ecsp_status ecsp_buf_byte(struct ecsp_buf *buf, char byte)
{
    return ecsp_buf_append(buf, &byte, 1);
}

size_t ecsp_format_integer(char out[ECSP_MAX_DIGITS], int64_t number)
{
    char digits[ECSP_MAX_DIGITS];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (number < 0) {
        digits[--at] = '-';
    }
    memcpy(out, digits + at, sizeof digits - at);
    return sizeof digits - at;
}

enum ecsp_status ecsp_buf_number(struct ecsp_buf *buf, int64_t number)
{
    char digits[ECSP_MAX_DIGITS];
    size_t count = ecsp_format_integer(digits, number);

    return ecsp_buf_append(buf, digits, count);
}

struct ecsp_str ecsp_buf_view(const struct ecsp_buf *buf)
{
    struct ecsp_str view = {buf->data != NULL ? buf->data : "", buf->len};
    return view;
}
