#include "sign_functions.h"

#include "../wire/percent.h"
#include "../wire/request.h"
#include "request_object.h"

/* A string field of the table at 1, left on the stack. */
static struct ecsp_str field(lua_State *L, const char *name)
{
    return ecsp_fieldstr(L, 1, "", name, 0);
}

static int push_buffer(lua_State *L, const struct ecsp_buf *buf)
{
    if (buf->status != ECSP_OK) {
        return luaL_error(L, "not enough memory");
    }
    ecsp_pushstr(L, ecsp_buf_view(buf));
    return 1;
}

static void require_ok(lua_State *L, enum ecsp_status status)
{
    if (status == ECSP_ERR_CRYPTO) {
        luaL_error(L, "OpenSSL cannot sign: its configuration leaves no provider for HMAC");
    } else if (status != ECSP_OK) {
        luaL_error(L, "not enough memory");
    }
}

/* A digest for one call; collected with the userdata if anything raises. */
#define HASHER_TYPE "ecs_pipeline.hasher"

static void close_hasher(struct ecsp_digest **hasher)
{
    ecsp_digest_free(*hasher);
    *hasher = NULL;
}

static int hasher_gc(lua_State *L)
{
    close_hasher(lua_touserdata(L, 1));
    return 0;
}

static struct ecsp_digest **push_hasher(lua_State *L)
{
    struct ecsp_digest **hasher = ecsp_newobject(L, sizeof *hasher, HASHER_TYPE);
    *hasher = ecsp_digest_new();
    if (*hasher == NULL) {
        luaL_error(L, "not enough memory");
    }
    return hasher;
}

/* Every stage below frees what it worked with as soon as the result is a Lua value: the collector
   takes its time with what may be secret, and 5.4 never finalizes what a finalizer makes while the
   state closes. */
static int done(struct ecsp_request *scratch)
{
    ecsp_request_free(scratch);
    return 1;
}

int ecsp_sign_functions_percent_encode(lua_State *L)
{
    struct ecsp_str text = ecsp_checkstr(L, 1);
    struct ecsp_request *scratch = ecsp_request_object_push(L);
    ecsp_percent_encode(&scratch->query, text);
    push_buffer(L, &scratch->query);
    return done(scratch);
}

static int sha256_hex(lua_State *L)
{
    char out[ECSP_SHA256_HEX];
    struct ecsp_str text = ecsp_checkstr(L, 1);
    struct ecsp_digest **hasher = push_hasher(L);
    require_ok(L, ecsp_sha256_hex(*hasher, text, out));
    close_hasher(hasher);
    lua_pushlstring(L, out, sizeof out);
    return 1;
}

static int hmac_sha256_hex(lua_State *L)
{
    char out[ECSP_SHA256_HEX];
    struct ecsp_str key = ecsp_checkstr(L, 1);
    struct ecsp_str text = ecsp_checkstr(L, 2);
    struct ecsp_hmac *hmac;
    enum ecsp_status status = ecsp_hmac_new(&hmac, ECSP_HASH_SHA256, key);
    status = status == ECSP_OK ? ecsp_hmac_hex(hmac, text, out) : status;
    ecsp_hmac_free(hmac);
    require_ok(L, status);
    lua_pushlstring(L, out, sizeof out);
    return 1;
}

static int hmac_sha1_base64(lua_State *L)
{
    char out[ECSP_SHA1_BASE64];
    struct ecsp_str key = ecsp_checkstr(L, 1);
    struct ecsp_str text = ecsp_checkstr(L, 2);
    struct ecsp_hmac *hmac;
    enum ecsp_status status = ecsp_hmac_new(&hmac, ECSP_HASH_SHA1, key);
    status = status == ECSP_OK ? ecsp_hmac_base64(hmac, text, out) : status;
    ecsp_hmac_free(hmac);
    require_ok(L, status);
    lua_pushlstring(L, out, sizeof out);
    return 1;
}

