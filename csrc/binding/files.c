#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* flock, major, minor, realpath */
#endif
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif

#include "../files/place.h"
#include "../files/replace.h"

#define FILE_TYPE "ecs_pipeline.file"
#define MAX_PATH 4096
#define LINK_REFUSED                                                                            \
    "the link %s is not followed: it belongs to another user, or others can write its folder: " \
    "give the path of the file itself"

/* One use of one file. */
struct file {
    struct ecsp_place place;
    struct ecsp_replacement replacement;
    int descriptor;     /* -1: there is no such file */
    struct stat status; /* of the descriptor */
};

static struct file *file_push(lua_State *L)
{
    static const struct ecsp_replacement none = ECSP_REPLACEMENT_NONE;
    struct file *file = ecsp_newobject(L, sizeof *file, FILE_TYPE);
    file->place.folder = -1;
    file->replacement = none;
    file->descriptor = -1;
    return file;
}

static struct file *file_argument(lua_State *L)
{
    struct file *file = ecsp_testobject(L, 1, FILE_TYPE);
    luaL_argcheck(L, file != NULL, 1, "a file of core.durable_file is expected");
    return file;
}

static struct file *file_open_argument(lua_State *L)
{
    struct file *file = file_argument(L);
    luaL_argcheck(L, file->place.folder >= 0, 1, "the file is closed");
    return file;
}

/* Closing the descriptor ends the lock. */
static int file_close(lua_State *L)
{
    struct file *file = file_argument(L);
    ecsp_replacement_close(&file->replacement);
    (void)ecsp_close_descriptor(&file->descriptor);
    ecsp_place_close(&file->place);
    return 0;
}

static struct ecsp_str check_path(lua_State *L)
{
    struct ecsp_str path = ecsp_checkstr(L, 1);
    luaL_argcheck(L, strlen(path.data) == path.len, 1, "a path has no zero bytes");
    return path;
}

/* nil, why, true when there is no such file. Zero: it is another kind of file. */
static int push_failure(lua_State *L, int error)
{
    lua_pushnil(L);
    lua_pushstring(L, error == 0 ? "not a plain file" : strerror(error));
    lua_pushboolean(L, error == ENOENT || error == ENOTDIR);
    return 3;
}

static double modified(const struct stat *status)
{
#ifdef __APPLE__ /* its names for the fraction are hidden by _POSIX_C_SOURCE */
    return (double)status->st_mtime;
#else
    return (double)status->st_mtim.tv_sec + (double)status->st_mtim.tv_nsec / 1e9;
#endif
}

/***
What the file system says of a file: who may read it, and whether it has changed since.
@function file_status
@tparam string path
@treturn[1] table `{ mode, size, modified, regular, folder, owner, trusted_owner }`: permission
bits, bytes, unix seconds with a fraction, true for a plain file, true for a folder, user id, true
if that is root or the user of this process
@treturn[2] nil
@treturn[2] string why, without the path: "No such file or directory"
@treturn[2] boolean true when there is no such file
*/
int ecsp_files_status(lua_State *L)
{
    struct stat status;
    struct ecsp_str path = check_path(L);
    if (stat(path.data, &status) != 0) {
        return push_failure(L, errno);
    }
    lua_createtable(L, 0, 7);
    ecsp_pushinteger(L, (int64_t)status.st_uid);
    ecsp_rawsetfield(L, -2, "owner");
    lua_pushboolean(L, ecsp_is_trusted(status.st_uid));
    ecsp_rawsetfield(L, -2, "trusted_owner");
    ecsp_pushinteger(L, (int64_t)(status.st_mode & 07777));
    ecsp_rawsetfield(L, -2, "mode");
    ecsp_pushinteger(L, (int64_t)status.st_size);
    ecsp_rawsetfield(L, -2, "size");
    lua_pushnumber(L, (lua_Number)modified(&status));
    ecsp_rawsetfield(L, -2, "modified");
    lua_pushboolean(L, S_ISREG(status.st_mode));
    ecsp_rawsetfield(L, -2, "regular");
    lua_pushboolean(L, S_ISDIR(status.st_mode));
    ecsp_rawsetfield(L, -2, "folder");
    return 1;
}

