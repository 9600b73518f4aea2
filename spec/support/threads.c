/*
 * What this is: a host with one Lua state in each of several threads, for
 * spec/integration/threads_spec.lua. threads COUNT SCRIPT: each thread runs the script twice, each
 * time in a new state, all at once. Exit code 0: each run ended without an error.
 *
 * May include: Lua and POSIX.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST 64

static void *run(void *script)
{
    const char *failed = NULL;

    for (int round = 0; round < 2; round++) {
        lua_State *L = luaL_newstate();

        luaL_openlibs(L);
        if (luaL_loadfile(L, script) != 0 || lua_pcall(L, 0, 0, 0) != 0) {
            fprintf(stderr, "%s\n", lua_tostring(L, -1));
            failed = "failed";
        }
        lua_close(L);
    }
    return (void *)failed;
}

int main(int argc, char **argv)
{
    pthread_t threads[MOST];
    int count = argc == 3 ? atoi(argv[1]) : 0;
    int failed = 0;

    if (count < 1 || count > MOST) {
        return EXIT_FAILURE;
    }
    for (int i = 0; i < count; i++) {
        if (pthread_create(&threads[i], NULL, run, argv[2]) != 0) {
            abort();
        }
    }
    for (int i = 0; i < count; i++) {
        void *result;

        pthread_join(threads[i], &result);
        failed |= result != NULL;
    }
    return failed;
}
