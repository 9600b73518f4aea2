#include "../wire/str.h"
#include "rows.h"

const struct ecsp_field ecsp_only_request_id[] = {
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

const struct ecsp_operation *const ecsp_operations[] = {
#define ROW(group, verb) &ecsp_##group##_##verb,
    ECSP_OPERATION_LIST(ROW)
#undef ROW
};

const size_t ecsp_operation_count = sizeof ecsp_operations / sizeof *ecsp_operations;

const struct ecsp_operation *ecsp_operation_find(struct ecsp_str name)
{
    for (size_t i = 0; i < ecsp_operation_count; i++) {
        if (ecsp_str_equals(name, ecsp_operations[i]->name)) {
            return ecsp_operations[i];
        }
    }
    return NULL;
}

const struct ecsp_param *ecsp_param_find(const struct ecsp_param *params, struct ecsp_str name)
{
    for (; params->lua != NULL; params++) {
        if (ecsp_str_equals(name, params->lua) ||
            (params->alias != NULL && ecsp_str_equals(name, params->alias))) {
            return params;
        }
    }
    return NULL;
}

const struct ecsp_field *ecsp_field_find(const struct ecsp_field *fields, struct ecsp_str wire)
{
    char first = wire.len > 0 ? wire.data[0] : '\0'; /* decides nearly always */
    for (; fields->lua != NULL; fields++) {
        if (fields->wire[0] == first && ecsp_str_equals(wire, fields->wire)) {
            return fields;
        }
    }
    return NULL;
}