/***
The folder in which relative paths begin.
@function working_folder
@treturn[1] string
@treturn[2] nil
@treturn[2] string why
*/
int ecsp_files_working_folder(lua_State *L)
{
    char path[MAX_PATH];
    if (getcwd(path, sizeof path) == NULL) {
        return push_failure(L, errno);
    }
    lua_pushstring(L, path);
    return 1;
}

/***
The absolute path of something that exists, without links and dots.
@function real_path
@tparam string path
@treturn[1] string
@treturn[1] ?string name of a link on the way that another user can exchange
@treturn[2] nil
@treturn[2] string why, without the path
@treturn[2] boolean true when there is no such file
*/
int ecsp_files_real_path(lua_State *L)
{
    char real[PATH_MAX];
    struct ecsp_place place;
    struct ecsp_str path = check_path(L);
    if (realpath(path.data, real) == NULL) {
        return push_failure(L, errno);
    }
    int is_unsafe = ecsp_place_find(&place, path.data) == ECSP_PLACE_LINK;
    ecsp_place_close(&place);
    lua_pushstring(L, real);
    if (is_unsafe) {
        lua_pushstring(L, place.name);
    }
    return is_unsafe ? 2 : 1;
}

/* 1: open, and a plain file; 0: not, and errno is 0 when it is another kind of file. */
static int open_plain(struct file *file, int folder, const char *name, int flags)
{
    file->descriptor = ecsp_open_descriptor(folder, name, flags | O_NONBLOCK);
    if (file->descriptor < 0 || fstat(file->descriptor, &file->status) != 0) {
        return 0;
    }
    errno = 0;
    return S_ISREG(file->status.st_mode);
}

/* Pushes the text, or `nil, why`. */
static int push_text(lua_State *L, int descriptor, lua_Integer max_bytes)
{
    luaL_Buffer text;
    lua_Integer total = 0;
    luaL_buffinit(L, &text);
    for (;;) {
        ssize_t got = read(descriptor, luaL_prepbuffer(&text), LUAL_BUFFERSIZE);
        if (got < 0 && errno != EINTR) {
            return push_failure(L, errno);
        }
        if (got == 0) {
            luaL_pushresult(&text);
            return 1;
        }
        if (got > 0) {
            luaL_addsize(&text, (size_t)got);
            total += (lua_Integer)got;
        }
        if (total > max_bytes) {
            lua_pushnil(L);
            lua_pushfstring(L, "larger than %d bytes", (int)max_bytes);
            return 2;
        }
    }
}

/***
The text of a plain file. Anything else is refused without waiting for it, a FIFO too.
@function read_file
@tparam string path
@tparam integer max_bytes
@treturn[1] string
@treturn[2] nil
@treturn[2] string why, without the path
@treturn[2] boolean true when there is no such file
*/
int ecsp_files_read(lua_State *L)
{
    struct ecsp_str path = check_path(L);
    lua_Integer max_bytes = luaL_checkinteger(L, 2);
    struct file *file = file_push(L);
    if (!open_plain(file, AT_FDCWD, path.data, O_RDONLY)) {
        return push_failure(L, errno);
    }
    int results = push_text(L, file->descriptor, max_bytes);
    (void)ecsp_close_descriptor(&file->descriptor);
    return results;
}

/* As /proc/locks names a file. */
static int locked_by_another(lua_State *L, const struct stat *status)
{
    lua_pushboolean(L, 0);
#ifdef __linux__
    char id[64];
    (void)snprintf(id, sizeof id, "%02x:%02x:%llu", major(status->st_dev), minor(status->st_dev),
                   (unsigned long long)status->st_ino);
    lua_pushstring(L, id);
    return 2;
#else
    (void)status;
    return 1;
#endif
}

/* To lock over NFS, a descriptor must be able to write. */
static int open_for_change(struct file *file)
{
    const struct ecsp_place *place = &file->place;
    if (open_plain(file, place->folder, place->name, O_RDWR | O_NOFOLLOW)) {
        return 1;
    }
    if (errno != EACCES && errno != EPERM && errno != EROFS) {
        return 0;
    }
    return open_plain(file, place->folder, place->name, O_RDONLY | O_NOFOLLOW);
}

