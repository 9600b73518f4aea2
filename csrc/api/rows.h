/*
 * What this is: the macros that keep the tables at one row a parameter.
 *
 * May include: schema.h. For the table files of csrc/api only.
 */
#ifndef ECSP_ROWS_H
#define ECSP_ROWS_H

#include "schema.h"

/* clang-format off */

/* A list of strings, closed by NULL. */
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The rule "one of these". */
#define VALUES(...) (&(const struct ecsp_text){.values = LIST(__VA_ARGS__)})

/* A row: name in Lua, name on the wire, type, and whatever else is known of it. */
#define PARAM(in_lua, on_wire, kind, ...) {.lua = (in_lua), .wire = (on_wire), .type = ECSP_##kind, __VA_ARGS__}
#define PARAM_PLAIN(in_lua, on_wire, kind) {.lua = (in_lua), .wire = (on_wire), .type = ECSP_##kind}
#define FIELD(in_lua, on_wire, kind, ...) {.lua = (in_lua), .wire = (on_wire), .type = ECSP_##kind, __VA_ARGS__}
#define FIELD_PLAIN(in_lua, on_wire, kind) {.lua = (in_lua), .wire = (on_wire), .type = ECSP_##kind}

/* Closes a table. */
#define END {.lua = NULL}

/* clang-format on */

#endif