/* An HMAC of a text that comes in pieces: hmac_sha256(key):update(text):update(text):hex(). */
#define HMAC_TYPE "ecs_pipeline.hmac"

static void close_hmac(struct ecsp_hmac **hmac)
{
    ecsp_hmac_free(*hmac);
    *hmac = NULL;
}

static int hmac_gc(lua_State *L)
{
    close_hmac(lua_touserdata(L, 1));
    return 0;
}

static struct ecsp_hmac **hmac_argument(lua_State *L)
{
    struct ecsp_hmac **hmac = ecsp_testobject(L, 1, HMAC_TYPE);
    luaL_argcheck(L, hmac != NULL && *hmac != NULL, 1, "an HMAC that is not finished is expected");
    return hmac;
}

static int hmac_sha256(lua_State *L)
{
    struct ecsp_str key = ecsp_checkstr(L, 1);
    struct ecsp_hmac **hmac = ecsp_newobject(L, sizeof *hmac, HMAC_TYPE);
    require_ok(L, ecsp_hmac_new(hmac, ECSP_HASH_SHA256, key));
    return 1;
}

static int hmac_update(lua_State *L)
{
    struct ecsp_hmac **hmac = hmac_argument(L);
    require_ok(L, ecsp_hmac_update(*hmac, ecsp_checkstr(L, 2)));
    lua_settop(L, 1);
    return 1;
}

static int hmac_hex(lua_State *L)
{
    char out[ECSP_SHA256_HEX];
    struct ecsp_hmac **hmac = hmac_argument(L);
    require_ok(L, ecsp_hmac_hex(*hmac, ECSP_LITERAL(""), out));
    close_hmac(hmac);
    lua_pushlstring(L, out, sizeof out);
    return 1;
}

/* A map of names to values → `a=b&c=d`, sorted and encoded. */
static int canonical_query(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct ecsp_request *scratch = ecsp_request_object_push(L);
    struct ecsp_str duplicate;
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING) {
            return luaL_error(L, "a map of strings is expected");
        }
        ecsp_params_add(&scratch->params, ECSP_PARAM_API, ecsp_checkstr(L, -2),
                        ecsp_checkstr(L, -1));
        lua_pop(L, 1);
    }
    require_ok(L, ecsp_params_sort(&scratch->params, &duplicate));
    ecsp_params_encode(&scratch->params, ECSP_PARAM_API, &scratch->query);
    push_buffer(L, &scratch->query);
    return done(scratch);
}

static void set_buffer(lua_State *L, const char *name, const struct ecsp_buf *buf)
{
    push_buffer(L, buf);
    ecsp_rawsetfield(L, -2, name);
}

static size_t read_headers(lua_State *L, struct ecsp_header *headers)
{
    size_t count = 0;
    if (ecsp_rawgetfield(L, 1, "headers") != LUA_TTABLE) {
        luaL_error(L, "headers must be a map");
    }
    int table = lua_gettop(L);
    luaL_checkstack(L, 2 * ECSP_MAX_HEADERS + 8, "headers");
    lua_pushnil(L);
    while (lua_next(L, table) != 0) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING ||
            count == ECSP_MAX_HEADERS) {
            luaL_error(L, "headers must be a small map of strings");
        }
        headers[count].name = ecsp_checkstr(L, -2);
        headers[count].value = ecsp_checkstr(L, -1);
        count++;
        lua_pushvalue(L, -2);
    }
    return count;
}

