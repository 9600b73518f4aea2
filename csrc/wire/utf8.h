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

ECSP_HIDDEN_END

#endif
