/*
 * What this is: the sweep of failing allocations. Every scenario of a list (alloc_sweep.lua,
 * alloc_sweep_curl.lua) runs again and again. In run n the n-th allocation fails, until a run needs
 * no more than it gets, in four ways: Lua's allocator fails once (5.4 then collects everything and
 * asks again, so this also collects at every place that allocates) or from then on; and so does the
 * allocator of C, which is our malloc, libcurl's and OpenSSL's.
 * A run must end in the scenario's own outcome, in an error that speaks of memory or, where Lua's
 * allocator failed, in a typed error; after it `next`, which has all the memory it needs, must end
 * in "ok". At the end the state is closed and every byte of it must be back. Leaks of C and uses
 * after free are for the sanitizer that it is built with (spec/tools/alloc_sweep.sh).
 *
 * Exempt: the JSON decoder (cjson loses its scratch buffer when Lua runs out of memory, and ends
 * the process when malloc fails), what OpenSSL and libcurl set up once in a process, and threads of
 * libcurl's, which resolve names. The server sends no session tickets: when memory runs out between
 * two of them, libcurl 7.88 frees the name of the host twice.
 *
 * May include: Lua, libcurl, OpenSSL. Linked with --wrap for malloc, calloc and realloc. Prints a
 * row a scenario and "N passed, N failed".
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#define MAX_RUNS 20000

int luaopen_ecs_pipeline_core(lua_State *L);
int luaopen_ecs_pipeline_curl(lua_State *L);

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);

enum way { C_ONCE, C_EVER, LUA_ONCE, LUA_EVER, WAYS };

/* What an allocator still grants. */
struct ration {
    long fail_after; /* the n-th growth fails; 0 = none */
    int forever;     /* and so does every one after it */
    int failed;
};

static int refuses(struct ration *ration)
{
    if (ration->fail_after == 0) {
        return 0;
    }
    if (ration->fail_after > 1) {
        ration->fail_after--;
        return 0;
    }
    ration->failed = 1;
    ration->fail_after = ration->forever ? 1 : 0;
    errno = ENOMEM; /* as POSIX wants it of malloc */
    return 1;
}

/* --- C: of the main thread --- */

static struct ration c_ration;
static pthread_t main_thread;

static int c_refuses(void)
{
    return pthread_equal(pthread_self(), main_thread) && refuses(&c_ration);
}

void *__wrap_malloc(size_t size)
{
    return c_refuses() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return c_refuses() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
    return c_refuses() ? NULL : __real_realloc(block, size);
}

static char *duplicate(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    return copy != NULL ? strcpy(copy, text) : NULL;
}

static void *crypto_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return malloc(size);
}

static void *crypto_realloc(void *block, size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    return realloc(block, size);
}

static void crypto_free(void *block, const char *file, int line)
{
    (void)file;
    (void)line;
    free(block);
}

static int starve_libraries(void)
{
    main_thread = pthread_self();
    return CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free) == 1 &&
           curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, free, realloc, duplicate, calloc) ==
               CURLE_OK;
}

/* Every name is this machine: the sweep needs no network and no resolver's file. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    int (*original)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");

    (void)name;
    memcpy(&original, &symbol, sizeof original);
    return original("127.0.0.1", service, hints, found);
}

/* --- Lua --- */

struct lua_ration {
    struct ration ration;
    int paused;
    size_t live;
};

static void *allocate(void *context, void *block, size_t old_size, size_t new_size)
{
    struct lua_ration *lua = context;
    old_size = block != NULL ? old_size : 0; /* without a block it is the kind of the object */
    if (new_size == 0) {
        lua->live -= old_size;
        free(block);
        return NULL;
    }
    if (new_size > old_size && !lua->paused && refuses(&lua->ration)) {
        return NULL;
    }
    void *moved = __real_realloc(block, new_size);
    if (moved != NULL) {
        lua->live += new_size - old_size;
    }
    return moved;
}

static struct lua_ration *ration_of(lua_State *L)
{
    void *context;
    lua_getallocf(L, &context);
    return context;
}

