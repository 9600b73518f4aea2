/*
 * What this is: a libFuzzer target whose oracle is written in Lua. TARGET names a Lua file that
 * returns a function of the input; it raises when anything is not as it should be, and that is a
 * crash to libFuzzer. The C core is linked in and instrumented, Lua and cjson are the system's, so
 * coverage is the core's alone.
 * May include: Lua. Ownership: one state for many inputs, made anew now and then, so that what an
 * input leaves behind shows as a leak, or in the inputs after it, and not for ever.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#define INPUTS_PER_STATE 5000

int luaopen_ecs_pipeline_core(lua_State *L);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static lua_State *state; /* libFuzzer calls in one thread */
static int inputs_left;

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", TARGET, what);
    abort();
}

static int add_traceback(lua_State *L)
{
    luaL_traceback(L, L, lua_tostring(L, 1), 1);
    return 1;
}

/* A state with the traceback at 1 and the oracle at 2. */
static lua_State *open_state(void)
{
    lua_State *L = luaL_newstate();
    if (L == NULL) {
        fail("no memory for a state");
    }
    luaL_openlibs(L);
    luaL_requiref(L, "ecs_pipeline.core", luaopen_ecs_pipeline_core, 0);
    lua_settop(L, 0);
    lua_pushcfunction(L, add_traceback);
    if (luaL_loadfile(L, TARGET) != 0 || lua_pcall(L, 0, 1, 1) != 0) {
        fail(lua_tostring(L, -1));
    }
    return L;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (inputs_left-- <= 0) {
        if (state != NULL) {
            lua_close(state);
        }
        state = open_state();
        inputs_left = INPUTS_PER_STATE - 1;
    }
    lua_pushvalue(state, 2);
    lua_pushlstring(state, (const char *)data, size);
    if (lua_pcall(state, 1, 0, 1) != 0) {
        fail(lua_tostring(state, -1));
    }
    lua_settop(state, 2);
    return 0;
}
