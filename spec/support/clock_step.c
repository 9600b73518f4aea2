/*
 * What this is: a wall clock that steps. Preloaded, it adds the seconds in the file that CLOCK_STEP
 * names to what time(), gettimeofday() and clock_gettime(CLOCK_REALTIME) say; the monotonic clock
 * stays as it is. Compiled by spec/openresty/shared_state_spec.lua. Linux.
 *
 * May include: the C library.
 *
 * Ownership: one descriptor, open for the life of the process.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static int step_file = -1;

__attribute__((constructor)) static void open_step(void)
{
    const char *path = getenv("CLOCK_STEP");
    if (path != NULL) {
        step_file = open(path, O_RDONLY | O_CLOEXEC);
    }
}

static long step(void)
{
    char text[32];
    ssize_t length = step_file >= 0 ? pread(step_file, text, sizeof text - 1, 0) : 0;
    if (length <= 0) {
        return 0;
    }
    text[length] = '\0';
    return strtol(text, NULL, 10);
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *at)
{
    long result = syscall(SYS_clock_gettime, id, at);
    if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        at->tv_sec += step();
    }
    return (int)result;
}

__attribute__((visibility("default"))) int gettimeofday(struct timeval *at, void *zone)
{
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return -1;
    }
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

__attribute__((visibility("default"))) time_t time(time_t *at)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at != NULL) {
        *at = now.tv_sec;
    }
    return now.tv_sec;
}
