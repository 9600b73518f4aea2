/*
 * What this is: a file that is replaced whole, so that a reader finds the old text or the new one,
 * also after a power failure. The new text goes to a temporary file beside it (exclusive, a random
 * name), which is brought to the disk, gets the name of the file, and then the folder is brought to
 * the disk too.
 *
 * A temporary file is locked (flock) while somebody works on it. One that is not locked is left
 * over from a process that was killed: the next `open` for the same file removes it.
 *
 * May include: POSIX, place.h, wire/digest.h.
 *
 * Ownership: the struct owns two descriptors and the temporary file; `close` removes the file
 * unless it has got its name. A struct of ECSP_REPLACEMENT_NONE owns nothing.
 *
 * Errors: 0 or -1 with errno.
 */
#ifndef ECSP_REPLACE_H
#define ECSP_REPLACE_H

#include <sys/stat.h>

#include "place.h"

ECSP_HIDDEN_BEGIN

struct ecsp_replacement {
    int folder; /* open for reading: a descriptor that only enters a folder cannot be synced */
    int file;
    char name[ECSP_MAX_NAME + 1]; /* "": no temporary file exists */
};

/* clang-format off */
#define ECSP_REPLACEMENT_NONE {-1, -1, ""}
/* clang-format on */

/* Creates the temporary file of a place. */
int ecsp_replacement_open(struct ecsp_replacement *replacement, const struct ecsp_place *place);

/* Writes the text and brings it to the disk. Mode, group and owner become those of `old`, as far as
 * this user may set them; without an old file the mode is 0600. */
int ecsp_replacement_write(struct ecsp_replacement *replacement, struct ecsp_str text,
                           const struct stat *old);

/* Gives it its name. With `is_new` nothing may have that name yet. *lost becomes 1 (with the result
 * 0) when another process was faster: read again and begin anew. */
int ecsp_replacement_install(struct ecsp_replacement *replacement, const struct ecsp_place *place,
                             int is_new, int *lost);

void ecsp_replacement_close(struct ecsp_replacement *replacement);

ECSP_HIDDEN_END

#endif
