/*
 * What this is: the two immutable userdata a call works with. A session holds what never changes
 * between calls (how to sign, where to decode, the digest, a pool of random bytes for nonces).
 * Credentials are apart: a refresh makes new ones, and calls in flight keep theirs.
 *
 * May include: luaglue.h, ../wire/digest.h, ../wire/request.h.
 *
 * Ownership: a session owns its digest; credentials own copies of the keys inside their own block
 * and wipe them, and the HMACs that are keyed with the secret.
 *
 * Threads and forks: a session belongs to one lua_State. The pool carries the pid that filled it,
 * so a forked child never repeats its parent's nonces.
 */
#ifndef ECSP_SESSION_H
#define ECSP_SESSION_H

#include <sys/types.h>

#include "../wire/digest.h"
#include "../wire/request.h"
#include "luaglue.h"

ECSP_HIDDEN_BEGIN

#define ECSP_SESSION_TYPE "ecs_pipeline.session"
#define ECSP_CREDENTIALS_TYPE "ecs_pipeline.credentials"

#define ECSP_NONCE_BYTES 16
#define ECSP_NONCE_HEX 32
#define ECSP_POOL_NONCES 16 /* getrandom costs a system call: 16 nonces share one */

struct ecsp_session {
    struct ecsp_digest *digest; /* NULL = closed */
    enum ecsp_signature_version signature;
    enum ecsp_placement placement;
    pid_t pool_pid;
    size_t pool_left;
    unsigned char pool[ECSP_NONCE_BYTES * ECSP_POOL_NONCES];
};

struct ecsp_credentials {
    struct ecsp_signing_key key; /* its secret is the one in `bytes` */
    size_t id_len;               /* 0 = closed */
    size_t token_len;
    size_t provider_len;
    char bytes[1]; /* id, secret, token, provider */
};

/* core.session(options), core.credentials(fields) */
int ecsp_session_new(lua_State *L);
int ecsp_credentials_new(lua_State *L);
/* The id, shortened to what tells two keys apart: "LTAI…Ab3d"; of a short one, "***". */
#define ECSP_SHORT_ID 11
struct ecsp_str ecsp_credentials_short_id(const struct ecsp_credentials *credentials,
                                          char out[ECSP_SHORT_ID]);

void ecsp_session_register(lua_State *L);

/* The open object at the index; raises otherwise. */
struct ecsp_session *ecsp_session_check(lua_State *L, int index);
struct ecsp_credentials *ecsp_credentials_check(lua_State *L, int index);

/* Fills the key fields of the input with views into the credentials, which must stay on the stack.
 */
void ecsp_credentials_view(struct ecsp_credentials *credentials, struct ecsp_request_input *input);

enum ecsp_status ecsp_session_nonce(struct ecsp_session *session, char out[ECSP_NONCE_HEX]);

ECSP_HIDDEN_END

#endif
