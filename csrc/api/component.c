/*
 * ECS 2014-05-26: CreateImageComponent, DescribeImageComponents, DeleteImageComponent.
 * Sources: the vendor's SDK 7.11.6 (names, types), the API pages of 2024-12 to 2026-01 (limits,
 * enums), terraform's alicloud_ecs_image_component 1.289.0 (argument names).
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_condition with_version = {"component_version", NULL};

static const struct ecsp_param create_params[] = {
    PARAM("client_token", "ClientToken", STRING, .flags = ECSP_TOKEN, .text = &ecsp_text_token),
    PARAM("component_type", "ComponentType", STRING, .text = VALUES("Build", "Test"),
          .default_value = "Build"),
    PARAM("component_version", "ComponentVersion", STRING, .text = &ecsp_text_version,
          .default_value = "the next major version of the name"),
    /* the SDK marks it optional, but MissingParameter.Content exists and terraform requires it */
    PARAM("content", "Content", STRING, .flags = ECSP_REQUIRED, .text = &ecsp_text_script),
    PARAM("description", "Description", STRING, .text = &ecsp_text_description),
    PARAM("image_component_name", "Name", STRING, .alias = "name", .text = &ecsp_text_template_name,
          .default_value = "the new id"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier, .default_value = "the account's default group"),
    PARAM("system_type", "SystemType", STRING, .text = VALUES("Linux", "Windows"),
          .default_value = "Linux"),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20, .text = &ecsp_text_tag_value,
          .key_text = &ecsp_text_tag_key),
    END,
};

static const struct ecsp_field create_results[] = {
    FIELD("image_component_id", "ImageComponentId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

static const struct ecsp_param describe_params[] = {
    PARAM("component_type", "ComponentType", STRING, .text = VALUES("Build", "Test")),
    PARAM("component_version", "ComponentVersion", STRING, .text = &ecsp_text_version_filter),
    PARAM("ids", "ImageComponentId", LIST, .alias = "image_component_id",
          .id_of = &ecsp_id_component, .max = 20, .text = &ecsp_text_identifier),
    PARAM("image_component_name", "Name", STRING, .alias = "name", .required_when = &with_version),
    PARAM("max_results", "MaxResults", INTEGER, .min = 1, .max = 500, .default_value = "50"),
    PARAM_PLAIN("next_token", "NextToken", STRING),
    PARAM("owner", "Owner", STRING, .text = VALUES("SELF", "ALIYUN")),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier),
    PARAM("system_type", "SystemType", STRING, .text = VALUES("Linux", "Windows")),
    /* a filter may name what a component must not be given, so only the count is checked */
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20),
    END,
};

static const struct ecsp_field result_parameter[] = {
    FIELD_PLAIN("default_value", "DefaultValue", STRING),
    FIELD_PLAIN("name", "Name", STRING),
    FIELD_PLAIN("type", "Type", STRING),
    END,
};

static const struct ecsp_field result_component[] = {
    FIELD_PLAIN("component_type", "ComponentType", STRING),
    FIELD_PLAIN("component_version", "ComponentVersion", STRING),
    FIELD_PLAIN("content", "Content", STRING),
    FIELD_PLAIN("creation_time", "CreationTime", STRING),
    FIELD_PLAIN("description", "Description", STRING),
    FIELD("image_component_id", "ImageComponentId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("image_component_name", "Name", STRING),
    FIELD_PLAIN("owner", "Owner", STRING),
    FIELD("parameters", "Parameters", OBJECTS, .wrapper = "Parameter", .fields = result_parameter),
    FIELD_PLAIN("resource_group_id", "ResourceGroupId", STRING),
    FIELD_PLAIN("system_type", "SystemType", STRING),
    FIELD("tags", "Tags", TAGS, .wrapper = "Tag", .key = "TagKey", .value = "TagValue"),
    END,
};

static const struct ecsp_field describe_results[] = {
    FIELD("components", "ImageComponent", OBJECTS, .wrapper = "ImageComponentSet",
          .fields = result_component),
    FIELD_PLAIN("max_results", "MaxResults", INTEGER),
    FIELD_PLAIN("next_token", "NextToken", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("total_count", "TotalCount", INTEGER),
    END,
};

static const struct ecsp_param delete_params[] = {
    PARAM("image_component_id", "ImageComponentId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_component, .text = &ecsp_text_identifier),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    END,
};

const struct ecsp_operation ecsp_component_create = {
    ECS_ACTION("component", "create", "CreateImageComponent"),
    .ram_resources = LIST(ECS_RESOURCE("imagecomponent/*")),
    .makes_role = IMAGE_BUILDER,
    .writes = 1,
    .params = create_params,
    .results = create_results,
};

const struct ecsp_operation ecsp_component_describe = {
    ECS_ACTION("component", "describe", "DescribeImageComponents"),
    .ram_resources = ANY_RESOURCE,
    .params = describe_params,
    .results = describe_results,
};

const struct ecsp_operation ecsp_component_delete = {
    ECS_ACTION("component", "delete", "DeleteImageComponent"),
    .ram_resources = LIST(ECS_RESOURCE("imagecomponent/*")),
    .writes = 1,
    .params = delete_params,
    .results = ecsp_only_request_id,
};
