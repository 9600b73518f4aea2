/*
 * What this is: core.regex, POSIX extended expressions for Lua (name_regex and its like), by the C
 * library's own matcher.
 *
 * May include: luaglue.h, <regex.h>.
 *
 * Ownership: the userdata owns the compiled expression; its finalizer frees it.
 *
 * Bounds: glibc's matcher can take seconds and hundreds of megabytes for large repeats on long
 * texts, so patterns, repeats, texts, and the product of pattern and text are bounded before it
 * sees them. What is left costs a tenth of a second at the very worst, microseconds for a name.
 */
#ifndef ECSP_REGEX_H
#define ECSP_REGEX_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

int ecsp_regex_new(lua_State *L);

void ecsp_regex_register(lua_State *L);

ECSP_HIDDEN_END

#endif
