/*
 * What this is: what a transport fixes once, with the memory for it and the defaults.
 *
 * May include: transfer.h.
 *
 * Ownership: the struct owns its strings and begins zeroed; free wipes and frees them, any number
 * of times.
 */
#ifndef ECSP_SETTINGS_H
#define ECSP_SETTINGS_H

#include "transfer.h"

ECSP_HIDDEN_BEGIN

struct ecsp_settings {
    struct ecsp_transfer_settings transfer; /* its strings are the ones below */
    char *ca_file;
    char *proxy; /* made by libcurl's URL functions, like the two below */
    char *proxy_user;
    char *proxy_password;
};

/* The defaults: the system's CAs, verified; no proxy; 5 s to connect; 16 MiB and 64 KiB. */
void ecsp_settings_init(struct ecsp_settings *settings);
void ecsp_settings_free(struct ecsp_settings *settings);

/* Copies the path. 0: no memory. */
int ecsp_settings_ca_file(struct ecsp_settings *settings, const char *path);

/* Splits user and password from the URL, so that no message of libcurl can quote them. 0: no URL.
 */
int ecsp_settings_proxy(struct ecsp_settings *settings, const char *proxy);

ECSP_HIDDEN_END

#endif
