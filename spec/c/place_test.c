#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* mkdtemp, lchown */
#endif
#include "files/place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

#define STRANGER 12345

static char folder[] = "/tmp/ecsp-place-XXXXXX";

/* Everything is below the folder of this run, which is the working folder. */
static void make_file(const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    CHECK(file >= 0 && write(file, path, strlen(path)) > 0 && close(file) == 0);
}

static void make_folder(const char *path, mode_t mode)
{
    CHECK(mkdir(path, 0700) == 0 && chmod(path, mode) == 0);
}

static void make_link(const char *target, const char *path)
{
    CHECK(symlink(target, path) == 0);
}

/* What is found, and by which name. A file is opened, and its text is its own path. */
static void leads(const char *path, enum ecsp_place_status want, const char *name, const char *text)
{
    struct ecsp_place place;
    char got[64] = "";
    CHECK_INT(ecsp_place_find(&place, path), want);
    CHECK_STR(test_str(place.name), name);
    if (text != NULL) {
        int file = openat(place.folder, place.name, O_RDONLY | O_NOFOLLOW);
        CHECK(file >= 0 && read(file, got, sizeof got - 1) >= 0 && close(file) == 0);
        CHECK_STR(test_str(got), text);
    }
    ecsp_place_close(&place);
    ecsp_place_close(&place);
    CHECK_INT(place.folder, -1);
}

static void fails(const char *path, int error)
{
    struct ecsp_place place;
    CHECK_INT(ecsp_place_find(&place, path), ECSP_PLACE_FAILED);
    CHECK_INT(errno, error);
    ecsp_place_close(&place);
}

static void plain_paths(void)
{
    char absolute[128];
    make_folder("a", 0700);
    make_folder("a/b", 0711);
    make_file("a/b/file");
    snprintf(absolute, sizeof absolute, "%s//a/./b/../b///file", folder);
    leads("a/b/file", ECSP_PLACE_FOUND, "file", "a/b/file");
    leads("./a/b/file", ECSP_PLACE_FOUND, "file", "a/b/file");
    leads(absolute, ECSP_PLACE_FOUND, "file", "a/b/file");
    leads("a/b/none", ECSP_PLACE_FOUND, "none", NULL);
    leads("a/b", ECSP_PLACE_NOT_PLAIN, "b", NULL);
    leads("a/b/", ECSP_PLACE_NOT_PLAIN, "", NULL);
    leads("a/b/..", ECSP_PLACE_NOT_PLAIN, "..", NULL);
    leads("/", ECSP_PLACE_NOT_PLAIN, "", NULL);
    leads("/dev/full", ECSP_PLACE_NOT_PLAIN, "full", NULL);
    CHECK(mkfifo("a/fifo", 0600) == 0);
    leads("a/fifo", ECSP_PLACE_NOT_PLAIN, "fifo", NULL);
    fails("", ENOENT);
    fails("none/file", ENOENT);
    fails("none/", ENOENT);
    fails("a/b/file/", ENOTDIR);
    fails("a/b/file/more", ENOTDIR);
}

static void long_paths(void)
{
    char path[5000];
    memset(path, 'n', sizeof path);
    path[256] = '\0';
    fails(path, ENAMETOOLONG);
    path[255] = '\0';
    leads(path, ECSP_PLACE_FOUND, path, NULL);
    memset(path, '/', sizeof path);
    path[sizeof path - 1] = '\0';
    fails(path, ENAMETOOLONG);
    path[4095] = '\0';
    leads(path, ECSP_PLACE_NOT_PLAIN, "", NULL);
}

