#include "str.h"

#include <string.h>

int ecsp_str_compare(struct ecsp_str a, struct ecsp_str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared > 0 ? memcmp(a.data, b.data, shared) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

int ecsp_str_equals(struct ecsp_str str, const char *text)
{
    /* the first byte decides nearly always, and tables of names are searched with this */
    return str.len > 0 ? text[0] == str.data[0] && strlen(text) == str.len &&
                             memcmp(text, str.data, str.len) == 0
                       : text[0] == '\0';
}

int ecsp_str_starts_with(struct ecsp_str str, const char *prefix)
{
    size_t len = strlen(prefix);
    return str.len >= len && memcmp(str.data, prefix, len) == 0;
}

int ecsp_str_contains(struct ecsp_str str, const char *part)
{
    size_t len = strlen(part);
    for (size_t at = 0; at + len <= str.len; at++) {
        if (memcmp(str.data + at, part, len) == 0) {
            return 1;
        }
    }
    return 0;
}

int ecsp_str_is_word(struct ecsp_str str, size_t longest)
{
    for (size_t i = 0; i < str.len; i++) {
        char c = str.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '.' || c == '_' || c == '-')) {
            return 0;
        }
    }
    return str.len > 0 && str.len <= longest;
}

/* That byte, eight times. */
#define EACH(byte) ((byte)*UINT64_C(0x0101010101010101))

int ecsp_str_has_control(struct ecsp_str str)
{
    size_t i = 0;
    uint64_t word;
    /* Eight at a time, as long as no borrow shows that one of them is below 0x20 or 0x7F. */
    for (; i + sizeof word <= str.len; i += sizeof word) {
        memcpy(&word, str.data + i, sizeof word);
        uint64_t no_delete = word ^ EACH(0x7F);
        if ((((word - EACH(0x20)) & ~word) | ((no_delete - EACH(1)) & ~no_delete)) & EACH(0x80)) {
            return 1;
        }
    }
    for (; i < str.len; i++) {
        unsigned char byte = (unsigned char)str.data[i];
        if (byte < 0x20 || byte == 0x7F) {
            return 1;
        }
    }
    return 0;
}
