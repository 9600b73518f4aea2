/*
 * What this is: Lua arguments → parameters of a request, checked on the way.
 *
 * May include: luaglue.h, report.h, ../api/schema.h, ../wire/request.h.
 *
 * Ownership: writes into the caller's request; findings go to the caller's report. Arguments are
 * read raw, so no metamethod of a user's table runs here.
 *
 * What cannot be written is refused always: wrong types, lists with holes, inexact numbers,
 * invalid UTF-8, unknown names. The service's rules (lengths, ranges, characters, enums,
 * required) follow `mode`.
 */
#ifndef ECSP_MARSHAL_H
#define ECSP_MARSHAL_H

#include "../api/schema.h"
#include "../wire/request.h"
#include "luaglue.h"
#include "report.h"

ECSP_HIDDEN_BEGIN

enum ecsp_mode {
    ECSP_MODE_STRICT,
    ECSP_MODE_WARN, /* broken rules become warnings */
    ECSP_MODE_OFF,
};

struct ecsp_marshal {
    lua_State *L;
    struct ecsp_request *request;
    struct ecsp_report report;
    enum ecsp_mode mode;
    const char *operation;
    const struct ecsp_param *params; /* of the operation */
    int root;                        /* stack index of the arguments */
    struct ecsp_str region;          /* defaults of the attempt; empty = none */
    struct ecsp_str client_token;
};

/* The arguments of a known operation: names and rules from its table. */
void ecsp_marshal_typed(struct ecsp_marshal *m, const struct ecsp_operation *operation, int args);

/* Any table in the service's own spelling: lists become Name.1, tables Name.Field. */
void ecsp_marshal_plain(struct ecsp_marshal *m, int table, const struct ecsp_path *path);

/* A map of tags, numbered in bytewise key order, or a list of { key =, value = }; `count` entries.
 */
void ecsp_marshal_tag_map(struct ecsp_marshal *m, const struct ecsp_param *param, int table,
                          size_t count, const struct ecsp_path *path);
void ecsp_marshal_tag_list(struct ecsp_marshal *m, const struct ecsp_param *param, int table,
                           size_t count, const struct ecsp_path *path);

/* INTEGER and NUMBER (marshal_number.c): the value at the index, checked and written. */
void ecsp_marshal_integer(struct ecsp_marshal *m, const struct ecsp_param *param, int index,
                          const struct ecsp_path *path);
void ecsp_marshal_number(struct ecsp_marshal *m, int index, const struct ecsp_path *path);

/* Ids (marshal_id.c). Pushes one value: the id that the table at the index has, or the value there
 * as it is. No kind: the value. */
void ecsp_id_push(lua_State *L, const struct ecsp_id_kind *kind, int index);

/* A finding unless the text may be an id of the kind, or there is no kind. */
void ecsp_id_check_text(struct ecsp_marshal *m, const struct ecsp_id_kind *kind,
                        struct ecsp_str text, int index, const struct ecsp_path *path);

/* core.id */
int ecsp_id_read(lua_State *L);

/* The parts that all of them share (marshal_common.c). */

enum ecsp_scalar {
    ECSP_SCALAR_OK,
    ECSP_SCALAR_TYPE,
    ECSP_SCALAR_INEXACT,
};

/* The text that a string, an exact number or a boolean has on the wire. `digits` backs a number's
 * text. */
enum ecsp_scalar ecsp_scalar_text(lua_State *L, int index, char digits[ECSP_MAX_DIGITS],
                                  struct ecsp_str *text);

enum ecsp_list {
    ECSP_LIST_EMPTY,
    ECSP_LIST_PROPER, /* 1..n */
    ECSP_LIST_HOLES,
    ECSP_LIST_MAP, /* only keys that are strings */
    ECSP_LIST_MIXED,
    ECSP_LIST_TOO_LONG,
};
#define ECSP_MAX_ITEMS 1000

enum ecsp_list ecsp_list_kind(lua_State *L, int index, size_t *count);

/* Appends to the wire name (with a dot where needed) and gives the length to go back to. */
size_t ecsp_name_push(struct ecsp_request *request, struct ecsp_str part);
size_t ecsp_name_push_index(struct ecsp_request *request, size_t index);
void ecsp_name_pop(struct ecsp_request *request, size_t len);

/* Adds the value under the wire name as it stands. */
void ecsp_write_value(struct ecsp_marshal *m, struct ecsp_str value);

/* Checks a text against its rules; every broken rule is one finding about the value at the index.
 */
void ecsp_check_text(struct ecsp_marshal *m, const struct ecsp_text *rules, struct ecsp_str text,
                     int index, const struct ecsp_path *path);

/* A finding about a rule of the service, which follows the mode; pops shape, rule, fix. */
void ecsp_report_rule(struct ecsp_marshal *m, const struct ecsp_path *path, int always_warn);

/* Pushes the bytes of the request's scratch buffer and empties it. */
void ecsp_push_scratch(struct ecsp_marshal *m);

/* A finding about the value at the index: always a failure, whatever the mode. */
void ecsp_refuse(struct ecsp_marshal *m, const struct ecsp_path *path, int index, const char *rule,
                 const char *fix);

/* Refuses a value that is not a list where one is needed; `kind` is not PROPER and not EMPTY. */
void ecsp_refuse_list(struct ecsp_marshal *m, const struct ecsp_path *path, int index,
                      enum ecsp_list kind);

/* Refuses a scalar for the reason given; `wanted` is the rule. */
void ecsp_refuse_scalar(struct ecsp_marshal *m, const struct ecsp_path *path, int index,
                        enum ecsp_scalar why, const char *wanted);

ECSP_HIDDEN_END

#endif
