#include "session.h"

#include <string.h>
#include <unistd.h>

#include "../wire/buf.h"
#include "../wire/digest.h"
#include "../wire/str.h"

static int option(lua_State *L, const char *name, const char *const *choices, int fallback)
{
    if (ecsp_rawgetfield(L, 1, name) == LUA_TNIL) {
        lua_pop(L, 1);
        return fallback;
    }
    struct ecsp_str text = ecsp_tostr(L, -1);
    for (int i = 0; choices[i] != NULL; i++) {
        if (ecsp_str_equals(text, choices[i])) {
            lua_pop(L, 1);
            return i;
        }
    }
    return luaL_error(L, "session: %s is not one of the known values", name);
}

/***
A session: everything that stays the same between calls.
@function session
@tparam table options `decode` (a C function from JSON text to a table that raises on bad input,
such as a private `cjson.new().decode`), `user_agent` (string), `signature_version` ("auto", "v3" or
"1.0"), `placement` ("auto", "query" or "form")
@treturn userdata the session; immutable, garbage-collected
@raise on options of the wrong type
*/
int ecsp_session_new(lua_State *L)
{
    static const char *const signatures[] = {"auto", "v3", "1.0", NULL};
    static const char *const placements[] = {"auto", "query", "form", NULL};
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct ecsp_session *session = ecsp_newobject(L, sizeof *session, ECSP_SESSION_TYPE);
    session->signature = (enum ecsp_signature_version)option(L, "signature_version", signatures,
                                                             ECSP_SIGNATURE_AUTO);
    session->placement =
        (enum ecsp_placement)option(L, "placement", placements, ECSP_PLACEMENT_AUTO);
    lua_createtable(L, 1, 2); /* the one is for a request object; see request_object.c */
    ecsp_rawgetfield(L, 1, "decode");
    luaL_argcheck(L, lua_iscfunction(L, -1), 1,
                  "decode must be a C function, such as a private cjson.new().decode");
    ecsp_rawsetfield(L, -2, "decode");
    struct ecsp_str agent = ecsp_fieldstr(L, 1, "session: ", "user_agent", 1);
    luaL_argcheck(L, !ecsp_str_has_control(agent), 1,
                  "user_agent must not contain control characters");
    ecsp_rawsetfield(L, -2, "user_agent");
    ecsp_setuservalue(L, 2);
    session->digest = ecsp_digest_new();
    if (session->digest == NULL) {
        return luaL_error(L, "not enough memory");
    }
    return 1;
}

static int session_gc(lua_State *L)
{
    struct ecsp_session *session = ecsp_testobject(L, 1, ECSP_SESSION_TYPE);
    if (session != NULL) {
        ecsp_digest_free(session->digest);
        session->digest = NULL;
        ecsp_wipe(session->pool, sizeof session->pool);
        session->pool_left = 0;
    }
    return 0;
}

struct ecsp_session *ecsp_session_check(lua_State *L, int index)
{
    struct ecsp_session *session = ecsp_testobject(L, index, ECSP_SESSION_TYPE);
    luaL_argcheck(L, session != NULL, index, "a session from core.session is expected");
    luaL_argcheck(L, session->digest != NULL, index, "the session is closed");
    return session;
}

enum ecsp_status ecsp_session_nonce(struct ecsp_session *session, char out[ECSP_NONCE_HEX])
{
    pid_t pid = getpid();
    if (session->pool_left == 0 || session->pool_pid != pid) {
        if (ecsp_random(session->pool, sizeof session->pool) != ECSP_OK) {
            session->pool_left = 0;
            return ECSP_ERR_CRYPTO;
        }
        session->pool_left = ECSP_POOL_NONCES;
        session->pool_pid = pid;
    }
    session->pool_left--;
    unsigned char *nonce = session->pool + session->pool_left * ECSP_NONCE_BYTES;
    ecsp_hex(out, nonce, ECSP_NONCE_BYTES);
    ecsp_wipe(nonce, ECSP_NONCE_BYTES);
    return ECSP_OK;
}

/* A field of the credentials: pushed, so that its bytes stay. Returns the rule it breaks, or NULL.
 */
static const char *credential_field(lua_State *L, const char *name, int required,
                                    struct ecsp_str *out)
{
    *out = ecsp_fieldstr(L, 1, "credentials: ", name, required);
    if (out->len == 0 && required) {
        return "is empty";
    }
    for (size_t i = 0; i < out->len; i++) {
        unsigned char byte = (unsigned char)out->data[i];
        if (byte <= 0x20 || byte >= 0x7F) {
            return "holds white space, a control character or a letter beyond ASCII; copy it again "
                   "without them";
        }
    }
    return NULL;
}

/* LTAI…, of a user; STS.…, temporary */
static int looks_like_id(struct ecsp_str text)
{
    return ecsp_str_starts_with(text, "LTAI") || ecsp_str_starts_with(text, "STS.");
}

