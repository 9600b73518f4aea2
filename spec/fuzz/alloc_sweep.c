/*
 * What this is: the sweep of failing allocations. Every scenario of alloc_sweep.lua runs again and
 * again. In run n the n-th allocation fails, until a run needs no more than it gets, in three ways:
 * Lua's allocator fails once (5.4 then collects everything and asks again, so this also collects at
 * every place that allocates), Lua's allocator fails from then on, and ecsp_buf's allocation fails.
 * A run must end in the scenario's own outcome, in a typed error or in an error that speaks of
 * memory; at the end the state is closed and every byte of it must be back. Leaks of C and uses
 * after free are for the sanitizer that it is built with (spec/tools/alloc_sweep.sh).
 *
 * Exempt: the JSON decoder (cjson loses its scratch buffer when Lua runs out of memory, and ends
 * the process when malloc fails) and OpenSSL.
 *
 * May include: Lua, wire/buf.h built with ECSP_TEST_ALLOC. Prints a row a scenario and
 * "N passed, N failed".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "wire/buf.h"

#define MAX_RUNS 20000

int luaopen_ecs_pipeline_core(lua_State *L);

enum way { LUA_ONCE, LUA_EVER, BUF_ONCE, WAYS };

/* What Lua's allocator still grants. */
struct ration {
    long fail_after; /* the n-th growth fails; 0 = none */
    int forever;     /* and so does every one after it */
    int paused;
    int failed;
    size_t live;
};

static void *allocate(void *context, void *block, size_t old_size, size_t new_size)
{
    struct ration *ration = context;
    old_size = block != NULL ? old_size : 0; /* without a block it is the kind of the object */
    if (new_size == 0) {
        ration->live -= old_size;
        free(block);
        return NULL;
    }
    if (new_size > old_size && !ration->paused && ration->fail_after > 0) {
        if (ration->fail_after == 1) {
            ration->failed = 1;
            ration->fail_after = ration->forever ? 1 : 0;
            return NULL;
        }
        ration->fail_after--;
    }
    void *moved = realloc(block, new_size);
    if (moved != NULL) {
        ration->live += new_size - old_size;
    }
    return moved;
}

static struct ration *ration_of(lua_State *L)
{
    void *context;
    lua_getallocf(L, &context);
    return context;
}

/* cjson's decode, spared. */
static int decode(lua_State *L)
{
    struct ration *ration = ration_of(L);
    ration->paused++;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    int raised = lua_pcall(L, lua_gettop(L) - 1, 1, 0);
    ration->paused--;
    return raised ? lua_error(L) : 1;
}

/* Leaves the list of scenarios at 1 and its length as the result. */
static int load_scenarios(lua_State *L, const char *path)
{
    luaL_openlibs(L);
    if (luaL_loadstring(L, "return require('cjson').new().decode") != 0 ||
        luaL_loadfile(L, path) != 0) {
        fprintf(stderr, "%s\n", lua_tostring(L, -1));
        exit(EXIT_FAILURE);
    }
    lua_pushcfunction(L, luaopen_ecs_pipeline_core);
    lua_call(L, 0, 1);
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    lua_pushcclosure(L, decode, 1);
    lua_call(L, 2, 1);
    lua_replace(L, 1);
    lua_settop(L, 1);
    int count = 0;
    do {
        lua_rawgeti(L, 1, ++count);
        lua_settop(L, 2);
    } while (!lua_isnil(L, 2) && (lua_settop(L, 1), 1));
    lua_settop(L, 1);
    return count - 1;
}

static const char *text_at(lua_State *L, int scenario, int field)
{
    lua_rawgeti(L, 1, scenario);
    lua_rawgeti(L, -1, field);
    const char *text = lua_tostring(L, -1); /* the scenario keeps it */
    lua_settop(L, 1);
    return text;
}

/* Is an error's message one that memory explains? */
static int speaks_of_memory(const char *message)
{
    return message != NULL && (strstr(message, "memory") != NULL ||
                               strstr(message, "stack overflow") != NULL); /* it could not grow */
}

static int acceptable(int raised, const char *outcome, const char *expected, int starved)
{
    if (raised) {
        return raised == LUA_ERRMEM || speaks_of_memory(outcome);
    }
    if (outcome == NULL || strcmp(outcome, "no typed error") == 0) {
        return 0;
    }
    return strcmp(outcome, expected) == 0 || (starved && strcmp(outcome, "ok") != 0);
}

/* One run; 1 = as it should be. *used tells whether the failure was reached. */
static int run(lua_State *L, int scenario, enum way way, long n, int *used)
{
    struct ration *ration = ration_of(L);
    const char *expected = text_at(L, scenario, 2);
    lua_rawgeti(L, 1, scenario);
    lua_rawgeti(L, -1, 3);
    lua_gc(L, LUA_GCCOLLECT, 0); /* no string of the run before is there to be found again */
    ration->failed = 0;
    ration->forever = way == LUA_EVER;
    ration->fail_after = way == BUF_ONCE ? 0 : n;
    ecsp_buf_fail_after = way == BUF_ONCE ? n : 0;
    int raised = lua_pcall(L, 0, 1, 0);
    *used = way == BUF_ONCE ? ecsp_buf_fail_after == 0 : ration->failed;
    ration->fail_after = 0;
    ecsp_buf_fail_after = 0;
    const char *outcome = lua_tostring(L, -1);
    int fine = acceptable(raised, outcome, expected, *used);
    if (!fine) {
        printf("    FAILED: %s: way %d, allocation %ld: %s%s\n", text_at(L, scenario, 1), (int)way,
               n, raised ? "raised: " : "", outcome != NULL ? outcome : "nothing");
    }
    lua_settop(L, 1);
    return fine;
}

static int sweep(const char *path, int scenario, int *count)
{
    long runs[WAYS] = {0, 0, 0};
    char name[64] = "";
    int fine = 1;
    struct ration ration = {0, 0, 0, 0, 0};
#if LUA_VERSION_NUM >= 505
    lua_State *L = lua_newstate(allocate, &ration, 1);
#else
    lua_State *L = lua_newstate(allocate, &ration);
#endif
    *count = load_scenarios(L, path);
    snprintf(name, sizeof name, "%s", text_at(L, scenario, 1));
    for (int way = 0; way < WAYS; way++) {
        int used = 1;
        for (long n = 1; used && n < MAX_RUNS; n++) {
            fine = run(L, scenario, (enum way)way, n, &used) && fine;
            runs[way] += used;
        }
        if (used) {
            printf("    FAILED: %s: never has enough\n", name);
            fine = 0;
        }
        lua_gc(L, LUA_GCCOLLECT, 0);
    }
    lua_close(L);
    if (ration.live != 0) {
        printf("    FAILED: %s: %zu bytes of Lua's never came back\n", name, ration.live);
        fine = 0;
    }
    printf("  %-24s %6ld times once %6ld for good %6ld in a buffer  %s\n", name, runs[LUA_ONCE],
           runs[LUA_EVER], runs[BUF_ONCE], fine ? "ok" : "FAILED");
    return fine;
}

int main(int argc, char **argv)
{
    int passed = 0;
    int failed = 0;
    int count = 1;
    if (argc != 2) {
        fprintf(stderr, "usage: alloc_sweep alloc_sweep.lua\n");
        return EXIT_FAILURE;
    }
    for (int scenario = 1; scenario <= count; scenario++) {
        if (sweep(argv[1], scenario, &count)) {
            passed++;
        } else {
            failed++;
        }
        fflush(stdout);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
