#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* O_PATH */
#endif
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_PATH 4096 /* PATH_MAX of Linux, with the zero byte */
#define MAX_LINKS 40  /* as many as the kernel follows */

#if defined(O_PATH) /* a folder that may be entered need not be readable */
#define ENTER O_PATH
#elif defined(O_SEARCH)
#define ENTER O_SEARCH
#else
#define ENTER O_RDONLY
#endif

int ecsp_open_descriptor(int folder, const char *name, int flags)
{
    int descriptor;
    do {
        descriptor = openat(folder, name, flags | O_NOCTTY | O_CLOEXEC, 0600);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

int ecsp_close_descriptor(int *descriptor)
{
    int given = *descriptor;
    *descriptor = -1;
    return given < 0 ? 0 : close(given);
}

void ecsp_place_close(struct ecsp_place *place)
{
    (void)ecsp_close_descriptor(&place->folder);
}

static enum ecsp_place_status fail(int error)
{
    errno = error;
    return ECSP_PLACE_FAILED;
}

/* From the present folder (or the working folder, when there is none) to another. */
static enum ecsp_place_status enter(struct ecsp_place *place, const char *name)
{
    int from = place->folder < 0 ? AT_FDCWD : place->folder;
    int next = ecsp_open_descriptor(from, name, ENTER | O_DIRECTORY | O_NOFOLLOW);
    if (next < 0) {
        return ECSP_PLACE_FAILED;
    }
    (void)ecsp_close_descriptor(&place->folder);
    place->folder = next;
    return ECSP_PLACE_FOUND;
}

int ecsp_is_trusted(uid_t user)
{
    return user == 0 || user == geteuid();
}

static int may_follow(const struct ecsp_place *place, const struct stat *link)
{
    struct stat folder;
    return ecsp_is_trusted(link->st_uid) && fstat(place->folder, &folder) == 0 &&
           ecsp_is_trusted(folder.st_uid) &&
           ((folder.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (folder.st_mode & S_ISVTX) != 0);
}

/* `rest` becomes what the link says, followed by the part of `rest` that comes after it. */
static enum ecsp_place_status follow(struct ecsp_place *place, char rest[MAX_PATH],
                                     const char *after)
{
    char target[MAX_PATH];
    size_t after_len = strlen(after);
    ssize_t len = readlinkat(place->folder, place->name, target, sizeof target);
    if (len < 0) {
        return ECSP_PLACE_FAILED;
    }
    if ((size_t)len + after_len >= MAX_PATH) {
        return fail(ENAMETOOLONG);
    }
    memmove(rest + len, after, after_len + 1);
    memcpy(rest, target, (size_t)len);
    return rest[0] == '/' ? enter(place, "/") : ECSP_PLACE_FOUND;
}

/* The next component as place->name. Answers its length; what comes after it is at *after. */
static size_t next_name(struct ecsp_place *place, const char *rest, const char **after)
{
    const char *name = rest + strspn(rest, "/");
    size_t len = strcspn(name, "/");
    *after = name + len;
    if (len <= ECSP_MAX_NAME) {
        memcpy(place->name, name, len);
        place->name[len] = '\0';
    }
    return len;
}

static enum ecsp_place_status walk(struct ecsp_place *place, char rest[MAX_PATH])
{
    const char *at = rest;
    int links = 0;
    for (;;) {
        const char *after;
        struct stat status;
        enum ecsp_place_status result;
        size_t len = next_name(place, at, &after);
        if (len == 0) { /* "/", or the path ends in a slash */
            return ECSP_PLACE_NOT_PLAIN;
        }
        if (len > ECSP_MAX_NAME) {
            return fail(ENAMETOOLONG);
        }
        if (fstatat(place->folder, place->name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            return errno == ENOENT && *after == '\0' ? ECSP_PLACE_FOUND : ECSP_PLACE_FAILED;
        }
        if (S_ISLNK(status.st_mode)) {
            if (!may_follow(place, &status)) {
                return ECSP_PLACE_LINK;
            }
            result = ++links > MAX_LINKS ? fail(ELOOP) : follow(place, rest, after);
            at = rest;
        } else if (*after == '\0') {
            return S_ISREG(status.st_mode) ? ECSP_PLACE_FOUND : ECSP_PLACE_NOT_PLAIN;
        } else {
            result = enter(place, place->name);
            at = after;
        }
        if (result != ECSP_PLACE_FOUND) {
            return result;
        }
    }
}

enum ecsp_place_status ecsp_place_find(struct ecsp_place *place, const char *path)
{
    char rest[MAX_PATH];
    size_t len = strlen(path);
    place->folder = -1;
    place->name[0] = '\0';
    if (len == 0 || len >= sizeof rest) {
        return fail(len == 0 ? ENOENT : ENAMETOOLONG);
    }
    memcpy(rest, path, len + 1);
    enum ecsp_place_status status = enter(place, path[0] == '/' ? "/" : ".");
    return status == ECSP_PLACE_FOUND ? walk(place, rest) : status;
}
