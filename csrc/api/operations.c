#include <string.h>

#include "../wire/str.h"
#include "rows.h"

const struct ecsp_field ecsp_only_request_id[] = {
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

const struct ecsp_operation *const ecsp_operations[] = {
    &ecsp_pipeline_create,
    &ecsp_pipeline_describe,
    &ecsp_pipeline_delete,
    &ecsp_execution_start,
    &ecsp_execution_describe,
    &ecsp_execution_cancel,
    &ecsp_component_create,
    &ecsp_component_describe,
    &ecsp_component_delete,
    &ecsp_tags_add,
    &ecsp_tags_remove,
    &ecsp_tags_list,
    &ecsp_resource_group_join,
    &ecsp_account_describe,
    &ecsp_sts_assume_role,
    &ecsp_sts_assume_role_with_oidc,
    &ecsp_image_describe,
    &ecsp_image_from_family,
    &ecsp_image_delete,
    &ecsp_image_copy,
    &ecsp_image_share,
    &ecsp_instance_type_list,
    &ecsp_instance_type_supported,
    &ecsp_region_list,
    &ecsp_resource_group_list,
    &ecsp_vpc_create,
    &ecsp_vpc_list,
    &ecsp_vpc_describe,
    &ecsp_vpc_delete,
    &ecsp_vswitch_create,
    &ecsp_vswitch_list,
    &ecsp_vswitch_describe,
    &ecsp_vswitch_delete,
    &ecsp_zone_available,
    &ecsp_zone_list,
};

const size_t ecsp_operation_count = sizeof ecsp_operations / sizeof *ecsp_operations;

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
        if (ecsp_str_equals(name, params->lua) ||
            (params->alias != NULL && ecsp_str_equals(name, params->alias))) {
            return params;
        }
    }
    return NULL;
}

const struct ecsp_field *ecsp_field_find(const struct ecsp_field *fields, struct ecsp_str wire)
{
    for (; fields->lua != NULL; fields++) {
        if (ecsp_str_equals(wire, fields->wire)) {
            return fields;
        }
    }
    return NULL;
}
