/*
 * What this is: strict UTF-8 reading (RFC 3629: no overlong forms, no surrogates, nothing above
 * U+10FFFF), since the service's lengths and classes count code points.
 *
 * May include: ecsp.h.
 */
#ifndef ECSP_UTF8_H
#define ECSP_UTF8_H

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

/* Reads the code point at the start of `str`: its length in bytes, or 0 when `str` is empty or does
 * not start with one. */
size_t ecsp_utf8_read(struct ecsp_str str, uint32_t *code_point);

/* Counts the code points. 1 = valid; 0 = not, and *count is then the offset of the first bad byte.
 */
int ecsp_utf8_count(struct ecsp_str str, size_t *count);

/* The length of the first character of a text that is not empty; a byte that is no UTF-8 counts as
 * one. Not printable is what could speak to a terminal or change how the rest reads: control
 * characters (U+0000 to U+001F, U+007F to U+009F), line separators, and what sets the direction of
 * writing (Unicode TR 36, section 2.2). */
size_t ecsp_utf8_printable(struct ecsp_str str, int *printable);

ECSP_HIDDEN_END

#endif
