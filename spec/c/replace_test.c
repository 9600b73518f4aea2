#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* mkdtemp, flock */
#endif
#include "files/replace.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "test.h"

static char folder[] = "/tmp/ecsp-replace-XXXXXX";

static struct ecsp_place place_of(const char *name)
{
    struct ecsp_place place;
    CHECK_INT(ecsp_place_find(&place, name), ECSP_PLACE_FOUND);
    return place;
}

/* One whole replacement. 1: lost to another process; -1: failed. */
static int replace(const char *name, const char *text, const struct stat *old)
{
    struct ecsp_replacement replacement = ECSP_REPLACEMENT_NONE;
    struct ecsp_place place = place_of(name);
    int lost = 0;
    int done = ecsp_replacement_open(&replacement, &place) == 0 &&
               ecsp_replacement_write(&replacement, test_str(text), old) == 0 &&
               ecsp_replacement_install(&replacement, &place, old == NULL, &lost) == 0;
    int error = errno;
    ecsp_replacement_close(&replacement);
    ecsp_replacement_close(&replacement);
    ecsp_place_close(&place);
    errno = error;
    return done ? lost : -1;
}

static struct stat status_of(const char *name)
{
    struct stat status;
    memset(&status, 0, sizeof status);
    CHECK(lstat(name, &status) == 0);
    return status;
}

static void holds(const char *name, const char *text)
{
    char got[64] = "";
    int file = open(name, O_RDONLY);
    CHECK(file >= 0 && read(file, got, sizeof got - 1) >= 0 && close(file) == 0);
    CHECK_STR(test_str(got), text);
}

static void make_file(const char *name, const char *text, mode_t mode)
{
    int file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
    CHECK(file >= 0 && write(file, text, strlen(text)) >= 0 && fchmod(file, mode) == 0);
    CHECK(close(file) == 0);
}

static int files_in_folder(void)
{
    int count = 0;
    DIR *entries = opendir(".");
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        count += entry->d_name[0] != '.';
    }
    closedir(entries);
    return count;
}

static void new_and_old(void)
{
    umask(0);
    CHECK_INT(replace("journal", "one", NULL), 0);
    holds("journal", "one");
    struct stat old = status_of("journal");
    CHECK_INT(old.st_mode & 07777, 0600);
    CHECK_INT(old.st_nlink, 1);
    CHECK(chmod("journal", 0640) == 0);
    old = status_of("journal");
    umask(077);
    CHECK_INT(replace("journal", "two", &old), 0);
    holds("journal", "two");
    CHECK_INT(status_of("journal").st_mode & 07777, 0640);
    CHECK(status_of("journal").st_ino != old.st_ino);
    CHECK_INT(files_in_folder(), 1);
    CHECK_INT(replace("journal", "", &old), 0);
    holds("journal", "");
}

static void new_ones_replace_nothing(void)
{
    make_file("there", "old", 0600);
    CHECK_INT(replace("there", "new", NULL), 1);
    holds("there", "old");
    CHECK(symlink("nowhere", "dangling") == 0);
    struct ecsp_replacement replacement = ECSP_REPLACEMENT_NONE;
    struct ecsp_place place = place_of("there");
    int lost = 0;
    strcpy(place.name, "dangling");
    CHECK_INT(ecsp_replacement_open(&replacement, &place), 0);
    CHECK_INT(ecsp_replacement_write(&replacement, test_str("new"), NULL), 0);
    CHECK_INT(ecsp_replacement_install(&replacement, &place, 1, &lost), 0);
    CHECK_INT(lost, 1);
    ecsp_replacement_close(&replacement);
    ecsp_place_close(&place);
    CHECK(S_ISLNK(status_of("dangling").st_mode));
    CHECK_INT(files_in_folder(), 3);
}

/* The name is taken away meanwhile: by the cleaning of another process, or by hand. */
static void temporary_file_is_gone(void)
{
    struct ecsp_replacement replacement = ECSP_REPLACEMENT_NONE;
    struct ecsp_place place = place_of("there");
    int lost = 0;
    CHECK_INT(ecsp_replacement_open(&replacement, &place), 0);
    CHECK(unlink(replacement.name) == 0);
    CHECK_INT(ecsp_replacement_install(&replacement, &place, 0, &lost), 0);
    CHECK_INT(lost, 1);
    ecsp_replacement_close(&replacement);
    ecsp_place_close(&place);
    holds("there", "old");
}

