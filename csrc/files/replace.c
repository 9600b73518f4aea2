#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* flock, syscall */
#endif
#include "replace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../wire/digest.h"

#define RANDOM_BYTES 16
#define SUFFIX ".new"
#define ADDED (1 + 2 * RANDOM_BYTES + sizeof SUFFIX - 1) /* what is added to the name of a file */
#define MAX_ENTRIES 10000 /* of a folder, looked through for leftovers */
#define NO_REPLACE 1      /* RENAME_NOREPLACE of Linux */

/* Is it a name that `open` makes for the file `name`? */
static int is_temporary(const char *entry, const char *name)
{
    size_t len = strlen(name);
    return strlen(entry) == len + ADDED && memcmp(entry, name, len) == 0 && entry[len] == '.' &&
           strspn(entry + len + 1, "0123456789abcdef") == 2 * (size_t)RANDOM_BYTES &&
           strcmp(entry + len + 1 + 2 * (size_t)RANDOM_BYTES, SUFFIX) == 0;
}

/* Is it a second name of the file? Its writer was killed between link and unlink; the lock on the
 * file is ours, and would look like one of that writer. */
static int is_same_file(int folder, const char *name, const struct stat *status)
{
    struct stat file;
    return fstatat(folder, name, &file, AT_SYMLINK_NOFOLLOW) == 0 &&
           file.st_dev == status->st_dev && file.st_ino == status->st_ino;
}

static void remove_leftover(int folder, const char *entry, const char *name)
{
    struct stat status;
    int file = ecsp_open_descriptor(folder, entry, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
        status.st_uid == geteuid() &&
        (is_same_file(folder, name, &status) || flock(file, LOCK_SH | LOCK_NB) == 0)) {
        (void)unlinkat(folder, entry, 0);
    }
    (void)ecsp_close_descriptor(&file);
}

/* What cannot be removed now is left to the next time. */
static void remove_leftovers(int folder, const char *name)
{
    int copy = ecsp_open_descriptor(folder, ".", O_RDONLY | O_DIRECTORY);
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    if (entries == NULL) {
        (void)ecsp_close_descriptor(&copy);
        return;
    }
    struct dirent *entry = readdir(entries);
    for (int i = 0; entry != NULL && i < MAX_ENTRIES; i++) {
        if (is_temporary(entry->d_name, name)) {
            remove_leftover(folder, entry->d_name, name);
        }
        entry = readdir(entries);
    }
    (void)closedir(entries);
}

static int fail(int error)
{
    errno = error;
    return -1;
}

static int make_name(struct ecsp_replacement *replacement, const char *name)
{
    unsigned char bytes[RANDOM_BYTES];
    size_t len = strlen(name);
    if (len + ADDED > ECSP_MAX_NAME) {
        return fail(ENAMETOOLONG);
    }
    if (ecsp_random(bytes, sizeof bytes) != ECSP_OK) {
        return fail(EIO);
    }
    memcpy(replacement->name, name, len);
    replacement->name[len] = '.';
    ecsp_hex(replacement->name + len + 1, bytes, sizeof bytes);
    memcpy(replacement->name + len + 1 + 2 * sizeof bytes, SUFFIX, sizeof SUFFIX);
    return 0;
}

int ecsp_replacement_open(struct ecsp_replacement *replacement, const struct ecsp_place *place)
{
    replacement->folder = ecsp_open_descriptor(place->folder, ".", O_RDONLY | O_DIRECTORY);
    if (replacement->folder < 0) {
        return -1;
    }
    remove_leftovers(replacement->folder, place->name);
    if (make_name(replacement, place->name) != 0) {
        return -1;
    }
    replacement->file = ecsp_open_descriptor(replacement->folder, replacement->name,
                                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    if (replacement->file < 0) {
        replacement->name[0] = '\0'; /* nothing of ours to remove */
        return -1;
    }
    return flock(replacement->file, LOCK_EX | LOCK_NB);
}

static int write_all(int file, struct ecsp_str text)
{
    while (text.len > 0) {
        ssize_t written = write(file, text.data, text.len);
        if (written < 0 && errno != EINTR) {
            return -1;
        }
        if (written > 0) {
            text.data += written;
            text.len -= (size_t)written;
        }
    }
    return 0;
}

static int sync_descriptor(int descriptor)
{
    int result;
#ifdef F_FULLFSYNC /* macOS: fsync() alone leaves the text in the memory of the disk */
    if (fcntl(descriptor, F_FULLFSYNC) == 0) {
        return 0;
    }
#endif
    do {
        result = fsync(descriptor);
    } while (result != 0 && errno == EINTR);
    return result;
}

/* The bits of the group belong to the old group: without it they are for nobody. */
static int keep_mode(int file, const struct stat *old)
{
    mode_t mode = old == NULL ? (mode_t)0600 : old->st_mode & 0777;
    if (old != NULL && fchown(file, old->st_uid, old->st_gid) != 0 &&
        fchown(file, (uid_t)-1, old->st_gid) != 0) {
        mode &= ~(mode_t)S_IRWXG;
    }
    return fchmod(file, mode);
}

/* Some file systems report a failed write only when a descriptor is closed. Our own stays open,
 * because it holds the lock. */
static int close_a_copy(int file)
{
    int copy = fcntl(file, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? -1 : close(copy);
}

int ecsp_replacement_write(struct ecsp_replacement *replacement, struct ecsp_str text,
                           const struct stat *old)
{
    int file = replacement->file;
    if (write_all(file, text) != 0 || keep_mode(file, old) != 0 || sync_descriptor(file) != 0) {
        return -1;
    }
    return close_a_copy(file);
}

/* Gives it a name that nothing has. Not every file system has both ways. */
static int name_anew(struct ecsp_replacement *replacement, const char *name)
{
    int folder = replacement->folder;
    if (linkat(folder, replacement->name, folder, name, 0) == 0) {
        return unlinkat(folder, replacement->name, 0) == 0 || errno == ENOENT ? 0 : -1;
    }
#ifdef SYS_renameat2
    if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) {
        return (int)syscall(SYS_renameat2, folder, replacement->name, folder, name, NO_REPLACE);
    }
#endif
    return -1;
}

int ecsp_replacement_install(struct ecsp_replacement *replacement, const struct ecsp_place *place,
                             int is_new, int *lost)
{
    int folder = replacement->folder;
    int result = is_new ? name_anew(replacement, place->name)
                        : renameat(folder, replacement->name, folder, place->name);
    *lost = result != 0 && (errno == ENOENT || (is_new && errno == EEXIST));
    if (*lost) {
        return 0;
    }
    if (result != 0) {
        return -1;
    }
    replacement->name[0] = '\0';
    if (sync_descriptor(folder) != 0 && errno != EINVAL && errno != EOPNOTSUPP) {
        return -1; /* those two: a file system that cannot, and that keeps its folders otherwise */
    }
    return 0;
}

void ecsp_replacement_close(struct ecsp_replacement *replacement)
{
    if (replacement->name[0] != '\0' && replacement->file >= 0) {
        (void)unlinkat(replacement->folder, replacement->name, 0);
        replacement->name[0] = '\0';
    }
    (void)ecsp_close_descriptor(&replacement->file);
    (void)ecsp_close_descriptor(&replacement->folder);
}
