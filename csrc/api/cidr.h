/*
 * What this is: IPv4 blocks in the notation of RFC 4632, "172.16.0.0/12".
 *
 * May include: ecsp.h, ../wire/buf.h.
 */
#ifndef ECSP_CIDR_H
#define ECSP_CIDR_H

#include "../wire/buf.h"

ECSP_HIDDEN_BEGIN

struct ecsp_cidr {
    uint32_t address;
    uint32_t prefix; /* bits, 0 to 32 */
};

enum ecsp_cidr_fault {
    ECSP_CIDR_OK,
    ECSP_CIDR_NO_PREFIX,
    ECSP_CIDR_ADDRESS,
    ECSP_CIDR_PREFIX,
    ECSP_CIDR_HOST_BITS, /* the address has bits beyond the prefix */
};

/* Four numbers without leading zeros, a slash, a number up to 32. `out` is set when it is OK or has
 * host bits. */
enum ecsp_cidr_fault ecsp_cidr_read(struct ecsp_str text, struct ecsp_cidr *out);

/* Does the inner block lie in the outer one? A block lies in itself. */
int ecsp_cidr_contains(struct ecsp_cidr outer, struct ecsp_cidr inner);

/* What to do about a text that is not OK. */
void ecsp_cidr_fix(struct ecsp_str text, struct ecsp_buf *fix);

ECSP_HIDDEN_END

#endif
