#include "utf8.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

static int is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t ecsp_utf8_read(struct ecsp_str str, uint32_t *code_point)
{
    if (str.len == 0) {
        return 0;
    }
    const unsigned char *s = (const unsigned char *)str.data;
    if (s[0] < 0x80) {
        *code_point = s[0];
        return 1;
    }
    size_t len = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || str.len < len) {
        return 0;
    }
    uint32_t value = s[0] & (0xFFU >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(s[i])) {
            return 0;
        }
        value = (value << 6) | (s[i] & 0x3FU);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[len] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
        return 0;
    }
    *code_point = value;
    return len;
}

/* How many bytes at the start are ASCII, eight at a time. */
static size_t ascii_words(struct ecsp_str str)
{
    size_t at = 0;
    uint64_t word;
    for (; at + sizeof word <= str.len; at += sizeof word) {
        memcpy(&word, str.data + at, sizeof word);
        if ((word & HIGH_BITS) != 0) {
            break;
        }
    }
    return at;
}

int ecsp_utf8_count(struct ecsp_str str, size_t *count)
{
    size_t points = ascii_words(str);
    size_t at = points;
    for (; at < str.len; points++) {
        uint32_t ignored;
        struct ecsp_str rest = {str.data + at, str.len - at};
        size_t len = ecsp_utf8_read(rest, &ignored);
        if (len == 0) {
            *count = at;
            return 0;
        }
        at += len;
        if (len > 1) {
            size_t skipped = ascii_words((struct ecsp_str){str.data + at, str.len - at});
            points += skipped;
            at += skipped;
        }
    }
    *count = points;
    return 1;
}

size_t ecsp_utf8_printable(struct ecsp_str str, int *printable)
{
    uint32_t point;
    size_t len = ecsp_utf8_read(str, &point);
    if (len == 0) {
        len = 1;
        point = (unsigned char)str.data[0];
    }
    int control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
    int direction = point == 0x61C || point == 0x200E || point == 0x200F ||
                    (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    *printable = !control && !direction;
    return len;
}