static void owners(void)
{
    if (geteuid() != 0) {
        return; /* only root can give files away */
    }
    make_file("given", "old", 0660);
    CHECK(chown("given", 12345, 23456) == 0);
    struct stat old = status_of("given");
    CHECK_INT(replace("given", "new", &old), 0);
    CHECK_INT(status_of("given").st_uid, 12345);
    CHECK_INT(status_of("given").st_gid, 23456);
    CHECK_INT(status_of("given").st_mode & 07777, 0660);
    CHECK(chmod(".", 0777) == 0 && seteuid(54321) == 0);
    CHECK_INT(replace("given", "newer", &old), 0);
    CHECK(seteuid(0) == 0 && chmod(".", 0700) == 0);
    CHECK_INT(status_of("given").st_uid, 54321);
    CHECK_INT(status_of("given").st_mode & 07777, 0600); /* its group is another one */
    CHECK(unlink("given") == 0);
}

#define DIGITS "0123456789abcdef0123456789abcdef"

static void leftovers(void)
{
    int before = files_in_folder();
    struct stat old = status_of("there");
    make_file("there." DIGITS ".new", "left", 0600);
    make_file("there." DIGITS ".newer", "mine", 0600);
    make_file("there.0123456789ABCDEF0123456789ABCDEF.new", "mine", 0600);
    make_file("here." DIGITS ".new", "of another file", 0600);
    CHECK(symlink("there", "there.1" DIGITS ".new") == 0);
    CHECK(mkdir("there.f123456789abcdef0123456789abcdef.new", 0700) == 0);
    CHECK_INT(replace("there", "newer", &old), 0);
    CHECK(access("there." DIGITS ".new", F_OK) != 0);
    CHECK_INT(files_in_folder(), before + 5);
    make_file("there." DIGITS ".new", "in use", 0600);
    int file = open("there." DIGITS ".new", O_RDONLY);
    CHECK(file >= 0 && flock(file, LOCK_EX) == 0);
    CHECK_INT(replace("there", "newest", &old), 0);
    CHECK(access("there." DIGITS ".new", F_OK) == 0);
    CHECK(close(file) == 0);
    CHECK_INT(replace("there", "last", &old), 0);
    CHECK(access("there." DIGITS ".new", F_OK) != 0);
}

static void refused(void)
{
    char name[ECSP_MAX_NAME + 1];
    memset(name, 'n', sizeof name);
    name[ECSP_MAX_NAME - 37] = '\0';
    CHECK_INT(replace(name, "long", NULL), 0);
    CHECK(unlink(name) == 0);
    name[ECSP_MAX_NAME - 37] = 'n';
    name[ECSP_MAX_NAME - 36] = '\0';
    CHECK_INT(replace(name, "too long", NULL), -1);
    CHECK_INT(errno, ENAMETOOLONG);
    struct ecsp_replacement replacement = ECSP_REPLACEMENT_NONE;
    struct ecsp_place none = {-1, "file"};
    CHECK_INT(ecsp_replacement_open(&replacement, &none), -1);
    CHECK_INT(errno, EBADF);
    ecsp_replacement_close(&replacement);
    struct ecsp_place gone = place_of("there");
    CHECK(mkdir("empty", 0700) == 0);
    gone.folder = (ecsp_place_close(&gone), open("empty", O_RDONLY | O_DIRECTORY));
    CHECK(rmdir("empty") == 0);
    CHECK_INT(ecsp_replacement_open(&replacement, &gone), -1);
    CHECK_INT(errno, ENOENT);
    ecsp_replacement_close(&replacement);
    ecsp_place_close(&gone);
}

/* Leftovers are not looked for then, and nothing is created. */
static void no_descriptors(void)
{
    struct ecsp_replacement replacement = ECSP_REPLACEMENT_NONE;
    struct ecsp_place place = place_of("there");
    struct rlimit before;
    struct rlimit few;
    int next = dup(place.folder);
    CHECK(next >= 0 && close(next) == 0 && getrlimit(RLIMIT_NOFILE, &before) == 0);
    few = before;
    few.rlim_cur = (rlim_t)next + 1;
    CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
    CHECK_INT(ecsp_replacement_open(&replacement, &place), -1);
    CHECK_INT(errno, EMFILE);
    ecsp_replacement_close(&replacement);
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    ecsp_place_close(&place);
}

int main(void)
{
    char command[64];
    if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
        return EXIT_FAILURE;
    }
    RUN(new_and_old);
    RUN(new_ones_replace_nothing);
    RUN(temporary_file_is_gone);
    RUN(owners);
    RUN(leftovers);
    RUN(refused);
    RUN(no_descriptors);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK(chdir("/") == 0 && system(command) == 0);
    return test_summary();
}
