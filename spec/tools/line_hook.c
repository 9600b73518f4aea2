/*
 * Notes which lines of lua/ecs_pipeline run, in this process: coverage.sh has every Lua 5.4 load it
 * first. When the process ends, or closes its state, rows of "path line" are added to a file in the
 * folder that ECSP_LINES names. A coroutine takes the hook from the thread that makes it.
 * debug.sethook() in a program ends the noting.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lauxlib.h>
#include <lua.h>

#define MAX_FILES 512
#define MAX_LINES 1024 /* spec/repo allows 500 */

struct file {
    char name[160]; /* lua/ecs_pipeline/… */
    unsigned char lines[MAX_LINES];
};

static struct file files[MAX_FILES];
static int file_count;

/* Sources are looked up at every line: by address first, which can be another source's later. */
static struct {
    const char *source;
    struct file *file;
} known[4096];

static struct file *file_of(const char *source)
{
    const char *name = strstr(source, "lua/ecs_pipeline/");
    if (name == NULL || *source != '@' || strlen(name) >= sizeof files[0].name) {
        return NULL;
    }
    for (int i = 0; i < file_count; i++) {
        if (strcmp(files[i].name, name) == 0) {
            return &files[i];
        }
    }
    if (file_count == MAX_FILES) {
        abort();
    }
    strcpy(files[file_count].name, name);
    return &files[file_count++];
}

static void hook(lua_State *L, lua_Debug *ar)
{
    lua_getinfo(L, "Sl", ar);
    size_t at = ((size_t)ar->source >> 4) % (sizeof known / sizeof known[0]);
    struct file *file = known[at].file;
    if (known[at].source != ar->source || file == NULL || strstr(ar->source, file->name) == NULL) {
        file = file_of(ar->source);
        known[at].source = ar->source;
        known[at].file = file;
    }
    if (file != NULL && ar->currentline > 0 && ar->currentline < MAX_LINES) {
        file->lines[ar->currentline] = 1;
    }
}

__attribute__((destructor)) static void write_lines(void)
{
    char path[4096];
    const char *folder = getenv("ECSP_LINES");
    snprintf(path, sizeof path, "%s/%ld", folder != NULL ? folder : ".", (long)getpid());
    FILE *out = file_count > 0 ? fopen(path, "a") : NULL;
    if (out == NULL) {
        return;
    }
    for (int i = 0; i < file_count; i++) {
        for (int line = 1; line < MAX_LINES; line++) {
            if (files[i].lines[line]) {
                fprintf(out, "%s %d\n", files[i].name, line);
            }
        }
    }
    fclose(out);
}

int luaopen_line_hook(lua_State *L);
int luaopen_line_hook(lua_State *L)
{
    lua_sethook(L, hook, LUA_MASKLINE, 0);
    return 0;
}
