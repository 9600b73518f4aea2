#include "settings.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "../binding/luaglue.h"

#define DEFAULT_CONNECT_TIMEOUT_MS 5000
#define DEFAULT_MAX_REPLY_BYTES ((size_t)16 * 1024 * 1024)
#define DEFAULT_MAX_HEADER_BYTES ((size_t)64 * 1024)

#define MAX_SECONDS 2147483.0    /* in milliseconds it fits a 32-bit long */
#define MAX_SIZE 1099511627776.0 /* 1 TiB: exact in a double, no overflow in sums */

static const char *const names[] = {"ca_file",         "verify",          "proxy",
                                    "connect_timeout", "max_reply_bytes", "max_header_bytes"};

static int refuse(lua_State *L, const char *name, const char *wanted)
{
    return luaL_error(L, "ecs_pipeline.curl: option '%s' must be %s", name, wanted);
}

static void check_names(lua_State *L, int index)
{
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        size_t i;

        for (i = 0; i < sizeof names / sizeof names[0]; i++) {
            if (strcmp(name, names[i]) == 0) {
                break;
            }
        }
        if (i == sizeof names / sizeof names[0]) {
            luaL_error(L, "ecs_pipeline.curl: unknown option '%s'", name);
        }
    }
}

/* Leaves the value on the stack: the string lives as long as it stays there. NULL when it is not
 * given. */
static const char *push_string(lua_State *L, int index, const char *name)
{
    const char *text;
    size_t len;
    int type = ecsp_rawgetfield(L, index, name);

    if (type == LUA_TNIL) {
        return NULL;
    }
    if (type != LUA_TSTRING) {
        refuse(L, name, "a string");
    }
    text = lua_tolstring(L, -1, &len);
    if (strlen(text) != len) {
        refuse(L, name, "a string without NUL bytes");
    }
    return text;
}

static double number_option(lua_State *L, int index, const char *name, double fallback, double max,
                            const char *wanted)
{
    double number = fallback;
    int type = ecsp_rawgetfield(L, index, name);

    if (type == LUA_TNUMBER) {
        number = (double)lua_tonumber(L, -1);
    }
    if ((type != LUA_TNUMBER && type != LUA_TNIL) || !(number >= 0.001 && number <= max)) {
        refuse(L, name, wanted);
    }
    lua_pop(L, 1);
    return number;
}

static int boolean_option(lua_State *L, int index, const char *name, int fallback)
{
    int type = ecsp_rawgetfield(L, index, name);
    int value = type == LUA_TNIL ? fallback : lua_toboolean(L, -1);

    if (type != LUA_TNIL && type != LUA_TBOOLEAN) {
        refuse(L, name, "true or false");
    }
    lua_pop(L, 1);
    return value;
}

/* Takes user and password out of the URL, so that no message of libcurl can quote them. 0: not a
 * URL. */
static int split_proxy(struct ecsp_settings *settings, const char *proxy)
{
    CURLU *url = curl_url();
    int done = 0;

    /* curl_url_get fills *part only when it succeeds; a missing user is no error here. */
    if (url != NULL && curl_url_set(url, CURLUPART_URL, proxy,
                                    CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK) {
        (void)curl_url_get(url, CURLUPART_USER, &settings->proxy_user, CURLU_URLDECODE);
        (void)curl_url_get(url, CURLUPART_PASSWORD, &settings->proxy_password, CURLU_URLDECODE);
        done = curl_url_set(url, CURLUPART_USER, NULL, 0) == CURLUE_OK &&
               curl_url_set(url, CURLUPART_PASSWORD, NULL, 0) == CURLUE_OK &&
               curl_url_get(url, CURLUPART_URL, &settings->proxy, 0) == CURLUE_OK;
    }
    curl_url_cleanup(url);
    return done;
}

static void read_ca_file(lua_State *L, int index, struct ecsp_settings *settings)
{
    const char *path = push_string(L, index, "ca_file");

    if (path != NULL && path[0] == '\0') {
        refuse(L, "ca_file", "the path of a PEM file");
    }
    if (path != NULL) {
        size_t size = strlen(path) + 1;
        char *copy = malloc(size);

        if (copy == NULL) {
            luaL_error(L, "ecs_pipeline.curl: not enough memory");
        } else {
            settings->ca_file = memcpy(copy, path, size);
        }
    }
    lua_pop(L, 1);
}

static void read_proxy(lua_State *L, int index, struct ecsp_settings *settings)
{
    const char *proxy = push_string(L, index, "proxy");

    if (proxy != NULL && proxy[0] != '\0' && !split_proxy(settings, proxy)) {
        refuse(L, "proxy", "a URL such as http://user:password@host:port, or \"\" for none");
    }
    lua_pop(L, 1);
}

void ecsp_settings_read(lua_State *L, int index, struct ecsp_settings *settings)
{
    struct ecsp_transfer_settings *transfer = &settings->transfer;

    check_names(L, index);
    read_ca_file(L, index, settings);
    read_proxy(L, index, settings);
    transfer->ca_file = settings->ca_file;
    transfer->proxy = settings->proxy != NULL ? settings->proxy : "";
    transfer->proxy_user = settings->proxy_user;
    transfer->proxy_password = settings->proxy_password;
    transfer->verify = boolean_option(L, index, "verify", 1);
    transfer->connect_timeout_ms =
        (long)(1000 * number_option(L, index, "connect_timeout",
                                    DEFAULT_CONNECT_TIMEOUT_MS / 1000.0, MAX_SECONDS,
                                    "a number of seconds, at least 0.001"));
    transfer->max_reply_bytes =
        (size_t)number_option(L, index, "max_reply_bytes", (double)DEFAULT_MAX_REPLY_BYTES,
                              MAX_SIZE, "a number of bytes");
    transfer->max_header_bytes =
        (size_t)number_option(L, index, "max_header_bytes", (double)DEFAULT_MAX_HEADER_BYTES,
                              MAX_SIZE, "a number of bytes");
}

static void free_secret(char *text)
{
    if (text != NULL) {
        ecsp_wipe(text, strlen(text));
        curl_free(text);
    }
}

void ecsp_settings_free(struct ecsp_settings *settings)
{
    free(settings->ca_file);
    curl_free(settings->proxy);
    free_secret(settings->proxy_user);
    free_secret(settings->proxy_password);
    memset(settings, 0, sizeof *settings);
}
