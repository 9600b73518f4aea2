/*
 * Starts a command TIMES times, one after another, and prints the wall and CPU time (user and
 * system) of one start in microseconds. Ends with 1 when one of them did not end with 0.
 *
 *   start TIMES COMMAND ARGUMENT …
 */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double of_timeval(struct timeval time)
{
    return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

int main(int argc, char **argv)
{
    int times = argc > 2 ? atoi(argv[1]) : 0;
    double cpu = 0;
    posix_spawn_file_actions_t actions;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    double wall = now();
    for (int i = 0; i < times; i++) {
        struct rusage used;
        int status;
        pid_t pid;

        if (posix_spawnp(&pid, argv[2], &actions, NULL, argv + 2, environ) != 0 ||
            wait4(pid, &status, 0, &used) != pid || status != 0) {
            fprintf(stderr, "start: %s failed\n", argv[2]);
            return 1;
        }
        cpu += of_timeval(used.ru_utime) + of_timeval(used.ru_stime);
    }
    wall = now() - wall;
    printf("%.3f %.3f\n", wall / times, cpu / times);
    return times > 0 ? 0 : 1;
}
