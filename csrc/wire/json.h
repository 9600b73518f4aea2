/*
 * What this is: the grammar of JSON (RFC 8259), checked before a decoder reads a text, and the one
 * thing that the grammar leaves open: which numbers a double holds. Decoders are kinder than the
 * grammar (hexadecimal, NaN, leading zeros, line ends inside strings), each in its own way, and all
 * of them round what is too long.
 *
 * May include: ecsp.h, utf8.h. No Lua, no locale.
 */
#ifndef ECSP_JSON_H
#define ECSP_JSON_H

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

#define ECSP_JSON_DEPTH 1000 /* of arrays and objects */

enum ecsp_json {
    ECSP_JSON_GOOD,
    ECSP_JSON_BAD_TEXT, /* only its strings are bad: raw control characters, or no UTF-8 */
    ECSP_JSON_BAD,
};

/* Checks a text. `*detail` is how many numbers have more digits than a double holds; for a bad text
 * the offset of the first byte that is wrong. */
enum ecsp_json ecsp_json_check(struct ecsp_str text, size_t *detail);

/* Writes the same text with each such number as a string, which keeps its digits, and returns the
 * length: that of the text and two more bytes for each number. The text is not ECSP_JSON_BAD. */
size_t ecsp_json_quote(struct ecsp_str text, char *out);

ECSP_HIDDEN_END

#endif
