#include "target.h"

#include <string.h>

static struct ecsp_str target_string(lua_State *L, int index, const char *name)
{
    struct ecsp_str text = ecsp_fieldstr(L, index, "operation.", name, 1);
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

static struct ecsp_str view(const char *text)
{
    return (struct ecsp_str){text, strlen(text)};
}

void ecsp_target_of(const struct ecsp_operation *operation, struct ecsp_target *target)
{
    target->operation = operation;
    target->name = operation->name;
    target->product = view(operation->product);
    target->version = view(operation->version);
    target->action = view(operation->action);
}

void ecsp_target_read(lua_State *L, int index, struct ecsp_target *target)
{
    if (lua_type(L, index) == LUA_TSTRING) {
        const struct ecsp_operation *operation = ecsp_operation_find(ecsp_tostr(L, index));
        luaL_argcheck(L, operation != NULL, index,
                      "no such operation; core.operations() lists them");
        ecsp_target_of(operation, target);
        return;
    }
    luaL_checktype(L, index, LUA_TTABLE);
    target->operation = NULL;
    target->product = target_string(L, index, "product");
    target->version = target_string(L, index, "version");
    target->action = target_string(L, index, "action");
    target->name = target->action.data;
}
