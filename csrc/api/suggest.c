/* "Did you mean …": edit distance over names written in any case, with or without underscores. */
#include "schema.h"

#include <string.h>

#define LONGEST 48

static size_t folded(char *out, const char *text, size_t len)
{
    size_t used = 0;
    for (size_t i = 0; i < len && used < LONGEST; i++) {
        char byte = text[i];
        if (byte == '_' || byte == '-' || byte == '.') {
            continue;
        }
        out[used++] = (char)(byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
    }
    return used;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* Levenshtein, one row at a time. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= b_len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];
            row[j] = least(row[j - 1] + 1, above + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_len];
}

static void consider(const char *candidate, const char *wanted, size_t wanted_len, const char **best, size_t *best_cost)
{
    char name[LONGEST];
    if (candidate == NULL) {
        return;
    }
    size_t len = folded(name, candidate, strlen(candidate));
    size_t cost = distance(name, len, wanted, wanted_len);
    if (cost < *best_cost) {
        *best = candidate;
        *best_cost = cost;
    }
}

const char *ecsp_param_suggest(const struct ecsp_param *params, struct ecsp_str name)
{
    char wanted[LONGEST];
    size_t wanted_len = folded(wanted, name.data, name.len);
    const char *best = NULL;
    size_t best_cost = wanted_len / 3 + 1; /* a third of the letters may be wrong */
    for (; params->lua != NULL; params++) {
        consider(params->lua, wanted, wanted_len, &best, &best_cost);
        const char *same = best;
        consider(params->alias, wanted, wanted_len, &best, &best_cost);
        consider(params->wire, wanted, wanted_len, &best, &best_cost);
        if (best != same) {
            best = params->lua; /* whichever spelling was near, ours is the one to write */
        }
    }
    return best;
}
