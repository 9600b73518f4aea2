#include "params.h"

#include <stdlib.h>
#include <string.h>

#include "percent.h"
#include "str.h"

#define MAX_PARAMS 16384

struct span {
    size_t name_len;
    size_t value_len;
    enum ecsp_param_kind kind;
};

void ecsp_params_init(struct ecsp_params *params, size_t max_bytes)
{
    ecsp_buf_init(&params->bytes, max_bytes);
    ecsp_buf_init(&params->spans, MAX_PARAMS * sizeof(struct span));
    ecsp_buf_init(&params->pairs, MAX_PARAMS * sizeof(struct ecsp_pair));
    params->count = 0;
}

void ecsp_params_free(struct ecsp_params *params)
{
    ecsp_buf_free(&params->bytes);
    ecsp_buf_free(&params->spans);
    ecsp_buf_free(&params->pairs);
    params->count = 0;
}

void ecsp_params_wipe(struct ecsp_params *params)
{
    ecsp_buf_wipe(&params->bytes);
    ecsp_buf_wipe(&params->spans);
    ecsp_buf_wipe(&params->pairs);
    params->count = 0;
}

enum ecsp_status ecsp_params_add(struct ecsp_params *params, enum ecsp_param_kind kind,
                                 struct ecsp_str name, struct ecsp_str value)
{
    struct span span = {name.len, value.len, kind};
    ecsp_buf_str(&params->bytes, name);
    ecsp_buf_str(&params->bytes, value);
    ecsp_buf_append(&params->spans, &span, sizeof span);
    enum ecsp_status status = ecsp_params_status(params);
    if (status == ECSP_OK) {
        params->count++;
    }
    return status;
}

enum ecsp_status ecsp_params_status(const struct ecsp_params *params)
{
    return params->bytes.status != ECSP_OK ? params->bytes.status : params->spans.status;
}

static int compare_pairs(const void *a, const void *b)
{
    return ecsp_str_compare(((const struct ecsp_pair *)a)->name,
                            ((const struct ecsp_pair *)b)->name);
}

enum ecsp_status ecsp_params_sort(struct ecsp_params *params, struct ecsp_str *duplicate)
{
    if (ecsp_params_status(params) != ECSP_OK) {
        return ecsp_params_status(params);
    }
    ecsp_buf_clear(&params->pairs);
    void *place = ecsp_buf_reserve(&params->pairs, params->count * sizeof(struct ecsp_pair));
    if (place == NULL) {
        return params->pairs.status;
    }
    ecsp_buf_grown(&params->pairs, params->count * sizeof(struct ecsp_pair));
    struct ecsp_pair *pairs = place;
    const char *at = params->bytes.data;
    for (size_t i = 0; i < params->count; i++) {
        struct span span;
        memcpy(&span, params->spans.data + i * sizeof span, sizeof span);
        pairs[i].name = (struct ecsp_str){at, span.name_len};
        pairs[i].value = (struct ecsp_str){at + span.name_len, span.value_len};
        pairs[i].kind = span.kind;
        at += span.name_len + span.value_len;
    }
    if (params->count > 1) {
        qsort(pairs, params->count, sizeof *pairs, compare_pairs);
    }
    for (size_t i = 1; i < params->count; i++) {
        if (compare_pairs(&pairs[i - 1], &pairs[i]) == 0) {
            *duplicate = pairs[i].name;
            return ECSP_ERR_INVALID;
        }
    }
    return ECSP_OK;
}

const struct ecsp_pair *ecsp_params_pairs(const struct ecsp_params *params)
{
    const void *pairs = params->pairs.data;
    return pairs;
}

enum ecsp_status ecsp_params_encode(const struct ecsp_params *params, unsigned kinds,
                                    struct ecsp_buf *out)
{
    const struct ecsp_pair *pairs = ecsp_params_pairs(params);
    int first = 1;
    for (size_t i = 0; i < params->count; i++) {
        if ((pairs[i].kind & kinds) == 0) {
            continue;
        }
        if (!first) {
            ecsp_buf_byte(out, '&');
        }
        first = 0;
        ecsp_percent_encode(out, pairs[i].name);
        ecsp_buf_byte(out, '=');
        ecsp_percent_encode(out, pairs[i].value);
    }
    return out->status;
}
