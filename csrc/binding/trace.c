#include "trace.h"

#define TRACE_TYPE "ecs_pipeline.trace"

struct ecsp_request *ecsp_trace_push(lua_State *L)
{
    struct ecsp_request *request = ecsp_newobject(L, sizeof *request, TRACE_TYPE);
    ecsp_request_init(request);
    return request;
}

const struct ecsp_request *ecsp_trace_test(lua_State *L, int index)
{
    return ecsp_testobject(L, index, TRACE_TYPE);
}

static struct ecsp_request *trace_check(lua_State *L)
{
    struct ecsp_request *request = ecsp_testobject(L, 1, TRACE_TYPE);
    luaL_argcheck(L, request != NULL, 1, "the trace of a request is expected");
    return request;
}

static int trace_gc(lua_State *L)
{
    ecsp_request_free(trace_check(L));
    return 0;
}

static int push_view(lua_State *L, const struct ecsp_buf *buf)
{
    struct ecsp_str text = ecsp_buf_view(buf);
    lua_pushlstring(L, text.data, text.len);
    return 1;
}

static int trace_canonical_request(lua_State *L)
{
    return push_view(L, &trace_check(L)->canonical);
}

static int trace_string_to_sign(lua_State *L)
{
    return push_view(L, &trace_check(L)->string_to_sign);
}

/* The API's parameters in order: { { name = , value = }, … } */
static int trace_params(lua_State *L)
{
    struct ecsp_request *request = trace_check(L);
    const struct ecsp_pair *pairs = ecsp_params_pairs(&request->params);
    int used = 0;
    lua_newtable(L);
    for (size_t i = 0; pairs != NULL && i < request->params.count; i++) {
        if (pairs[i].kind == ECSP_PARAM_API) {
            lua_createtable(L, 0, 2);
            ecsp_rawsetstr(L, -1, "name", pairs[i].name);
            ecsp_rawsetstr(L, -1, "value", pairs[i].value);
            lua_rawseti(L, -2, ++used);
        }
    }
    return 1;
}

static int trace_way(lua_State *L)
{
    struct ecsp_request *request = trace_check(L);
    lua_pushstring(L, request->signature == ECSP_SIGNATURE_V1     ? "1.0"
                      : request->signature == ECSP_SIGNATURE_NONE ? "none"
                                                                  : "v3");
    lua_pushstring(L, request->placement == ECSP_PLACEMENT_FORM ? "form" : "query");
    return 2;
}

void ecsp_trace_register(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"canonical_request", trace_canonical_request},
        {"string_to_sign", trace_string_to_sign},
        {"params", trace_params}, /* decoded */
        {"way", trace_way},       /* signature version, placement */
        {NULL, NULL},
    };
    ecsp_newtype(L, TRACE_TYPE, methods, trace_gc, NULL);
}
