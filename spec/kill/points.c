/*
 * What this is: a library that is preloaded into a real Lua process. It kills the process (SIGKILL)
 * at a chosen point where it deals with the system: requests, files in its folder, waits. It also
 * gives the process its own clock, on which waits take no time.
 *
 * Environment: KILL_FOLDER (files in there count), KILL_LOG (one line for each point
 * that was reached), KILL_AT (number of the point at which the process dies; 0 = none), KILL_CLOCK
 * (unix seconds at the start), KILL_CLOCK_STANDS (1: only waits advance the clock, so that every
 * run is the same), KILL_SIGNAL (a signal other than 9), KILL_FAIL (1: the operation fails as on a
 * full disk, and the process lives).
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
#define FILES 16

static int points;
static int requests;
static int waiting; /* a request is out, nothing of its answer was read yet */
static int asleep;  /* the last point was one of a wait, which comes in many short sleeps */
static int log_fd = -1;
static double ahead; /* of the host's clock, seconds */
static FILE *files[FILES];
static char names[FILES][256];

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
    if (write(log_fd, line, (size_t)length) != length) {
        abort();
    }
    if (!reached) {
        return 0;
    }
    if (getenv("KILL_FAIL") != NULL) {
        errno = ENOSPC;
        return 1;
    }
    kill(getpid(), atoi(setting("KILL_SIGNAL", "9")));
    return 0;
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

static const char *ours(const char *path)
{
    const char *folder = setting("KILL_FOLDER", "/nowhere");
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

static int number_of(const FILE *file)
{
    int i;

    for (i = 0; i < FILES; i++) {
        if (files[i] == file) {
            return i;
        }
    }
    return -1;
}

static FILE *open_with(FILE *(*real)(const char *, const char *), const char *path,
                       const char *mode)
{
    const char *name = ours(path);
    FILE *file;
    int i;

    if (name == NULL || mode[0] == 'r') {
        return real(path, mode);
    }
    if (point("%s is not opened yet", name)) {
        return NULL;
    }
    file = real(path, mode);
    i = number_of(NULL);
    if (file != NULL && i >= 0) {
        files[i] = file;
        snprintf(names[i], sizeof names[i], "%s", name);
        point("%s is open and empty", name);
    }
    return file;
}

FILE *fopen(const char *path, const char *mode)
{
    return open_with(REAL(fopen), path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return open_with(REAL(fopen64), path, mode);
}

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *file)
{
    size_t total = size * count;
    size_t half = total / 2;
    int i = number_of(file);

    if (i < 0 || total == 0) {
        return REAL(fwrite)(bytes, size, count, file);
    }
    REAL(fwrite)(bytes, 1, half, file);
    fflush(file);
    if (point("%s is half written", names[i])) {
        return half / size;
    }
    return REAL(fwrite)((const char *)bytes + half, 1, total - half, file) == total - half ? count
                                                                                           : 0;
}

int fclose(FILE *file)
{
    int i = number_of(file);
    int result;

    if (i < 0) {
        return REAL(fclose)(file);
    }
    files[i] = NULL;
    result = REAL(fclose)(file);
    return point("%s is whole and closed", names[i]) ? EOF : result;
}

int rename(const char *from, const char *to)
{
    const char *name = ours(to);
    int result;

    if (name == NULL) {
        return REAL(rename)(from, to);
    }
    if (point("%s does not have its name yet", name)) {
        return -1;
    }
    result = REAL(rename)(from, to);
    point("%s has its name", name);
    return result;
}

static int remove_with(int (*real)(const char *), const char *path)
{
    const char *name = ours(path);
    int result;

    if (name == NULL) {
        return real(path);
    }
    if (point("%s is not removed yet", name)) {
        return -1;
    }
    result = real(path);
    point("%s is removed", name);
    return result;
}

int remove(const char *path)
{
    return remove_with(REAL(remove), path);
}

int unlink(const char *path)
{
    return remove_with(REAL(unlink), path);
}

/* --- time ------------------------------------------------------------------------------------ */

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
    double seconds = (double)wanted->tv_sec + (double)wanted->tv_nsec / 1e9;

    (void)left;
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
