/*
 * What this is: RFC 3986 percent-encoding, the one encoder for what is signed and for what is
 * sent.
 *
 * May include: ecsp.h, buf.h.
 *
 * Source: RFC 3986 §2.3; `A-Z a-z 0-9 - _ . ~` stay, every other byte becomes %XX in upper-case
 * hex (space is %20).
 */
#ifndef ECSP_PERCENT_H
#define ECSP_PERCENT_H

#include "buf.h"

ECSP_HIDDEN_BEGIN

enum ecsp_status ecsp_percent_encode(struct ecsp_buf *out, struct ecsp_str str);

ECSP_HIDDEN_END

#endif
