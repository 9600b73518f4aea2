/*
 * What this is: secrets that are known by their name alone: which names those are, and the values
 * beside them in a text of unknown origin. So a secret is found that is too short, or not ours, to
 * be looked for by its bytes.
 *
 * May include: ecsp.h, buf.h, str.h.
 *
 * Ownership: everything is borrowed; the buffer is the caller's.
 */
#ifndef ECSP_NAMED_SECRETS_H
#define ECSP_NAMED_SECRETS_H

#include "buf.h"

ECSP_HIDDEN_BEGIN

/* Is the value of a parameter, field or header with this name a secret? Case, "-" and "_" do not
 * count. ClientToken and NextToken are none, and help to find a call again. */
int ecsp_is_secret_name(struct ecsp_str name);

/*
 * Appends the text to `out` with *** for each value beside such a name: password=…, "password": …,
 * X-Api-Key: …, <Password>…</Password>, as it is or percent-encoded, or with the quotes of JSON in
 * JSON or HTML. An unquoted value after ": " is left alone unless the name has a hyphen, as headers
 * have: in a sentence it is a word. Linear.
 */
enum ecsp_status ecsp_redact_named(struct ecsp_buf *out, struct ecsp_str text);

ECSP_HIDDEN_END

#endif