/***
Credentials of one identity; immutable. The copies made here are wiped when they are collected.
@function credentials
@tparam table fields `access_key_id`, `access_key_secret`, optional `security_token` (STS), optional
`provider` (sent as x-acs-credentials-provider)
@treturn[1] userdata credentials; `tostring` shows no secret
@treturn[2] nil
@treturn[2] string which field breaks which rule; never its value
@raise on fields of the wrong type
*/
int ecsp_credentials_new(lua_State *L)
{
    static const char *const names[] = {"access_key_id", "access_key_secret", "security_token",
                                        "provider"};
    struct ecsp_str fields[4];
    size_t total = 0;
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    for (size_t i = 0; i < 4; i++) {
        const char *broken = credential_field(L, names[i], i < 2, &fields[i]);
        if (broken != NULL) {
            lua_pushnil(L);
            lua_pushfstring(L, "%s %s", names[i], broken);
            return 2;
        }
        total += fields[i].len;
    }
    if (looks_like_id(fields[1]) && !looks_like_id(fields[0])) {
        lua_pushnil(L);
        lua_pushliteral(L, "access_key_secret begins as access key ids do, and access_key_id does "
                           "not: are the two swapped?");
        return 2;
    }
    struct ecsp_credentials *credentials =
        ecsp_newobject(L, sizeof(struct ecsp_credentials) + total, ECSP_CREDENTIALS_TYPE);
    char *place = credentials->bytes;
    for (size_t i = 0; i < 4; i++) {
        memcpy(place, fields[i].data, fields[i].len);
        place += fields[i].len;
    }
    credentials->key.secret = (struct ecsp_str){credentials->bytes + fields[0].len, fields[1].len};
    credentials->token_len = fields[2].len;
    credentials->provider_len = fields[3].len;
    credentials->id_len = fields[0].len;
    return 1;
}

static int credentials_gc(lua_State *L)
{
    struct ecsp_credentials *credentials = ecsp_testobject(L, 1, ECSP_CREDENTIALS_TYPE);
    if (credentials != NULL && credentials->id_len > 0) {
        ecsp_signing_key_free(&credentials->key);
        ecsp_wipe(credentials->bytes,
                  credentials->id_len + credentials->key.secret.len + credentials->token_len);
        credentials->id_len = 0;
    }
    return 0;
}

struct ecsp_credentials *ecsp_credentials_check(lua_State *L, int index)
{
    struct ecsp_credentials *credentials = ecsp_testobject(L, index, ECSP_CREDENTIALS_TYPE);
    if (credentials == NULL || credentials->id_len == 0) {
        luaL_error(L, "attempt.credentials must be open credentials from core.credentials");
    }
    return credentials;
}

void ecsp_credentials_view(struct ecsp_credentials *credentials, struct ecsp_request_input *input)
{
    const char *at = credentials->bytes;
    input->key = &credentials->key;
    input->access_key_id = (struct ecsp_str){at, credentials->id_len};
    at += credentials->id_len + credentials->key.secret.len;
    input->security_token = (struct ecsp_str){at, credentials->token_len};
    at += credentials->token_len;
    input->provider = (struct ecsp_str){at, credentials->provider_len};
}

struct ecsp_str ecsp_credentials_short_id(const struct ecsp_credentials *credentials,
                                          char out[ECSP_SHORT_ID])
{
    if (credentials->id_len < 12) {
        return ECSP_LITERAL("***");
    }
    memcpy(out, credentials->bytes, 4);
    out[4] = '\xE2'; /* an ellipsis */
    out[5] = '\x80';
    out[6] = '\xA6';
    memcpy(out + 7, credentials->bytes + credentials->id_len - 4, 4);
    return (struct ecsp_str){out, ECSP_SHORT_ID};
}

static void push_short_id(lua_State *L, const struct ecsp_credentials *credentials)
{
    char out[ECSP_SHORT_ID];
    ecsp_pushstr(L, ecsp_credentials_short_id(credentials, out));
}

static int credentials_access_key_id(lua_State *L)
{
    push_short_id(L, ecsp_credentials_check(L, 1));
    return 1;
}

/***
A digest of the access key id: which key it is, without showing it.
@function credentials:key_digest
@treturn string hexadecimal
*/
static int credentials_key_digest(lua_State *L)
{
    char out[ECSP_SHA256_HEX];
    const struct ecsp_credentials *credentials = ecsp_credentials_check(L, 1);
    struct ecsp_str id = {credentials->bytes, credentials->id_len};
    struct ecsp_digest *digest = ecsp_digest_new();
    enum ecsp_status status = digest != NULL ? ecsp_sha256_hex(digest, id, out) : ECSP_ERR_MEMORY;
    ecsp_digest_free(digest);
    if (status != ECSP_OK) {
        return luaL_error(L, "not enough memory");
    }
    lua_pushlstring(L, out, sizeof out);
    return 1;
}

static int credentials_tostring(lua_State *L)
{
    struct ecsp_credentials *credentials = ecsp_testobject(L, 1, ECSP_CREDENTIALS_TYPE);
    lua_pushliteral(L, "credentials ");
    if (credentials != NULL) {
        push_short_id(L, credentials);
        lua_pushstring(L, credentials->token_len > 0 ? " (temporary)" : "");
        lua_concat(L, 3);
    }
    return 1;
}

void ecsp_session_register(lua_State *L)
{
    static const luaL_Reg credential_methods[] = {{"access_key_id", credentials_access_key_id},
                                                  {"key_digest", credentials_key_digest},
                                                  {NULL, NULL}};
    ecsp_newtype(L, ECSP_SESSION_TYPE, NULL, session_gc, NULL);
    ecsp_newtype(L, ECSP_CREDENTIALS_TYPE, credential_methods, credentials_gc,
                 credentials_tostring);
}
