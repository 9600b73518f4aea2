/*
 * What this is: the checks of one text against its rules, and their wording for people.
 *
 * May include: ecsp.h, schema.h, ../wire/buf.h, ../wire/utf8.h.
 */
#ifndef ECSP_RULES_H
#define ECSP_RULES_H

#include "../wire/buf.h"
#include "schema.h"

ECSP_HIDDEN_BEGIN

enum ecsp_broken {
    ECSP_BROKEN_UTF8 = 1,
    ECSP_BROKEN_LENGTH = 2,
    ECSP_BROKEN_BYTES = 4,
    ECSP_BROKEN_FIRST = 8,
    ECSP_BROKEN_CHARACTERS = 16,
    ECSP_BROKEN_LAST = 32,
    ECSP_BROKEN_PREFIX = 64,
    ECSP_BROKEN_CONTAINS = 128,
    ECSP_BROKEN_VALUES = 256,
    ECSP_BROKEN_COMMANDS = 512, /* a warning: the current pages no longer give the number */
    ECSP_BROKEN_FORMAT = 1024,
    ECSP_BROKEN_BLOCK = 2048,
    ECSP_BROKEN_PREFIX_LENGTH = 4096,
    ECSP_BROKEN_INSIDE = 8192,
    ECSP_BROKEN_ZERO = 16384,
};
#define ECSP_BROKEN_END 32768

/* The set of broken rules; 0 = all kept. A NULL `text` has the two rules that every text has: valid
 * UTF-8 without a zero byte. */
unsigned ecsp_text_check(const struct ecsp_text *text, struct ecsp_str value);

/* Writes the rule behind one bit ("2 to 64 characters") and, apart, what to do about it. */
void ecsp_text_rule(const struct ecsp_text *text, unsigned bit, struct ecsp_buf *rule);
void ecsp_text_fix(const struct ecsp_text *text, unsigned bit, struct ecsp_str value,
                   struct ecsp_buf *fix);

ECSP_HIDDEN_END

#endif
