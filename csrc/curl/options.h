/*
 * What this is: every libcurl option of a transfer in one place, and the callbacks that some of
 * them name.
 *
 * May include: transfer.h.
 *
 * Ownership: nothing. After the call the handle points into the transfer, the settings and
 * `bundle`, until it is reset.
 */
#ifndef ECSP_OPTIONS_H
#define ECSP_OPTIONS_H

#include "transfer.h"

ECSP_HIDDEN_BEGIN

/* Sets them on a handle in its reset state; the first refusal ends it. Also stores in the transfer
   the facts that messages about its outcome need: `proxied` and `ca_file`. */
CURLcode ecsp_options_set(struct ecsp_transfer *transfer, CURL *easy, struct curl_slist *fields,
                          const struct ecsp_transfer_settings *settings, const char *bundle,
                          long timeout_ms);

ECSP_HIDDEN_END

#endif
