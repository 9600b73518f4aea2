/*
 * What this is: where the path of a file leads: the folder, open, and the name in it. Links are
 * followed here and not by the kernel, one component after another, so that a link which others can
 * exchange is refused, and so that the file is replaced beside itself and not the link to it.
 *
 * Which links are followed: those of this user or of root, in a folder of this user or of root that
 * no one else can write, or (such as /tmp) whose sticky bit lets others exchange their own entries
 * only. This holds for links to folders too, and for every link of a chain.
 *
 * May include: POSIX, ecsp.h.
 *
 * Ownership: the place owns the descriptor of the folder. What was found is found again by that
 * descriptor and the name, so a path that changes meanwhile changes nothing.
 */
#ifndef ECSP_PLACE_H
#define ECSP_PLACE_H

#include <sys/types.h>

#include "../ecsp.h"

ECSP_HIDDEN_BEGIN

#define ECSP_MAX_NAME 255 /* NAME_MAX of Linux; C99 hides it */

struct ecsp_place {
    int folder; /* -1: none is open */
    char name[ECSP_MAX_NAME + 1];
};

enum ecsp_place_status {
    ECSP_PLACE_FOUND = 0, /* a plain file, or no file yet */
    ECSP_PLACE_FAILED,    /* errno says why */
    ECSP_PLACE_NOT_PLAIN, /* a folder, a device, a pipe, a socket */
    ECSP_PLACE_LINK,      /* `name` is a link that is not followed */
};

/* Is it root, or the user of this process? */
int ecsp_is_trusted(uid_t user);

/* Any result leaves the place so that it can be closed. */
enum ecsp_place_status ecsp_place_find(struct ecsp_place *place, const char *path);

void ecsp_place_close(struct ecsp_place *place);

/* openat(), without a terminal, closed in programs that this one starts, and again after a signal.
 * The mode of a new file is 0600. */
int ecsp_open_descriptor(int folder, const char *name, int flags);

/* Closes a descriptor, if there is one, and forgets it. 0 or -1 as close(). */
int ecsp_close_descriptor(int *descriptor);

ECSP_HIDDEN_END

#endif
