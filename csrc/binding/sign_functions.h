/*
 * What this is: `core.sign`: each stage of both signatures by itself, for vectors, diagnosis and
 * the emulator.
 *
 * May include: luaglue.h, ../wire headers.
 */
#ifndef ECSP_SIGN_FUNCTIONS_H
#define ECSP_SIGN_FUNCTIONS_H

#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* Pushes the table of stage functions. */
void ecsp_sign_functions_push(lua_State *L);

/* core.percent_encode(text) */
int ecsp_sign_functions_percent_encode(lua_State *L);

ECSP_HIDDEN_END

#endif
