/*
 * What this is: the flat list of parameters of one request, sorted by name once it is complete.
 *
 * May include: ecsp.h, buf.h, percent.h.
 *
 * Ownership: the list copies names and values; `free` wipes them. The pairs that `sort` makes
 * point into the list and live until the next `add` or `free`.
 */
#ifndef ECSP_PARAMS_H
#define ECSP_PARAMS_H

#include "buf.h"

ECSP_HIDDEN_BEGIN

/* Signature 1.0 signs the protocol's own parameters together with the API's, but sends them in
 * another place. */
enum ecsp_param_kind {
    ECSP_PARAM_API = 1,
    ECSP_PARAM_PROTOCOL = 2,
    ECSP_PARAM_ANY = 3,
};

struct ecsp_pair {
    struct ecsp_str name;
    struct ecsp_str value;
    enum ecsp_param_kind kind;
};

struct ecsp_params {
    struct ecsp_buf bytes; /* name, value, name, value … */
    struct ecsp_buf spans; /* their lengths and kinds */
    struct ecsp_buf pairs; /* struct ecsp_pair[count], after sort */
    size_t count;
};

void ecsp_params_init(struct ecsp_params *params, size_t max_bytes);
void ecsp_params_free(struct ecsp_params *params);

/* Empties the list for another request, and keeps memory as ecsp_buf_wipe does. */
void ecsp_params_wipe(struct ecsp_params *params);

enum ecsp_status ecsp_params_add(struct ecsp_params *params, enum ecsp_param_kind kind,
                                 struct ecsp_str name, struct ecsp_str value);

/*
 * Orders the list bytewise by name (`Tag.1.Key` < `Tag.10.Key` < `Tag.2.Key`). A name that occurs
 * twice gives ECSP_ERR_INVALID and *duplicate is that name: the service would keep one of them,
 * silently.
 */
enum ecsp_status ecsp_params_sort(struct ecsp_params *params, struct ecsp_str *duplicate);
const struct ecsp_pair *ecsp_params_pairs(const struct ecsp_params *params);

/* After sort: appends `name=value&name=value`, encoded, of the wanted kinds. An empty value gives
 * `name=`. */
enum ecsp_status ecsp_params_encode(const struct ecsp_params *params, unsigned kinds,
                                    struct ecsp_buf *out);

/* The first failed append, or ECSP_OK. */
enum ecsp_status ecsp_params_status(const struct ecsp_params *params);

ECSP_HIDDEN_END

#endif