/* cjson's decode, spared. */
static int decode(lua_State *L)
{
    struct lua_ration *lua = ration_of(L);
    lua->paused++;
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    int raised = lua_pcall(L, lua_gettop(L) - 1, 1, 0);
    lua->paused--;
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
    lua_pushcfunction(L, luaopen_ecs_pipeline_curl);
    lua_call(L, 0, 1);
    lua_call(L, 3, 1);
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

/* `failed`: whose allocation failed; WAYS = none did. */
static int acceptable(int raised, const char *outcome, const char *expected, enum way failed)
{
    if (raised) {
        return raised == LUA_ERRMEM || speaks_of_memory(outcome);
    }
    if (outcome == NULL || strcmp(outcome, "no typed error") == 0) {
        return 0;
    }
    if (strcmp(outcome, expected) == 0) {
        return 1;
    }
    return failed == C_ONCE || failed == C_EVER ? strcmp(outcome, "transport MEMORY") == 0
                                                : failed != WAYS && strcmp(outcome, "ok") != 0;
}

/* Calls the function at `field` of a scenario; 1 = its outcome is as it should be. */
static int call(lua_State *L, int scenario, int field, enum way way, long n)
{
    struct ration *ration = way == LUA_ONCE || way == LUA_EVER ? &ration_of(L)->ration : &c_ration;
    const char *expected = field == 3 ? text_at(L, scenario, 2) : "ok";
    lua_rawgeti(L, 1, scenario);
    lua_rawgeti(L, -1, field);
    if (lua_isnil(L, -1)) {
        lua_settop(L, 1);
        return 1;
    }
    ration->failed = 0;
    ration->forever = way == LUA_EVER || way == C_EVER;
    ration->fail_after = field == 3 ? n : 0;
    int raised = lua_pcall(L, 0, 1, 0);
    ration->fail_after = 0;
    const char *outcome = lua_tostring(L, -1);
    int fine = acceptable(raised, outcome, expected, ration->failed ? way : WAYS);
    if (!fine) {
        printf("    FAILED: %s: way %d, allocation %ld%s: %s%s\n", text_at(L, scenario, 1),
               (int)way, n, field == 3 ? "" : ", the call after it", raised ? "raised: " : "",
               outcome != NULL ? outcome : "nothing");
    }
    lua_settop(L, 1);
    return fine;
}

/* One run; 1 = as it should be. *used tells whether the failure was reached. */
static int run(lua_State *L, int scenario, enum way way, long n, int *used)
{
    struct ration *ration = way == LUA_ONCE || way == LUA_EVER ? &ration_of(L)->ration : &c_ration;
    lua_gc(L, LUA_GCCOLLECT, 0); /* no string of the run before is there to be found again */
    int fine = call(L, scenario, 3, way, n);
    *used = ration->failed;
    return call(L, scenario, 4, way, n) && fine;
}

static int sweep(const char *path, int scenario, int *count)
{
    long runs[WAYS] = {0, 0, 0, 0};
    char name[64] = "";
    int fine = 1;
    struct lua_ration lua = {{0, 0, 0}, 0, 0};
#if LUA_VERSION_NUM >= 505
    lua_State *L = lua_newstate(allocate, &lua, 1);
#else
    lua_State *L = lua_newstate(allocate, &lua);
#endif
    *count = load_scenarios(L, path);
    snprintf(name, sizeof name, "%s", text_at(L, scenario, 1));
    fine = call(L, scenario, 3, LUA_ONCE, 0); /* what is set up once */
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
    if (lua.live != 0) {
        printf("    FAILED: %s: %zu bytes of Lua's never came back\n", name, lua.live);
        fine = 0;
    }
    printf("  %-24s Lua: %5ld once %5ld for good   C: %5ld once %5ld for good  %s\n", name,
           runs[LUA_ONCE], runs[LUA_EVER], runs[C_ONCE], runs[C_EVER], fine ? "ok" : "FAILED");
    return fine;
}

int main(int argc, char **argv)
{
    int passed = 0;
    int failed = 0;
    int count = 1;
    if (argc < 2 || !starve_libraries()) {
        fprintf(stderr, "usage: alloc_sweep LIST.lua …\n");
        return EXIT_FAILURE;
    }
    for (int list = 1; list < argc; list++) {
        count = 1;
        for (int scenario = 1; scenario <= count; scenario++) {
            if (sweep(argv[list], scenario, &count)) {
                passed++;
            } else {
                failed++;
            }
            fflush(stdout);
        }
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
