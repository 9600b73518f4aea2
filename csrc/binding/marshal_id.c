/* Ids: which value of a table is the id, whether it is of the right kind, and how to say that it is
 * not. */
#include "marshal.h"

#include <string.h>

/* A table in a table: `{ image_pipeline_id = pipeline }`, `{ ids = { pipeline } }`. */
#define MAX_DEPTH 4

static int is_missing(lua_State *L, int type)
{
    return type == LUA_TNIL || (type == LUA_TSTRING && ecsp_tostr(L, -1).len == 0);
}

/* Replaces the table on top by what it has under the first key of the kind, else by its `id`. */
static void take_id(lua_State *L, const struct ecsp_id_kind *kind)
{
    int table = lua_gettop(L);
    int found = 0;
    for (const char *const *key = kind->keys; *key != NULL && !found; key++) {
        found = !is_missing(L, ecsp_rawgetfield(L, table, *key));
        if (!found) {
            lua_pop(L, 1);
        }
    }
    if (!found) {
        ecsp_rawgetfield(L, table, "id");
    }
    if (lua_istable(L, -1) && ecsp_rawlen(L, -1) == 1) { /* ids = { "ip-1" } */
        lua_rawgeti(L, -1, 1);
        lua_remove(L, -2);
    }
    lua_remove(L, table);
}

void ecsp_id_push(lua_State *L, const struct ecsp_id_kind *kind, int index)
{
    luaL_checkstack(L, 6, "arguments nest too deep");
    lua_pushvalue(L, index);
    for (int depth = 0; kind != NULL && lua_istable(L, -1) && depth < MAX_DEPTH; depth++) {
        if (ecsp_rawlen(L, -1) > 0) {
            return; /* a list */
        }
        take_id(L, kind);
    }
}

/* Pushes what was given, the rule and what to do: the parts of a finding. */
static void push_finding(lua_State *L, const struct ecsp_id_kind *kind,
                         const struct ecsp_id_kind *other, int is_name, int index)
{
    luaL_checkstack(L, 6, "too many findings");
    if (other != NULL) {
        lua_pushfstring(L, "the id of %s, \"%s\xE2\x80\xA6\"", other->title, other->prefix);
    } else {
        ecsp_push_shape(L, index);
    }
    if (kind->prefix != NULL) {
        lua_pushfstring(L, "the id of %s, \"%s\xE2\x80\xA6\"", kind->title, kind->prefix);
    } else {
        lua_pushfstring(L, "the id of %s", kind->title);
    }
    if (is_name) {
        lua_pushfstring(L, "that looks like a name: every id begins with \"%s\"", kind->prefix);
    } else {
        lua_pushfstring(L, "pass it, or a table with %s or id", kind->keys[0]);
    }
}

void ecsp_id_check_text(struct ecsp_marshal *m, const struct ecsp_id_kind *kind,
                        struct ecsp_str text, int index, const struct ecsp_path *path)
{
    const struct ecsp_id_kind *other = NULL;
    enum ecsp_id_fit fit = kind != NULL ? ecsp_id_check(kind, text, &other) : ECSP_ID_FITS;
    if (fit != ECSP_ID_FITS) {
        push_finding(m->L, kind, other, fit == ECSP_ID_NAME, index);
        ecsp_report_rule(m, path, 0);
    }
}

/***
The id that is meant where a resource is wanted: a text, or a table that has it. Of a table the key
of that kind counts first (`image_id` where an image is wanted), `id` last.
@function id
@tparam string kind "pipeline"; `operation(name).parameters` names the kind of each parameter as
`id`
@param given
@treturn[1] string id
@treturn[2] nil
@treturn[2] string why: "none" (missing, or not a text), "several", "name" (not an id, but what a
person calls it), "other" (the id of another kind)
@treturn[2] string shape of what was given, as in the findings of `check`
@treturn[2] string rule
@treturn[2] string fix
@raise if there is no such kind
*/
int ecsp_id_read(lua_State *L)
{
    const struct ecsp_id_kind *kind = ecsp_id_find(ecsp_checkstr(L, 1));
    const struct ecsp_id_kind *other = NULL;
    enum ecsp_id_fit fit = ECSP_ID_FITS;
    luaL_argcheck(L, kind != NULL, 1, "no such kind");
    lua_settop(L, 2);
    ecsp_id_push(L, kind, 2);
    struct ecsp_str id = ecsp_tostr(L, 3);
    int several = lua_istable(L, 3) && ecsp_rawlen(L, 3) > 1;
    if (lua_type(L, 3) == LUA_TSTRING && id.len > 0) {
        fit = ecsp_id_check(kind, id, &other);
        if (fit == ECSP_ID_FITS) {
            return 1;
        }
    }
    static const char *const reasons[] = {
        [ECSP_ID_FITS] = "none", [ECSP_ID_NAME] = "name", [ECSP_ID_OTHER] = "other"};
    lua_pushnil(L);
    lua_pushstring(L, several ? "several" : reasons[fit]);
    push_finding(L, kind, other, fit == ECSP_ID_NAME, fit == ECSP_ID_FITS && !several ? 2 : 3);
    return 5;
}
