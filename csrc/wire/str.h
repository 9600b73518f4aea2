/*
 * What this is: the questions that several files ask of borrowed bytes. Bytewise, whatever the
 * locale.
 *
 * May include: ecsp.h.
 */
#ifndef ECSP_STR_H
#define ECSP_STR_H

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

/* Below, at or above zero, as memcmp; of two that begin alike the shorter comes first. */
int ecsp_str_compare(struct ecsp_str a, struct ecsp_str b);

int ecsp_str_equals(struct ecsp_str str, const char *text);
int ecsp_str_starts_with(struct ecsp_str str, const char *prefix);
int ecsp_str_contains(struct ecsp_str str, const char *part);

/* Is it one to `longest` letters, digits, dots, underscores and hyphens of ASCII? */
int ecsp_str_is_word(struct ecsp_str str, size_t longest);

/* Is there a byte below 0x20, or 0x7F, which could end a header or garble a log? */
int ecsp_str_has_control(struct ecsp_str str);

ECSP_HIDDEN_END

#endif
