#include "percent.h"

#include <string.h>

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
    size_t plain = 0; /* up to the first byte to escape; names and ids have none */
    while (plain < str.len && UNRESERVED[(unsigned char)str.data[plain]]) {
        plain++;
    }
    size_t rest = str.len - plain;
    size_t room = out->max_bytes - out->len; /* the text is measured only where this may not do */
    size_t most =
        rest < room / 3 && plain < room - 3 * rest ? plain + 3 * rest : encoded_length(str);
    char *start = ecsp_buf_reserve(out, most);
    if (start == NULL) {
        return out->status;
    }
    if (plain > 0) {
        memcpy(start, str.data, plain);
    }
    char *place = start + plain;
    for (size_t i = plain; i < str.len; i++) {
        unsigned char byte = (unsigned char)str.data[i];
        if (UNRESERVED[byte]) {
            *place++ = (char)byte;
        } else {
            *place++ = '%';
            *place++ = HEX[byte >> 4];
            *place++ = HEX[byte & 15];
        }
    }
    ecsp_buf_grown(out, (size_t)(place - start));
    return ECSP_OK;
}
