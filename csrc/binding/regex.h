/*
 * What this is: core.regex, POSIX extended expressions for Lua (name_regex and its like).
 *
 * May include: luaglue.h, ../wire/ere.h.
 *
 * Ownership: the userdata is the program; it needs no finalizer.
 */
#ifndef ECSP_REGEX_H
#define ECSP_REGEX_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

int ecsp_regex_new(lua_State *L);

void ecsp_regex_register(lua_State *L);

ECSP_HIDDEN_END

#endif
