/*
 * What this is: what changes from attempt to attempt, read from its Lua table: keys, endpoint,
 * time, nonce, token.
 *
 * May include: luaglue.h, marshal.h, session.h.
 *
 * Ownership: the strings and the credentials are pushed on the Lua stack and stay there; views
 * point into them.
 */
#ifndef ECSP_ATTEMPT_H
#define ECSP_ATTEMPT_H

#include "luaglue.h"
#include "marshal.h"
#include "session.h"

ECSP_HIDDEN_BEGIN

/* Of the caller's own; the request's are a dozen more. */
#define ECSP_MAX_EXTRA_HEADERS 32

struct ecsp_attempt {
    enum ecsp_mode mode;
    struct ecsp_str region;
    struct ecsp_str client_token;
    double timeout;                  /* seconds; 0 = none */
    struct ecsp_request_input input; /* keys, endpoint, nonce, time, extra headers */
    struct ecsp_header headers[ECSP_MAX_EXTRA_HEADERS];
    char nonce[ECSP_NONCE_HEX];
};

/* What checking alone needs: mode, region, client_token. The table may be absent. */
void ecsp_attempt_read_defaults(lua_State *L, int index, struct ecsp_attempt *attempt);

/* All of it; `anonymous` = unsigned, so that no credentials are wanted and none are read. Raises on
 * fields of the wrong type. Returns NULL, or the rule that a value breaks. */
const char *ecsp_attempt_read(lua_State *L, int index, struct ecsp_session *session, int anonymous,
                              struct ecsp_attempt *attempt);

ECSP_HIDDEN_END

#endif
