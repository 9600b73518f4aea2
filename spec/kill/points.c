/*
 * What this is: a library that is preloaded into a real Lua process. It kills the process (SIGKILL)
 * at a chosen point where it deals with the system: requests, files in its folder, waits. It also
 * gives the process its own clock, on which waits take no time.
 *
 * Environment: KILL_FOLDER (files in there count), KILL_LOG (one line for each point
 * that was reached), KILL_AT (number of the point at which the process dies; 0 = none), KILL_CLOCK
 * (unix seconds at the start), KILL_CLOCK_STANDS (1: only waits advance the clock, so that every
 * run is the same), KILL_SIGNAL (a signal other than 9), KILL_FAIL (the process lives, and the
 * operation fails with this errno).
 *
 * May include: POSIX and glibc.
 *
 * Ownership: only the descriptor of the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int points;
static int halved = -1; /* the descriptor whose text is half written */
static int requests;
static int waiting; /* a request is out, nothing of its answer was read yet */
static int asleep;  /* the last point was one of a wait, which comes in many short sleeps */
static int log_fd = -1;
static double ahead; /* of the host's clock, seconds */

static const char *setting(const char *name, const char *fallback)
{
    const char *value = getenv(name);

    return value != NULL ? value : fallback;
}

static int stands; /* the clock of the host is read as 0 */

