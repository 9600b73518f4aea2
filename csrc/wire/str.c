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

int ecsp_str_has_control(struct ecsp_str str)
{
    for (size_t i = 0; i < str.len; i++) {
        unsigned char byte = (unsigned char)str.data[i];
        if (byte < 0x20 || byte == 0x7F) {
            return 1;
        }
    }
    return 0;
}
