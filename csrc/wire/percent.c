#include "percent.h"

static const char HEX[] = "0123456789ABCDEF";

/* One comparison chain would follow the locale if it used isalnum; a table does not. */
static const unsigned char UNRESERVED[256] = {
    ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1,
    ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1,
    ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1,
    ['Y'] = 1, ['Z'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,
    ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1,
    ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1,
    ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1,
    ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['-'] = 1, ['_'] = 1,
    ['.'] = 1, ['~'] = 1,
};

static size_t encoded_length(struct ecsp_str str)
{
    size_t escaped = 0;
    for (size_t i = 0; i < str.len; i++) {
        escaped += !UNRESERVED[(unsigned char)str.data[i]];
    }
    return str.len + 2 * escaped;
}

enum ecsp_status ecsp_percent_encode(struct ecsp_buf *out, struct ecsp_str str)
{
    size_t encoded = encoded_length(str);
    if (encoded == str.len) { /* as nearly every name and id is */
        return ecsp_buf_str(out, str);
    }
    char *place = ecsp_buf_reserve(out, encoded);
    if (place == NULL) {
        return out->status;
    }
    for (size_t i = 0; i < str.len; i++) {
        unsigned char byte = (unsigned char)str.data[i];
        if (UNRESERVED[byte]) {
            *place++ = (char)byte;
        } else {
            *place++ = '%';
            *place++ = HEX[byte >> 4];
            *place++ = HEX[byte & 15];
        }
    }
    ecsp_buf_grown(out, encoded);
    return ECSP_OK;
}