static int is_still_there(const struct file *file)
{
    struct stat now;
    return fstatat(file->place.folder, file->place.name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
           now.st_dev == file->status.st_dev && now.st_ino == file->status.st_ino;
}

static int lock_file(lua_State *L, struct file *file)
{
    if (flock(file->descriptor, LOCK_EX | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? locked_by_another(L, &file->status) : push_failure(L, errno);
    }
    if (!is_still_there(file)) {
        lua_pushboolean(L, 0);
    }
    return 1;
}

/***
A file that is replaced as a whole, such as a journal. Links are followed as `csrc/files/place.h`
says. With `lock`, no other process and no other task can have it so, until it is closed or the
process ends. The lock (flock) is on the file itself, and nothing is waited for. A file that does
not exist cannot be locked: of several that create it one succeeds, and the others begin anew.
@function durable_file
@tparam string path
@tparam ?boolean lock for a change; otherwise it can be read and checked
@treturn[1] userdata with

  * `read(max_bytes)` → string; false if there is no such file; or nil and why
  * `replace(text)` → true; false if another process was faster and all is to be done again; or nil
    and why. Then the old text is still there, unless the last step failed: to sync the folder.
  * `check()` → true if the file could be replaced, or nil and why
  * `close()`

@treturn[2] boolean false: it is locked, or was replaced just now
@treturn[2] ?string its name in /proc/locks
@treturn[3] nil
@treturn[3] string why, without the path
*/
int ecsp_files_durable(lua_State *L)
{
    struct ecsp_str path = check_path(L);
    int lock = lua_toboolean(L, 2);
    struct file *file = file_push(L);
    struct ecsp_place *place = &file->place;
    enum ecsp_place_status found = ecsp_place_find(place, path.data);
    if (found == ECSP_PLACE_LINK) {
        lua_pushnil(L);
        lua_pushfstring(L, LINK_REFUSED, place->name);
        return 2;
    }
    if (found != ECSP_PLACE_FOUND) {
        return push_failure(L, found == ECSP_PLACE_FAILED ? errno : 0);
    }
    if (lock ? open_for_change(file)
             : open_plain(file, place->folder, place->name, O_RDONLY | O_NOFOLLOW)) {
        return lock ? lock_file(L, file) : 1;
    }
    return errno == ENOENT ? 1 : push_failure(L, errno);
}

static int file_read(lua_State *L)
{
    struct file *file = file_open_argument(L);
    lua_Integer max_bytes = luaL_checkinteger(L, 2);
    if (file->descriptor < 0) {
        lua_pushboolean(L, 0);
        return 1;
    }
    return push_text(L, file->descriptor, max_bytes);
}

/* The end of check() and of replace(). */
static int finish(lua_State *L, struct file *file, int done, int lost)
{
    int error = errno;
    ecsp_replacement_close(&file->replacement);
    if (!done) {
        return push_failure(L, error);
    }
    lua_pushboolean(L, !lost);
    return 1;
}

static int file_check(lua_State *L)
{
    struct file *file = file_open_argument(L);
    return finish(L, file, ecsp_replacement_open(&file->replacement, &file->place) == 0, 0);
}

static int file_replace(lua_State *L)
{
    struct file *file = file_open_argument(L);
    struct ecsp_replacement *replacement = &file->replacement;
    struct ecsp_str text = ecsp_checkstr(L, 2);
    int is_new = file->descriptor < 0;
    int lost = 0;
    int done = ecsp_replacement_open(replacement, &file->place) == 0 &&
               ecsp_replacement_write(replacement, text, is_new ? NULL : &file->status) == 0 &&
               ecsp_replacement_install(replacement, &file->place, is_new, &lost) == 0;
    return finish(L, file, done, lost);
}

void ecsp_files_register(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"read", file_read},   {"replace", file_replace},
        {"check", file_check}, {"close", file_close},
        {NULL, NULL},
    };
    ecsp_newtype(L, FILE_TYPE, methods, file_close, NULL);
}
