/*
 * What this is: "did you mean …": the known name nearest to a misspelt one, by edit distance over
 * names folded to lower case without underscores, hyphens and periods.
 *
 * May include: ecsp.h, schema.h.
 *
 * Ownership: offered names are borrowed until the answer has been used.
 */
#ifndef ECSP_SUGGEST_H
#define ECSP_SUGGEST_H

#include "schema.h"

ECSP_HIDDEN_BEGIN

#define ECSP_NEAREST_LONGEST 48

struct ecsp_nearest {
    char word[ECSP_NEAREST_LONGEST];
    size_t word_len;
    const char *best; /* the answer so far, or NULL */
    size_t best_cost;
};

void ecsp_nearest_init(struct ecsp_nearest *nearest, struct ecsp_str word);

/* At most `most` letters may be wrong, instead of a third of them; and not more than half of them.
 */
void ecsp_nearest_limit(struct ecsp_nearest *nearest, size_t most);

/* If `candidate` (NULL = none) is the nearest so far, `answer` becomes the best. */
void ecsp_nearest_offer(struct ecsp_nearest *nearest, const char *candidate, const char *answer);

/* The parameter nearest to a misspelt one, or NULL. */
const char *ecsp_param_suggest(const struct ecsp_param *params, struct ecsp_str name);

#define ECSP_DEEPEST 6 /* levels of objects in the table of an operation; spec/c holds it */

/* A parameter in objects: the outer one first. */
struct ecsp_place {
    const struct ecsp_param *steps[ECSP_DEEPEST];
    size_t count; /* 0 = none */
};

/* The same at any depth below `params`, for a name that is in the wrong object. Leaves out what is
 * deprecated. */
struct ecsp_place ecsp_param_suggest_deep(const struct ecsp_param *params, struct ecsp_str name);

ECSP_HIDDEN_END

#endif