static void links(void)
{
    char text[4096];
    char path[4096];
    make_folder("l", 0700);
    make_folder("l/deep", 0700);
    make_file("l/deep/file");
    make_link("deep/file", "l/one");
    make_link("one", "l/two");
    make_link("../l/two", "l/three");
    make_link("deep", "l/folder");
    make_link("deep/none", "l/dangling");
    make_link("round", "l/round");
    snprintf(text, sizeof text, "%s/l/deep/file", folder);
    make_link(text, "l/absolute");
    leads("l/one", ECSP_PLACE_FOUND, "file", "l/deep/file");
    leads("l/three", ECSP_PLACE_FOUND, "file", "l/deep/file");
    leads("l/folder/file", ECSP_PLACE_FOUND, "file", "l/deep/file");
    leads("l/folder/../one", ECSP_PLACE_FOUND, "file", "l/deep/file");
    leads("l/absolute", ECSP_PLACE_FOUND, "file", "l/deep/file");
    leads("l/dangling", ECSP_PLACE_FOUND, "none", NULL);
    leads("l/folder", ECSP_PLACE_NOT_PLAIN, "deep", NULL);
    leads("l/folder/", ECSP_PLACE_NOT_PLAIN, "", NULL);
    fails("l/one/", ENOTDIR);
    fails("l/round", ELOOP);
    memset(text, '/', sizeof text);
    text[4090] = '\0';
    make_link(text, "l/long");
    memset(path, '/', sizeof path);
    memcpy(path, "l/long", 6);
    memcpy(path + 100, "end", 4);
    fails(path, ENAMETOOLONG);
}

/* The folder of each link of a chain counts, and not that of the file. */
static void untrusted_links(void)
{
    make_folder("others", 0713);
    make_folder("group", 0720);
    make_folder("sticky", 01777);
    make_file("others/file");
    make_link("file", "others/link");
    make_link("../others/file", "group/link");
    make_link("../others/file", "sticky/link");
    make_link("others/file", "fine");
    make_link("others/link", "chain");
    make_link("../a", "others/folder");
    leads("others/file", ECSP_PLACE_FOUND, "file", "others/file");
    leads("fine", ECSP_PLACE_FOUND, "file", "others/file");
    leads("sticky/link", ECSP_PLACE_FOUND, "file", "others/file");
    leads("others/link", ECSP_PLACE_LINK, "link", NULL);
    leads("group/link", ECSP_PLACE_LINK, "link", NULL);
    leads("chain", ECSP_PLACE_LINK, "link", NULL);
    leads("others/folder/b/file", ECSP_PLACE_LINK, "folder", NULL);
    if (geteuid() != 0) {
        return; /* only root can make what belongs to a stranger */
    }
    make_link("../others/file", "sticky/strange");
    make_folder("strange", 0755);
    make_link("../others/file", "strange/link");
    CHECK(lchown("sticky/strange", STRANGER, STRANGER) == 0);
    CHECK(chown("strange", STRANGER, STRANGER) == 0);
    leads("sticky/strange", ECSP_PLACE_LINK, "strange", NULL);
    leads("strange/link", ECSP_PLACE_LINK, "link", NULL);
    CHECK(seteuid(STRANGER) == 0);
    leads("sticky/link", ECSP_PLACE_FOUND, "file", NULL);
    leads("strange/link", ECSP_PLACE_FOUND, "file", NULL);
    fails("a/b", EACCES);
    CHECK(seteuid(0) == 0);
}

static void moved_folder(void)
{
    struct ecsp_place place;
    make_folder("before", 0700);
    make_file("before/file");
    CHECK_INT(ecsp_place_find(&place, "before/file"), ECSP_PLACE_FOUND);
    CHECK(rename("before", "after") == 0);
    make_folder("before", 0700);
    CHECK(faccessat(place.folder, place.name, F_OK, 0) == 0);
    ecsp_place_close(&place);
}

int main(void)
{
    char command[64];
    if (mkdtemp(folder) == NULL || chdir(folder) != 0 || chmod(".", 0711) != 0) {
        return EXIT_FAILURE;
    }
    RUN(plain_paths);
    RUN(long_paths);
    RUN(links);
    RUN(untrusted_links);
    RUN(moved_folder);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK(chdir("/") == 0 && system(command) == 0);
    return test_summary();
}
