/*
 * What this is: the names of a table of result fields as Lua strings, made once in a state: a reply
 * is read without a new string, or a search, for each of its fields.
 *
 * May include: luaglue.h, ../api/schema.h.
 *
 * Ownership: the tables belong to the registry of the state. One per table of fields:
 * names[wire name] = row, from 1; names[ecsp_name_slot(row, name)] = that name of the row.
 */
#ifndef ECSP_FIELD_NAMES_H
#define ECSP_FIELD_NAMES_H

#include "../api/schema.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

enum ecsp_name {
    ECSP_NAME_LUA,
    ECSP_NAME_ALSO,    /* `id` of an identifier, `system_tags` of tags */
    ECSP_NAME_WRAPPER, /* on the wire, as the next two */
    ECSP_NAME_KEY,
    ECSP_NAME_VALUE,
    ECSP_NAME_FIELDS, /* no name: the table of the field's own fields */
    ECSP_NAME_COUNT,
};

static inline int ecsp_name_slot(int row, enum ecsp_name name)
{
    return row * ECSP_NAME_COUNT + (int)name;
}

/* Free, because rows begin with 1: how many fields the largest result had until now. */
#define ECSP_NAME_ROOM 1

/* Pushes the table of the results of an operation. */
void ecsp_field_names_push(lua_State *L, const struct ecsp_operation *operation);

ECSP_HIDDEN_END

#endif
