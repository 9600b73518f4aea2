/*
 * What this is: every libcurl option of a transfer in one place, and the callbacks that some of
 * them name.
 *
 * May include: transfer.h.
 *
 * Ownership: nothing. A handle points into its transfer as long as it has the options, and into
 * the settings and `bundle`; into the request until `forget`.
 */
#ifndef ECSP_OPTIONS_H
#define ECSP_OPTIONS_H

#include "transfer.h"

ECSP_HIDDEN_BEGIN

/* Sets, on the transfer's handle in its reset state, those that stay from request to request; the
   first refusal ends it. Also stores in the transfer the facts that messages about its outcome
   need: `proxied` and `ca_file`. */
CURLcode ecsp_options_fix(struct ecsp_transfer *transfer,
                          const struct ecsp_transfer_settings *settings, const char *bundle);

/* Sets those of one request. */
CURLcode ecsp_options_set(const struct ecsp_transfer *transfer, struct curl_slist *fields,
                          long timeout_ms);

/* Takes the request out of the handle. */
CURLcode ecsp_options_forget(CURL *easy);

ECSP_HIDDEN_END

#endif
