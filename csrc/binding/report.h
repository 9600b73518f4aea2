/*
 * What this is: the list of everything that is wrong with the arguments of one call, collected in
 * one pass and handed out whole. A finding names the parameter, the shape of the value (never the
 * value), the rule and what to do.
 *
 * May include: luaglue.h, ../wire/buf.h.
 *
 * Ownership: findings live in Lua tables at two stack slots that the caller reserves.
 */
#ifndef ECSP_REPORT_H
#define ECSP_REPORT_H

#include "../wire/buf.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* Where in the arguments we are; a chain of these lives on the C stack during the walk. */
struct ecsp_path {
    const struct ecsp_path *parent;
    struct ecsp_str name; /* a field; empty data = a list item */
    size_t index;         /* 1-based */
};

struct ecsp_report {
    lua_State *L;
    int failures; /* absolute stack slots: nil, or a list */
    int warnings;
};

/* Pushes two nils and remembers them. */
void ecsp_report_init(struct ecsp_report *report, lua_State *L);

/* Pops three strings: shape, rule, fix. `slot` is report->failures or report->warnings. */
void ecsp_report_add(struct ecsp_report *report, int slot, const struct ecsp_path *path);

int ecsp_report_has_failures(const struct ecsp_report *report);

/* Orders both lists by parameter, since tables are walked in no order. */
void ecsp_report_sort(struct ecsp_report *report);

/* Pushes `{ kind = "validation", … }` that carries the failures and warnings. */
void ecsp_report_push_error(struct ecsp_report *report, const char *operation);

/* Pushes the shape of a value: "string of 70 characters", "list of 3 items", "boolean". */
void ecsp_push_shape(lua_State *L, int index);

/* Pushes a path as messages show it: "image_options.image_tags", "disks[2].format". */
void ecsp_push_path(lua_State *L, const struct ecsp_path *path);

ECSP_HIDDEN_END

#endif
