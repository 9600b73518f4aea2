#include "settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct ecsp_settings *ecsp_settings_new(void)
{
    struct ecsp_settings *settings = calloc(1, sizeof *settings);

    if (settings == NULL) {
        return NULL;
    }
    settings->holders = 1;
    settings->transfer.verify = 1;
    settings->transfer.proxy = "";
    settings->transfer.connect_timeout_ms = 5000;
    settings->transfer.max_reply_bytes = (size_t)16 * 1024 * 1024;
    settings->transfer.max_header_bytes = (size_t)64 * 1024;
    return settings;
}

struct ecsp_settings *ecsp_settings_hold(struct ecsp_settings *settings)
{
    settings->holders++;
    return settings;
}

enum ecsp_status ecsp_settings_ca_file(struct ecsp_settings *settings, const char *path)
{
    size_t size = strlen(path) + 1;
    struct stat status;

    settings->ca_file = malloc(size);
    if (settings->ca_file == NULL) {
        return ECSP_ERR_MEMORY;
    }
    settings->transfer.ca_file = memcpy(settings->ca_file, path, size);
    settings->transfer.ca_folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    return ECSP_OK;
}

static CURLUcode split(CURLU *url, const char *proxy, struct ecsp_settings *settings)
{
    unsigned flags = CURLU_GUESS_SCHEME | CURLU_NON_SUPPORT_SCHEME; /* socks5h:// among them */
    CURLUcode result = curl_url_set(url, CURLUPART_URL, proxy, flags);

    if (result == CURLUE_OK) {
        result = curl_url_get(url, CURLUPART_USER, &settings->proxy_user, CURLU_URLDECODE);
    }
    if (result == CURLUE_OK || result == CURLUE_NO_USER) {
        result = curl_url_get(url, CURLUPART_PASSWORD, &settings->proxy_password, CURLU_URLDECODE);
    }
    if (result == CURLUE_OK || result == CURLUE_NO_PASSWORD) {
        result = curl_url_set(url, CURLUPART_USER, NULL, 0);
    }
    if (result == CURLUE_OK) {
        result = curl_url_set(url, CURLUPART_PASSWORD, NULL, 0);
    }
    return result == CURLUE_OK ? curl_url_get(url, CURLUPART_URL, &settings->proxy, 0) : result;
}

enum ecsp_status ecsp_settings_proxy(struct ecsp_settings *settings, const char *proxy)
{
    CURLU *url = curl_url();
    CURLUcode result = CURLUE_OUT_OF_MEMORY;

    errno = 0;
    if (url != NULL) {
        result = split(url, proxy, settings);
        if (errno == ENOMEM) {
            result = CURLUE_OUT_OF_MEMORY; /* libcurl calls some of it a malformed URL */
        }
    }
    curl_url_cleanup(url);
    settings->transfer.proxy = settings->proxy != NULL ? settings->proxy : "";
    settings->transfer.proxy_user = settings->proxy_user;
    settings->transfer.proxy_password = settings->proxy_password;
    if (result == CURLUE_OUT_OF_MEMORY) {
        return ECSP_ERR_MEMORY;
    }
    return result == CURLUE_OK ? ECSP_OK : ECSP_ERR_INVALID;
}

static void free_secret(char *text)
{
    if (text != NULL) {
        ecsp_wipe(text, strlen(text));
        curl_free(text);
    }
}

void ecsp_settings_drop(struct ecsp_settings *settings)
{
    if (settings == NULL || --settings->holders > 0) {
        return;
    }
    free(settings->ca_file);
    curl_free(settings->proxy);
    free_secret(settings->proxy_user);
    free_secret(settings->proxy_password);
    free(settings);
}
