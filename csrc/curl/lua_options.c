#include "lua_options.h"

#include <string.h>

#include "lua_tables.h"

#define MAX_SIZE 1099511627776.0 /* 1 TiB: exact in a double, no overflow in sums */

static int refuse_option(lua_State *L, const char *name, const char *wanted)
{
    return luaL_error(L, "ecs_pipeline.curl: option '%s' must be %s", name, wanted);
}

/* What the settings made of a text. */
static void check_text(lua_State *L, const char *name, enum ecsp_status status, const char *wanted)
{
    if (status == ECSP_ERR_MEMORY) {
        luaL_error(L, "not enough memory");
    } else if (status != ECSP_OK) {
        refuse_option(L, name, wanted);
    }
}

/* The readers below find the value on top of the stack and its name under it. */

static const char *string_option(lua_State *L, const char *name)
{
    struct ecsp_str text = ecsp_tostr(L, -1);

    if (lua_type(L, -1) != LUA_TSTRING || strlen(text.data) != text.len) {
        refuse_option(L, name, "a string without NUL bytes");
    }
    return text.data;
}

static double number_option(lua_State *L, const char *name, double min, double max,
                            const char *wanted)
{
    double number = lua_type(L, -1) == LUA_TNUMBER ? (double)lua_tonumber(L, -1) : -1;

    if (!(number >= min && number <= max)) {
        refuse_option(L, name, wanted);
    }
    return number;
}

static void read_option(lua_State *L, const char *name, struct ecsp_settings *settings)
{
    struct ecsp_transfer_settings *transfer = &settings->transfer;

    if (strcmp(name, "ca_file") == 0) {
        const char *path = string_option(L, name);

        check_text(L, name,
                   path[0] != '\0' ? ecsp_settings_ca_file(settings, path) : ECSP_ERR_INVALID,
                   "the path of a PEM file, or of a folder of such files");
    } else if (strcmp(name, "verify") == 0) {
        if (!lua_isboolean(L, -1)) {
            refuse_option(L, name, "true or false");
        }
        transfer->verify = lua_toboolean(L, -1);
    } else if (strcmp(name, "proxy") == 0) {
        const char *proxy = string_option(L, name);

        check_text(L, name, proxy[0] != '\0' ? ecsp_settings_proxy(settings, proxy) : ECSP_OK,
                   "a URL such as http://user:password@host:port, or \"\" for none");
    } else if (strcmp(name, "connect_timeout") == 0) {
        double seconds = number_option(L, name, 0.001, (double)ECSP_MAX_TIMEOUT_MS / 1000.0,
                                       "a number of seconds, at least 0.001");

        transfer->connect_timeout_ms = (long)(seconds * 1000);
    } else if (strcmp(name, "max_reply_bytes") == 0) {
        transfer->max_reply_bytes =
            (size_t)number_option(L, name, 1, MAX_SIZE, "a number of bytes");
    } else if (strcmp(name, "max_header_bytes") == 0) {
        transfer->max_header_bytes =
            (size_t)number_option(L, name, 1, MAX_SIZE, "a number of bytes");
    } else {
        luaL_error(L, "ecs_pipeline.curl: unknown option '%s'", name);
    }
}

void ecsp_lua_options_read(lua_State *L, struct ecsp_settings *settings)
{
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) {
            luaL_error(L, "ecs_pipeline.curl: the options are named, not numbered");
        }
        read_option(L, lua_tostring(L, -2), settings);
    }
}
