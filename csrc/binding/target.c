#include "target.h"

#include <string.h>

static struct ecsp_str target_string(lua_State *L, int index, const char *name)
{
    struct ecsp_str text = {"", 0};
    if (ecsp_rawgetfield(L, index, name) != LUA_TSTRING) {
        luaL_error(L, "operation.%s must be a string", name);
    }
    text.data = lua_tolstring(L, -1, &text.len);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              c == '-')) {
            luaL_error(L, "operation.%s may hold only letters, digits and hyphens", name);
        }
    }
    luaL_argcheck(L, text.len > 0, index, "an operation needs product, version and action");
    return text;
}

void ecsp_target_read(lua_State *L, int index, struct ecsp_target *target)
{
    memset(target, 0, sizeof *target);
    if (lua_type(L, index) == LUA_TSTRING) {
        target->operation = ecsp_operation_find(lua_tostring(L, index));
        luaL_argcheck(L, target->operation != NULL, index,
                      "no such operation; core.operations() lists them");
        target->name = target->operation->name;
        target->product =
            (struct ecsp_str){target->operation->product, strlen(target->operation->product)};
        target->version =
            (struct ecsp_str){target->operation->version, strlen(target->operation->version)};
        target->action =
            (struct ecsp_str){target->operation->action, strlen(target->operation->action)};
        return;
    }
    luaL_checktype(L, index, LUA_TTABLE);
    luaL_checkstack(L, 8, "operation");
    target->product = target_string(L, index, "product");
    target->version = target_string(L, index, "version");
    target->action = target_string(L, index, "action");
    target->name = target->action.data;
}
