#include "request_object.h"

/* Where the table of a session has it. */
#define SPARE 1

struct ecsp_request *ecsp_request_object_push(lua_State *L)
{
    struct ecsp_request *request = ecsp_newobject(L, sizeof *request, ECSP_OUTGOING_TYPE);
    ecsp_request_init(request);
    return request;
}

const struct ecsp_request *ecsp_request_object_test(lua_State *L, int index)
{
    return ecsp_testobject(L, index, ECSP_OUTGOING_TYPE);
}

struct ecsp_request *ecsp_request_object_take(lua_State *L, int session)
{
    struct ecsp_request *request;

    ecsp_getuservalue(L, session);
    lua_rawgeti(L, -1, SPARE);
    request = ecsp_testobject(L, -1, ECSP_OUTGOING_TYPE);
    if (request == NULL) {
        lua_pop(L, 2);
        return ecsp_request_object_push(L);
    }
    lua_pushnil(L);
    lua_rawseti(L, -3, SPARE);
    lua_remove(L, -2);
    return request;
}

void ecsp_request_object_give_back(lua_State *L, int session, int object)
{
    ecsp_request_wipe(lua_touserdata(L, object));
    ecsp_getuservalue(L, session);
    lua_pushvalue(L, object);
    lua_rawseti(L, -2, SPARE);
    lua_pop(L, 1);
}

static struct ecsp_request *object_check(lua_State *L)
{
    struct ecsp_request *request = ecsp_testobject(L, 1, ECSP_OUTGOING_TYPE);
    luaL_argcheck(L, request != NULL, 1, "the trace of a request is expected");
    return request;
}

static int object_gc(lua_State *L)
{
    ecsp_request_free(object_check(L));
    return 0;
}

static int object_canonical_request(lua_State *L)
{
    ecsp_pushstr(L, ecsp_buf_view(&object_check(L)->canonical));
    return 1;
}

static int object_string_to_sign(lua_State *L)
{
    ecsp_pushstr(L, ecsp_buf_view(&object_check(L)->string_to_sign));
    return 1;
}

/* The API's parameters in order: { { name = , value = }, … } */
static int object_params(lua_State *L)
{
    struct ecsp_request *request = object_check(L);
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

static int object_way(lua_State *L)
{
    struct ecsp_request *request = object_check(L);
    lua_pushstring(L, request->signature == ECSP_SIGNATURE_V1     ? "1.0"
                      : request->signature == ECSP_SIGNATURE_NONE ? "none"
                                                                  : "v3");
    lua_pushstring(L, request->placement == ECSP_PLACEMENT_FORM ? "form" : "query");
    return 2;
}

void ecsp_request_object_register(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"canonical_request", object_canonical_request},
        {"string_to_sign", object_string_to_sign},
        {"params", object_params}, /* decoded */
        {"way", object_way},       /* signature version, placement */
        {NULL, NULL},
    };
    ecsp_newtype(L, ECSP_OUTGOING_TYPE, methods, object_gc, NULL);
}
