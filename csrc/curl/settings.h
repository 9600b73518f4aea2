/*
 * What this is: what a transport fixes once, with the memory for it and the defaults.
 *
 * May include: transfer.h.
 *
 * Ownership: a block on the heap with as many holders as use it: the transport, and each exchange
 * that is under way, which may outlive the transport. The last to drop it wipes and frees it.
 */
#ifndef ECSP_SETTINGS_H
#define ECSP_SETTINGS_H

#include "transfer.h"

ECSP_HIDDEN_BEGIN

struct ecsp_settings {
    size_t holders;
    int closed;                             /* the transport was: nothing may be sent any more */
    struct ecsp_transfer_settings transfer; /* its strings are the ones below */
    char *ca_file;
    char *proxy; /* made by libcurl's URL functions, like the two below */
    char *proxy_user;
    char *proxy_password;
};

/* The defaults: the system's CAs, verified; no proxy; 5 s to connect; 16 MiB and 64 KiB. One
 * holder. NULL: no memory. */
struct ecsp_settings *ecsp_settings_new(void);

struct ecsp_settings *ecsp_settings_hold(struct ecsp_settings *settings);
void ecsp_settings_drop(struct ecsp_settings *settings); /* NULL is fine */

/* Copies the path. ECSP_OK or ECSP_ERR_MEMORY. */
enum ecsp_status ecsp_settings_ca_file(struct ecsp_settings *settings, const char *path);

/* Splits user and password from the URL, so that no message of libcurl can quote them.
 * ECSP_ERR_INVALID: no URL. ECSP_ERR_MEMORY: the proxy must not be used without its password. */
enum ecsp_status ecsp_settings_proxy(struct ecsp_settings *settings, const char *proxy);

ECSP_HIDDEN_END

#endif
