/*
 * ECS 2014-05-26: TagResources, UntagResources, ListTagResources, JoinResourceGroup.
 * Sources: the vendor's SDK 7.11.6 (names, types), the API pages of 2024-12 to 2026-01 (limits,
 * types of resources), terraform 1.289.0 (which calls them for image components).
 */
#include "rows.h"
#include "texts.h"

/* No page names these; terraform calls with "imagecomponent", the others are the names of the same
   things in RAM. The Lua layer asks for a yes before it sends the unproven ones. */
#define UNDOCUMENTED "imagecomponent", "imagepipeline", "imagepipelineexecution"

static const struct ecsp_text taggable = {
    .values = LIST("instance", "disk", "snapshot", "image", "securitygroup", "volume", "eni", "ddh",
                   "ddhcluster", "keypair", "launchtemplate", "reservedinstance", "snapshotpolicy",
                   "elasticityassurance", "capacityreservation", "command", "invocation",
                   "activation", "managedinstance", UNDOCUMENTED)};

static const struct ecsp_text groupable = {
    .values = LIST("instance", "disk", "snapshot", "image", "securitygroup", "ddh", "ddhcluster",
                   "eni", "keypair", "launchtemplate", "command", "activation", "managedinstance",
                   UNDOCUMENTED)};

static const struct ecsp_param add_params[] = {
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_ids", "ResourceId", LIST, .alias = "resource_id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_resource, .max = 50, .text = &ecsp_text_identifier),
    PARAM("resource_type", "ResourceType", STRING, .flags = ECSP_REQUIRED, .text = &taggable),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .flags = ECSP_REQUIRED, .max = 20,
          .text = &ecsp_text_later_tag_value, .key_text = &ecsp_text_tag_key),
    END,
};

static const struct ecsp_param remove_params[] = {
    /* only without tag_keys, else Param.Conflict */
    PARAM("all", "All", BOOLEAN, .default_value = "false"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_ids", "ResourceId", LIST, .alias = "resource_id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_resource, .max = 50, .text = &ecsp_text_identifier),
    PARAM("resource_type", "ResourceType", STRING, .flags = ECSP_REQUIRED, .text = &taggable),
    PARAM("tag_keys", "TagKey", LIST, .alias = "tag_key", .max = 20),
    END,
};

static const struct ecsp_param tag_filter[] = {
    PARAM_PLAIN("tag_key", "TagKey", STRING),
    PARAM("tag_values", "TagValues", LIST, .max = 5),
    END,
};

static const struct ecsp_param list_params[] = {
    PARAM_PLAIN("next_token", "NextToken", STRING),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_ids", "ResourceId", LIST, .alias = "resource_id", .id_of = &ecsp_id_resource,
          .max = 50, .text = &ecsp_text_identifier),
    PARAM("resource_type", "ResourceType", STRING, .flags = ECSP_REQUIRED, .text = &taggable),
    /* a filter may name the service's own tags (acs:rm:rgId is that of a resource group) */
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20, .text = &ecsp_text_tag_filter,
          .key_text = &ecsp_text_tag_filter),
    /* by invitation of the service only */
    PARAM("tag_filters", "TagFilter", OBJECTS, .alias = "tag_filter", .max = 5,
          .fields = tag_filter),
    END,
};

/* The pages require nothing; a call without one of these would say nothing. */
static const struct ecsp_param join_params[] = {
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_resource_group, .text = &ecsp_text_identifier),
    PARAM("resource_id", "ResourceId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_resource, .text = &ecsp_text_identifier),
    PARAM("resource_type", "ResourceType", STRING, .flags = ECSP_REQUIRED, .text = &groupable),
    END,
};

static const struct ecsp_field tag_resource[] = {
    FIELD("resource_id", "ResourceId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("resource_type", "ResourceType", STRING),
    FIELD_PLAIN("tag_key", "TagKey", STRING),
    FIELD_PLAIN("tag_value", "TagValue", STRING),
    END,
};

static const struct ecsp_field list_results[] = {
    FIELD_PLAIN("next_token", "NextToken", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD("tag_resources", "TagResources", OBJECTS, .wrapper = "TagResource",
          .fields = tag_resource),
    END,
};

const struct ecsp_operation ecsp_tags_add = {
    ECS_ACTION("tags", "add", "TagResources"),
    .ram_resources = ANY_RESOURCE, /* by the type of what is tagged */
    .writes = 1,
    .params = add_params,
    .results = ecsp_only_request_id,
};

const struct ecsp_operation ecsp_tags_remove = {
    ECS_ACTION("tags", "remove", "UntagResources"),
    .ram_resources = ANY_RESOURCE,
    .writes = 1,
    .params = remove_params,
    .results = ecsp_only_request_id,
};

const struct ecsp_operation ecsp_tags_list = {
    ECS_ACTION("tags", "list", "ListTagResources"),
    .ram_resources = ANY_RESOURCE,
    .params = list_params,
    .results = list_results,
};

const struct ecsp_operation ecsp_resource_group_join = {
    ECS_ACTION("resource_group", "join", "JoinResourceGroup"),
    .ram_resources = ANY_RESOURCE,
    .writes = 1,
    .params = join_params,
    .results = ecsp_only_request_id,
};
