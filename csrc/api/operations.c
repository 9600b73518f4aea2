#include <string.h>

#include "schema.h"

const struct ecsp_operation *const ecsp_operations[] = {
    &ecsp_pipeline_create, &ecsp_pipeline_describe,  &ecsp_pipeline_delete,
    &ecsp_execution_start, &ecsp_execution_describe, &ecsp_execution_cancel,
};

const size_t ecsp_operation_count = sizeof ecsp_operations / sizeof *ecsp_operations;

static int equals(const char *text, struct ecsp_str str)
{
    /* the first byte decides nearly always */
    return str.len > 0 && text[0] == str.data[0] && strlen(text) == str.len &&
           memcmp(text, str.data, str.len) == 0;
}

const struct ecsp_operation *ecsp_operation_find(const char *name)
{
    for (size_t i = 0; i < ecsp_operation_count; i++) {
        if (strcmp(ecsp_operations[i]->name, name) == 0) {
            return ecsp_operations[i];
        }
    }
    return NULL;
}

const struct ecsp_param *ecsp_param_find(const struct ecsp_param *params, struct ecsp_str name)
{
    for (; params->lua != NULL; params++) {
        if (equals(params->lua, name) || (params->alias != NULL && equals(params->alias, name))) {
            return params;
        }
    }
    return NULL;
}

const struct ecsp_field *ecsp_field_find(const struct ecsp_field *fields, struct ecsp_str wire)
{
    for (; fields->lua != NULL; fields++) {
        if (equals(fields->wire, wire)) {
            return fields;
        }
    }
    return NULL;
}