/***
All stages of signature V3.
@function sign.v3
@tparam table input `method`, `path`, `query` (the canonical query line), `headers` (all that are to
be signed), `body`, `access_key_id`, `access_key_secret`
@treturn table `body_sha256`, `signed_headers`, `canonical_request`, `string_to_sign`, `signature`,
`authorization`
*/
static int sign_v3(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct ecsp_header headers[ECSP_MAX_HEADERS];
    struct ecsp_request *r = ecsp_request_object_push(L);
    struct ecsp_digest **hasher = push_hasher(L);
    struct ecsp_digest *digest = *hasher;
    struct ecsp_str method = field(L, "method");
    struct ecsp_str path = field(L, "path");
    struct ecsp_str query = field(L, "query");
    struct ecsp_str id = field(L, "access_key_id");
    struct ecsp_signing_key key = {field(L, "access_key_secret"), NULL, NULL};
    struct ecsp_str body_sha256 = {r->body_sha256, ECSP_SHA256_HEX};
    char signature[ECSP_SHA256_HEX];
    require_ok(L, ecsp_sha256_hex(digest, field(L, "body"), r->body_sha256));
    size_t count = read_headers(L, headers);
    ecsp_sign_v3_sort(headers, count);
    struct ecsp_str signed_headers;
    require_ok(L, ecsp_sign_v3_canonical_request(&r->canonical, method,
                                                 path.len > 0 ? path : ECSP_LITERAL("/"), query,
                                                 headers, count, body_sha256, &signed_headers));
    require_ok(
        L, ecsp_sign_v3_string_to_sign(&r->string_to_sign, digest, ecsp_buf_view(&r->canonical)));
    enum ecsp_status status =
        ecsp_sign_v3_signature(&key, ecsp_buf_view(&r->string_to_sign), signature);
    ecsp_signing_key_free(&key);
    require_ok(L, status);
    require_ok(L, ecsp_sign_v3_authorization(&r->authorization, id, signed_headers,
                                             (struct ecsp_str){signature, sizeof signature}));
    lua_createtable(L, 0, 6);
    ecsp_rawsetstr(L, -1, "body_sha256", body_sha256);
    ecsp_rawsetstr(L, -1, "signature", (struct ecsp_str){signature, sizeof signature});
    ecsp_rawsetstr(L, -1, "signed_headers", signed_headers);
    set_buffer(L, "canonical_request", &r->canonical);
    set_buffer(L, "string_to_sign", &r->string_to_sign);
    set_buffer(L, "authorization", &r->authorization);
    close_hasher(hasher);
    return done(r);
}

/***
Both stages of signature 1.0.
@function sign.v1
@tparam table input `method`, `query` (all parameters but Signature, sorted and encoded),
`access_key_secret`
@treturn table `string_to_sign`, `signature` (Base64)
*/
static int sign_v1(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    struct ecsp_request *r = ecsp_request_object_push(L);
    char signature[ECSP_SHA1_BASE64];
    require_ok(
        L, ecsp_sign_v1_string_to_sign(&r->string_to_sign, field(L, "method"), field(L, "query")));
    struct ecsp_signing_key key = {field(L, "access_key_secret"), NULL, NULL};
    enum ecsp_status status =
        ecsp_sign_v1_signature(&key, ecsp_buf_view(&r->string_to_sign), signature);
    ecsp_signing_key_free(&key);
    require_ok(L, status);
    lua_createtable(L, 0, 2);
    set_buffer(L, "string_to_sign", &r->string_to_sign);
    ecsp_rawsetstr(L, -1, "signature", (struct ecsp_str){signature, sizeof signature});
    return done(r);
}

void ecsp_sign_functions_push(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"canonical_query", canonical_query},
        {"sha256_hex", sha256_hex},
        {"hmac_sha256", hmac_sha256},
        {"hmac_sha256_hex", hmac_sha256_hex},
        {"hmac_sha1_base64", hmac_sha1_base64},
        {"v3", sign_v3},
        {"v1", sign_v1},
        {NULL, NULL},
    };
    static const luaL_Reg hmac_methods[] = {
        {"update", hmac_update},
        {"hex", hmac_hex},
        {NULL, NULL},
    };
    ecsp_newtype(L, HASHER_TYPE, NULL, hasher_gc, NULL);
    ecsp_newtype(L, HMAC_TYPE, hmac_methods, hmac_gc, NULL);
    lua_newtable(L);
    ecsp_setfuncs(L, functions);
}
