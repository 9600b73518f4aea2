/*
 * What this is: the kinds of ids, as data: how the ids of a kind begin, where a table has one, and
 * whether a text may be an id of that kind. The one place that tells the id of one resource from
 * that of another.
 *
 * May include: ecsp.h.
 *
 * Ownership: everything is constant and static.
 *
 * How to add a kind: a row in ids.c, with its place in the list there, and a line here. A parameter
 * names its kind as `id_of`.
 */
#ifndef ECSP_IDS_H
#define ECSP_IDS_H

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

enum ecsp_id_form {
    ECSP_ID_ANY,    /* any text */
    ECSP_ID_OPEN,   /* any text that is not the id of another kind */
    ECSP_ID_PREFIX, /* only what begins with the prefix: another text is a name */
};

struct ecsp_id_kind {
    const char *name;  /* "pipeline" */
    const char *title; /* of one, in messages: "a pipeline" */
    const char
        *prefix; /* every id that the service creates begins with it: "ip-"; NULL: not known */
    enum ecsp_id_form form;
    const char *const *keys; /* of a table that has the id, the first one first; `id` comes last */
};

enum ecsp_id_fit {
    ECSP_ID_FITS,
    ECSP_ID_NAME,  /* not an id of this kind, nor of another one */
    ECSP_ID_OTHER, /* the id of another kind */
};

/* All of them, closed by NULL. */
extern const struct ecsp_id_kind *const ecsp_id_kinds[];

extern const struct ecsp_id_kind ecsp_id_pipeline;
extern const struct ecsp_id_kind ecsp_id_execution;
extern const struct ecsp_id_kind ecsp_id_image;
extern const struct ecsp_id_kind ecsp_id_component;
extern const struct ecsp_id_kind ecsp_id_vpc;
extern const struct ecsp_id_kind ecsp_id_vswitch;
extern const struct ecsp_id_kind ecsp_id_resource_group;
extern const struct ecsp_id_kind ecsp_id_snapshot;
extern const struct ecsp_id_kind ecsp_id_instance;
extern const struct ecsp_id_kind ecsp_id_disk;
extern const struct ecsp_id_kind ecsp_id_security_group;
extern const struct ecsp_id_kind ecsp_id_network_interface;
extern const struct ecsp_id_kind ecsp_id_route_table;
extern const struct ecsp_id_kind ecsp_id_dedicated_host;
extern const struct ecsp_id_kind ecsp_id_dhcp_options_set;
extern const struct ecsp_id_kind ecsp_id_instance_type;
extern const struct ecsp_id_kind ecsp_id_zone;
extern const struct ecsp_id_kind ecsp_id_region;
extern const struct ecsp_id_kind ecsp_id_account;
extern const struct ecsp_id_kind ecsp_id_ipam_pool;
extern const struct ecsp_id_kind ecsp_id_key;
extern const struct ecsp_id_kind ecsp_id_resource; /* of any kind */

/* The kind with that name; NULL if there is none. */
const struct ecsp_id_kind *ecsp_id_find(struct ecsp_str name);

/* May this text be an id of the kind? `other` becomes the kind that it is an id of, if that is
 * another one. An empty text fits: what is missing is for others to say. */
enum ecsp_id_fit ecsp_id_check(const struct ecsp_id_kind *kind, struct ecsp_str text,
                               const struct ecsp_id_kind **other);

ECSP_HIDDEN_END

#endif
