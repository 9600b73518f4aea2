/*
 * What this is: a watch on memory that is given back. Preloaded, its free() and realloc() look into
 * every block for secrets before the C library gets it, and count by the library that freed it;
 * required by Lua, it takes the secrets and tells the counts. glibc. Compiled by child_lua.lua.
 *
 * May include: Lua, the C library.
 *
 * Ownership: secrets lie in static memory, apart from each other; nothing is allocated here.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <lauxlib.h>
#include <lua.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#define MAX_SECRETS 8
#define MAX_BYTES 128
#define MAX_LIBRARIES 32

extern void __libc_free(void *block);
extern void *__libc_realloc(void *block, size_t size);
int luaopen_memory_watch(lua_State *L);

static struct {
    char bytes[MAX_BYTES];
    size_t len;
} secrets[MAX_SECRETS];
static int secret_count;

static struct {
    char name[64];
    long blocks; /* freed */
    long held;   /* of these, with a secret in them */
    char secret[MAX_BYTES];
} libraries[MAX_LIBRARIES];
static int library_count;

static int of_caller(const void *caller)
{
    Dl_info info;
    const char *name = "?";
    int i;

    if (dladdr(caller, &info) != 0 && info.dli_fname != NULL) {
        const char *slash = strrchr(info.dli_fname, '/');
        name = slash != NULL ? slash + 1 : info.dli_fname;
    }
    for (i = 0; i < library_count; i++) {
        if (strncmp(libraries[i].name, name, sizeof libraries[i].name - 1) == 0) {
            return i;
        }
    }
    if (library_count == MAX_LIBRARIES) {
        return 0;
    }
    strncpy(libraries[i].name, name, sizeof libraries[i].name - 1);
    return library_count++;
}

static void look(const void *block, const void *caller)
{
    size_t size;
    int i, library;

    if (secret_count == 0 || block == NULL) {
        return;
    }
    size = malloc_usable_size((void *)block);
    library = of_caller(caller);
    libraries[library].blocks++;
    for (i = 0; i < secret_count; i++) {
        if (memmem(block, size, secrets[i].bytes, secrets[i].len) != NULL) {
            libraries[library].held++;
            memcpy(libraries[library].secret, secrets[i].bytes, MAX_BYTES);
            return;
        }
    }
}

void free(void *block)
{
    look(block, __builtin_return_address(0));
    __libc_free(block);
}

/* The block may be left behind, so it is looked into as if it were. */
void *realloc(void *block, size_t size)
{
    look(block, __builtin_return_address(0));
    return __libc_realloc(block, size);
}

/* watch(secret): from now on */
static int do_watch(lua_State *L)
{
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);

    if (secret_count == MAX_SECRETS || len < 8 || len > MAX_BYTES) {
        return luaL_error(L, "8 secrets of 8 to 128 bytes");
    }
    memcpy(secrets[secret_count].bytes, text, len);
    secrets[secret_count].len = len;
    secret_count++;
    return 0;
}

/* freed() → library → { blocks, held, the last secret found or "" } */
static int do_freed(lua_State *L)
{
    int i;

    lua_newtable(L);
    for (i = 0; i < library_count; i++) {
        lua_newtable(L);
        lua_pushnumber(L, (lua_Number)libraries[i].blocks);
        lua_rawseti(L, -2, 1);
        lua_pushnumber(L, (lua_Number)libraries[i].held);
        lua_rawseti(L, -2, 2);
        lua_pushstring(L, libraries[i].secret);
        lua_rawseti(L, -2, 3);
        lua_setfield(L, -2, libraries[i].name);
    }
    return 1;
}

/* side_by_side(a, b) → how often the memory of this process has a with b right behind it; a text
 * that has both in one is never made here */
static int do_side_by_side(lua_State *L)
{
    size_t first_len, second_len;
    const char *first = luaL_checklstring(L, 1, &first_len);
    const char *second = luaL_checklstring(L, 2, &second_len);
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    long found = 0;

    if (maps == NULL) {
        return luaL_error(L, "no /proc/self/maps");
    }
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        char mode[5];
        const char *at;

        if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 || strncmp(mode, "rw", 2) != 0) {
            continue;
        }
        at = (const char *)from;
        while ((at = memmem(at, to - (size_t)at, first, first_len)) != NULL) {
            at += first_len;
            found += (size_t)(to - (unsigned long)at) >= second_len &&
                     memcmp(at, second, second_len) == 0;
        }
    }
    fclose(maps);
    lua_pushnumber(L, (lua_Number)found);
    return 1;
}

__attribute__((visibility("default"))) int luaopen_memory_watch(lua_State *L)
{
    lua_newtable(L);
    lua_pushcfunction(L, do_watch);
    lua_setfield(L, -2, "watch");
    lua_pushcfunction(L, do_freed);
    lua_setfield(L, -2, "freed");
    lua_pushcfunction(L, do_side_by_side);
    lua_setfield(L, -2, "side_by_side");
    return 1;
}
