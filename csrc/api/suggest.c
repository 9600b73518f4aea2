#include "suggest.h"

#include <string.h>

static size_t folded(char *out, const char *text, size_t len)
{
    size_t used = 0;
    for (size_t i = 0; i < len && used < ECSP_NEAREST_LONGEST; i++) {
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

/* Levenshtein, and two neighbours that changed places are one mistake. Three rows are enough. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][ECSP_NEAREST_LONGEST + 1];
    for (size_t j = 0; j <= b_len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        const size_t *second = rows[(i + 1) % 3]; /* two rows above */
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(row[j - 1] + 1, above[j] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], row[j], second[j - 2] + 1);
            }
        }
    }
    return rows[a_len % 3][b_len];
}

void ecsp_nearest_init(struct ecsp_nearest *nearest, struct ecsp_str word)
{
    nearest->word_len = folded(nearest->word, word.data, word.len);
    nearest->best = NULL;
    nearest->best_cost = nearest->word_len / 3 + 1; /* a third of the letters may be wrong */
}

void ecsp_nearest_limit(struct ecsp_nearest *nearest, size_t most)
{
    size_t half = nearest->word_len / 2;
    nearest->best_cost = (most < half ? most : half) + 1;
}

void ecsp_nearest_offer(struct ecsp_nearest *nearest, const char *candidate, const char *answer)
{
    char name[ECSP_NEAREST_LONGEST];
    if (candidate == NULL) {
        return;
    }
    size_t len = folded(name, candidate, strlen(candidate));
    size_t cost = distance(name, len, nearest->word, nearest->word_len);
    if (cost < nearest->best_cost) {
        nearest->best = answer;
        nearest->best_cost = cost;
    }
}

/* Whichever spelling was near, ours is the one to write. */
const char *ecsp_param_suggest(const struct ecsp_param *params, struct ecsp_str name)
{
    struct ecsp_nearest nearest;
    ecsp_nearest_init(&nearest, name);
    for (; params->lua != NULL; params++) {
        ecsp_nearest_offer(&nearest, params->lua, params->lua);
        ecsp_nearest_offer(&nearest, params->alias, params->lua);
        ecsp_nearest_offer(&nearest, params->wire, params->lua);
    }
    return nearest.best;
}

static void search(const struct ecsp_param *params, struct ecsp_nearest *nearest,
                   struct ecsp_place *at, struct ecsp_place *best)
{
    if (at->count == ECSP_DEEPEST) {
        return;
    }
    for (; params->lua != NULL; params++) {
        if ((params->flags & ECSP_DEPRECATED) != 0) {
            continue;
        }
        size_t cost = nearest->best_cost;
        ecsp_nearest_offer(nearest, params->lua, params->lua);
        ecsp_nearest_offer(nearest, params->alias, params->lua);
        ecsp_nearest_offer(nearest, params->wire, params->lua);
        at->steps[at->count++] = params;
        if (nearest->best_cost < cost) {
            *best = *at;
        }
        if (params->fields != NULL) {
            search(params->fields, nearest, at, best);
        }
        at->count--;
    }
}

struct ecsp_place ecsp_param_suggest_deep(const struct ecsp_param *params, struct ecsp_str name)
{
    struct ecsp_place at = {{NULL}, 0};
    struct ecsp_place best = {{NULL}, 0};
    struct ecsp_nearest nearest;
    ecsp_nearest_init(&nearest, name);
    search(params, &nearest, &at, &best);
    return best;
}
