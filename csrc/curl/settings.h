/*
 * What this is: the options table of curl.transport, read and checked once.
 *
 * May include: transfer.h, lua.h.
 *
 * Ownership: the struct owns its strings and lies in a zeroed userdata; free wipes and frees them,
 * any number of times.
 */
#ifndef ECSP_SETTINGS_H
#define ECSP_SETTINGS_H

#include <lua.h>

#include "transfer.h"

ECSP_HIDDEN_BEGIN

struct ecsp_settings {
    struct ecsp_transfer_settings transfer; /* its strings point at the ones below */
    char *ca_file;
    char *proxy; /* made by libcurl's URL functions, like the two below */
    char *proxy_user;
    char *proxy_password;
};

/* Raises for an unknown name, a wrong type or a proxy that is no URL; messages never quote the
 * proxy. */
void ecsp_settings_read(lua_State *L, int index, struct ecsp_settings *settings);
void ecsp_settings_free(struct ecsp_settings *settings);

ECSP_HIDDEN_END

#endif
