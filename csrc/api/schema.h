/*
 * What this is: the shape of the API as data. One `struct ecsp_operation` per action, one row per
 * parameter and per result field; checking, marshalling, unmarshalling and reflection all read
 * these tables and nothing else.
 *
 * May include: ecsp.h, ids.h, operation_list.h. No Lua, no libraries.
 *
 * Ownership: everything is constant and static.
 *
 * How to add a parameter: a row. How to add an action: see operation_list.h. What else belongs to
 * them: CONTRIBUTING.md.
 */
#ifndef ECSP_SCHEMA_H
#define ECSP_SCHEMA_H

#include "../ecsp.h"
#include "ids.h"
#include "operation_list.h"

ECSP_HIDDEN_BEGIN

enum ecsp_type {
    ECSP_STRING,
    ECSP_INTEGER,
    ECSP_BOOLEAN,
    ECSP_OBJECT,  /* Parent.Child */
    ECSP_LIST,    /* Name.1, Name.2: strings */
    ECSP_OBJECTS, /* Name.1.Child */
    ECSP_TAGS,    /* Name.1.Key, Name.1.Value; a map in Lua */
    ECSP_NUMBER,  /* with a fraction or without */
};

enum ecsp_charset {
    ECSP_CHARS_ANY,
    ECSP_CHARS_LETTER, /* ASCII letters and Chinese characters U+4E00 to U+9FFF */
    ECSP_CHARS_NAME,   /* those, digits, colon, period, underscore, hyphen */
    ECSP_CHARS_FAMILY, /* the same without the period */
    ECSP_CHARS_DIGIT,
    ECSP_CHARS_LOWER, /* a-z 0-9 */
    ECSP_CHARS_LOWER_DASH,
    ECSP_CHARS_PRINTABLE, /* ASCII 0x21 to 0x7E */
    ECSP_CHARS_SESSION,   /* ASCII letters and digits, . @ _ - */
    ECSP_CHARS_EXTERNAL,  /* those and + = , : / */
    ECSP_CHARS_TEXT,      /* all but control characters */
};

/* How a whole text is built, where a set of characters does not say it. */
enum ecsp_format {
    ECSP_FORMAT_ANY,
    ECSP_FORMAT_VERSION,        /* major.minor.patch, each in digits */
    ECSP_FORMAT_VERSION_FILTER, /* the same, where * may stand for one part */
};

/* The rules of one text. Lengths in code points; 0 means "no limit". */
struct ecsp_text {
    uint32_t min_chars;
    uint32_t max_chars;
    uint32_t max_bytes;
    uint32_t max_commands; /* of a build script; only warned of */
    enum ecsp_charset first;
    enum ecsp_charset rest; /* every character after the first */
    enum ecsp_charset last;
    enum ecsp_format format;
    const char *const *not_prefix; /* NULL-terminated lists */
    const char *const *not_contain;
    const char *const *values;
    uint32_t min_prefix;           /* an IPv4 block, "10.0.0.0/8", with this many bits or more */
    uint32_t max_prefix;           /* 0 = not a block */
    const char *const *not_inside; /* blocks that it must not lie in */
};

enum ecsp_flag {
    ECSP_REQUIRED = 1,
    ECSP_DEPRECATED = 2,
    ECSP_IDENTIFIER = 4, /* of a result: also given as `id` */
    ECSP_REGION = 8,     /* defaults to the region of the attempt */
    ECSP_TOKEN = 16,     /* defaults to the client token of the attempt */
    ECSP_JOINED = 32,    /* a LIST that travels as one text, "a,b" */
};

/* Required when another parameter of the call has one of these values, or (NULL) any value. */
struct ecsp_condition {
    const char *param;
    const char *const *values;
};

struct ecsp_param {
    const char *lua;   /* terraform's name where terraform has one */
    const char *alias; /* the API's own name in snake_case, where it differs */
    const char *wire;
    enum ecsp_type type;
    unsigned flags;
    int64_t min;                      /* INTEGER: the range; LIST, OBJECTS, TAGS: how many items */
    int64_t max;                      /* 0, or below min = no limit */
    const struct ecsp_id_kind *id_of; /* STRING, LIST: an id of this kind, or a table with it */
    const struct ecsp_condition *id_unless; /* where this holds, it is a name, and not an id */
    const struct ecsp_text *text;           /* STRING; the items of a LIST; the values of TAGS */
    const struct ecsp_text *key_text;       /* the keys of TAGS */
    const struct ecsp_param *fields;        /* OBJECT, OBJECTS; closed by a row without a name */
    const struct ecsp_condition *required_when;
    const struct ecsp_condition *only_with; /* that other parameter, if given, has such a value */
    const char *required_unless; /* required when that other parameter of the call is absent */
    const char *replaced_by;
    const char *warning;       /* what follows when it is given, for people; not a broken rule */
    const char *warning_fix;   /* what to do about that */
    const char *default_value; /* the service's own default, for people */
    const char *unit;
};

struct ecsp_field {
    const char *lua;
    const char *wire;
    enum ecsp_type type;
    unsigned flags;
    const char
        *wrapper;    /* the only child of the object on the wire: a list, lifted into its place */
    const char *key; /* TAGS: the wire names of a pair */
    const char *value;
    const struct ecsp_field *fields;
};

struct ecsp_operation {
    const char *name; /* "pipeline.create" */
    const char *group;
    const char *verb;
    const char *product; /* "Ecs" */
    const char *version;
    const char *action;
    const char *ram_action;           /* NULL: none is asked for */
    const char *const *ram_resources; /* what that action is about, see rows.h; NULL-terminated */
    const char *makes_role;           /* the service whose service-linked role the first call of an
                                         account makes; NULL: none */
    int writes;
    int anonymous; /* goes out unsigned: what proves the caller is among the parameters */
    const struct ecsp_param *params;
    const struct ecsp_field *results;
};

/* All operations. */
extern const struct ecsp_operation *const ecsp_operations[];
extern const size_t ecsp_operation_count;

/* Each by itself: ecsp_pipeline_create and so on. */
#define ECSP_DECLARE(group, verb) extern const struct ecsp_operation ecsp_##group##_##verb;
ECSP_OPERATION_LIST(ECSP_DECLARE)
#undef ECSP_DECLARE

/* The result of an action whose reply has no other fields. */
extern const struct ecsp_field ecsp_only_request_id[];

/* The operation with that name; NULL if there is none. */
const struct ecsp_operation *ecsp_operation_find(struct ecsp_str name);

/* The row with that name or alias; NULL if there is no such row. */
const struct ecsp_param *ecsp_param_find(const struct ecsp_param *params, struct ecsp_str name);
const struct ecsp_field *ecsp_field_find(const struct ecsp_field *fields, struct ecsp_str wire);

ECSP_HIDDEN_END

#endif
