/*
 * What this is: removes secrets from a text of unknown origin, such as the message of a service or
 * a proxy that quotes our own request: as they are, percent-encoded (also twice), escaped for JSON
 * or HTML, and inside runs of Base64 and hex digits; and what stands beside the name of a secret.
 *
 * May include: ecsp.h, buf.h, named_secrets.h, str.h.
 *
 * Ownership: the text and the secrets are borrowed; the buffers are the caller's.
 */
#ifndef ECSP_REDACT_H
#define ECSP_REDACT_H

#include "buf.h"

ECSP_HIDDEN_BEGIN

/* Shorter ones occur in many texts by chance. */
#define ECSP_LEAST_SECRET 8

struct ecsp_secret {
    struct ecsp_str value;
    struct ecsp_str mask; /* what is written instead; of a line: whose line it is */
    size_t line;          /* 0: not a line of something longer */
};

/*
 * Appends the text to `out`, each appearance of a secret replaced: by its mask, or by "(line 3 of
 * MASK)". A run of Base64 or hex digits that holds one is replaced as a whole. `half` is a buffer
 * for the text half-way, `decoded` for what a run says. Secrets below ECSP_LEAST_SECRET bytes are
 * passed over.
 */
enum ecsp_status ecsp_redact(struct ecsp_buf *out, struct ecsp_buf *half, struct ecsp_buf *decoded,
                             struct ecsp_str text, const struct ecsp_secret *secrets, size_t count);

ECSP_HIDDEN_END

#endif