static double host_now(clockid_t clock)
{
    struct timespec now;

    if (stands) {
        return 0;
    }
    REAL(clock_gettime)(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

__attribute__((constructor)) static void begin(void)
{
    double start = atof(setting("KILL_CLOCK", "0"));

    log_fd = open(setting("KILL_LOG", "/dev/null"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    stands = atoi(setting("KILL_CLOCK_STANDS", "0"));
    ahead = start > 0 ? start - host_now(CLOCK_REALTIME) : 0;
}

/* One more point: a line in the log, and the end when it is the one. True: it is to fail. */
static int point(const char *format, ...)
{
    char line[1024];
    va_list arguments;
    int length;
    int reached = ++points == atoi(setting("KILL_AT", "0"));

    asleep = 0;
    length = snprintf(line, sizeof line, "%d ", points);
    va_start(arguments, format);
    length += vsnprintf(line + length, sizeof line - (size_t)length - 1, format, arguments);
    va_end(arguments);
    line[length++] = '\n';
    if (REAL(write)(log_fd, line, (size_t)length) != length) {
        abort();
    }
    if (!reached) {
        return 0;
    }
    if (getenv("KILL_FAIL") != NULL) {
        errno = atoi(getenv("KILL_FAIL"));
        return 1;
    }
    kill(getpid(), atoi(setting("KILL_SIGNAL", "9")));
    return 0;
}

/* A point that tells a process that dies nothing new, and where an operation can fail. */
static int may_fail(const char *what, const char *label)
{
    return getenv("KILL_FAIL") != NULL && point(what, label);
}

/* --- requests -------------------------------------------------------------------------------- */

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    ssize_t sent;

    if (!waiting) {
        requests++;
        point("request %d is not sent yet", requests);
    }
    sent = REAL(send)(fd, bytes, size, flags);
    if (sent > 0) {
        waiting = 1;
        point("request %d is sent", requests);
    }
    return sent;
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    ssize_t got;
    char first;

    if (!waiting || REAL(recv)(fd, &first, 1, MSG_PEEK | MSG_DONTWAIT) != 1) {
        return REAL(recv)(fd, bytes, size, flags);
    }
    point("request %d is answered, nobody has read it", requests);
    waiting = 0;
    got = REAL(recv)(fd, bytes, size, flags);
    point("request %d is answered and read", requests);
    return got;
}

/* --- files ----------------------------------------------------------------------------------- */

#define RANDOM_LENGTH \
    (1 + 32 + 4) /* of what a temporary file's name ends in: ".", digits, ".new" */

/* Where a descriptor leads, with a name below it. Empty: nowhere in the folder of this run. */
static const char *label_of(int descriptor, const char *name, char label[512])
{
    const char *folder = setting("KILL_FOLDER", "/nowhere");
    size_t length = strlen(folder);
    char link[64];
    char path[512];
    ssize_t got;

    label[0] = '\0';
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    got = readlink(link, path, sizeof path - 1);
    if (got < 0) {
        return label;
    }
    path[got] = '\0';
    if (strncmp(path, folder, length) != 0 || (path[length] != '\0' && path[length] != '/')) {
        return label;
    }
    if (name == NULL && path[length] == '\0') {
        return strcpy(label, "the folder");
    }
    name = name != NULL ? name : strrchr(path, '/') + 1;
    length = strlen(name);
    if (length > RANDOM_LENGTH && strcmp(name + length - 4, ".new") == 0) {
        snprintf(label, 512, "the new %.*s", (int)(length - RANDOM_LENGTH), name);
    } else {
        snprintf(label, 512, "%s", name);
    }
    return label;
}

int openat(int folder, const char *path, int flags, ...)
{
    char label[512];
    va_list arguments;
    mode_t mode;
    int file;

    va_start(arguments, flags);
    mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if ((flags & (O_CREAT | O_RDWR)) == 0 || *label_of(folder, path, label) == '\0') {
        return REAL(openat)(folder, path, flags, mode);
    }
    if ((flags & O_CREAT) == 0) { /* nothing can be half done by it */
        if (may_fail("%s is not opened yet", label)) {
            return -1;
        }
        file = REAL(openat)(folder, path, flags);
        if (getenv("KILL_SIGNAL") != NULL) { /* a process that is stopped here has no lock yet */
            point("%s is open", label);
        }
        return file;
    }
    if (point("%s is not created yet", label)) {
        return -1;
    }
    file = REAL(openat)(folder, path, flags, mode);
    point("%s is open and empty", label);
    return file;
}

ssize_t write(int file, const void *bytes, size_t size)
{
    char label[512];
    ssize_t written;

    if (file == halved || *label_of(file, NULL, label) == '\0') {
        halved = -1;
        return REAL(write)(file, bytes, size);
    }
    halved = file;
    written = REAL(write)(file, bytes, size / 2);
    /* a signal in the middle is no failure: so much was written */
    return point("%s is half written", label) && errno != EINTR ? -1 : written;
}

int fsync(int file)
{
    char label[512];
    int result;

    if (*label_of(file, NULL, label) == '\0') {
        return REAL(fsync)(file);
    }
    if (may_fail("%s is not on the disk yet", label)) {
        return -1;
    }
    result = REAL(fsync)(file);
    point("%s is on the disk", label);
    return result;
}

int close(int file)
{
    char label[512];

    if (strncmp(label_of(file, NULL, label), "the new", 7) == 0 &&
        may_fail("%s is not closed yet", label)) {
        REAL(close)(file);
        errno = atoi(getenv("KILL_FAIL"));
        return -1;
    }
    return REAL(close)(file);
}

int renameat(int from, const char *old, int to, const char *name)
{
    char label[512];
    int result;

    if (*label_of(to, name, label) == '\0') {
        return REAL(renameat)(from, old, to, name);
    }
    if (point("%s does not have its name yet", label)) {
        return -1;
    }
    result = REAL(renameat)(from, old, to, name);
    point("%s has its name", label);
    return result;
}

int linkat(int from, const char *old, int to, const char *name, int flags)
{
    char label[512];
    int result;

    if (*label_of(to, name, label) == '\0') {
        return REAL(linkat)(from, old, to, name, flags);
    }
    if (point("%s does not have its name yet", label)) {
        return -1;
    }
    result = REAL(linkat)(from, old, to, name, flags);
    point("%s has its name", label);
    return result;
}

int unlinkat(int folder, const char *path, int flags)
{
    char label[512];
    int result;

    if (*label_of(folder, path, label) == '\0') {
        return REAL(unlinkat)(folder, path, flags);
    }
    if (may_fail("%s is not removed yet", label)) {
        return -1;
    }
    result = REAL(unlinkat)(folder, path, flags);
    point("%s is removed", label);
    return result;
}

/* --- time ------------------------------------------------------------------------------------ */

#define ROUNDING 1e-6 /* seconds: more than the clock is rounded by, a double since 1970 */

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    double seconds = (double)wanted->tv_sec + (double)wanted->tv_nsec / 1e9;

    if (seconds < 0.03) { /* for another process, which has its own clock: a lock */
        /* or a short pause, or what a rounded clock left of a longer one */
        ahead += stands ? seconds + ROUNDING : 0;
        return REAL(nanosleep)(wanted, left);
    }
    if (asleep) {
        ahead += seconds;
        return 0;
    }
    point("a wait has not begun");
    ahead += seconds;
    point("a wait has begun");
    asleep = 1;
    return 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    double value;

    if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID) {
        return REAL(clock_gettime)(clock, now);
    }
    value = host_now(clock) + ahead;
    now->tv_sec = (time_t)value;
    now->tv_nsec = (long)((value - (double)now->tv_sec) * 1e9);
    return 0;
}

time_t time(time_t *where)
{
    time_t now = (time_t)(host_now(CLOCK_REALTIME) + ahead);

    if (where != NULL) {
        *where = now;
    }
    return now;
}
