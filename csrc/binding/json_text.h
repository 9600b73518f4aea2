/*
 * What this is: the door that every JSON text passes before a decoder of the host reads it: what
 * RFC 8259 does not allow is refused, and numbers that a double does not hold become strings.
 *
 * May include: luaglue.h, ../wire/json.h.
 *
 * Ownership: what is pushed belongs to Lua.
 */
#ifndef ECSP_JSON_TEXT_H
#define ECSP_JSON_TEXT_H

#include "../wire/json.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

/* Pushes the text for the decoder, made of the string at the index; a bad one as it is. `*bad_at`,
 * if it is wanted, is then the offset of the first byte that is wrong. */
enum ecsp_json ecsp_json_push(lua_State *L, int index, size_t *bad_at);

/* core.json_text(text) */
int ecsp_json_text(lua_State *L);

ECSP_HIDDEN_END

#endif
