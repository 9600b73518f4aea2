/*
 * ResourceManager 2020-03-31: ListResourceGroups.
 * Sources: the vendor's SDK (names, types), the API page (limits). Names and ids are matched
 * loosely by the service ("fuzzy"). The RAM prefix is "ram" (Resource Management, "RAM
 * authorization", 2025-06).
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_param list_params[] = {
    PARAM("display_name", "DisplayName", STRING, .text = &ecsp_text_group_name),
    PARAM("ids", "ResourceGroupIds", LIST, .alias = "resource_group_ids",
          .id_of = &ecsp_id_resource_group, .max = 100, .text = &ecsp_text_identifier),
    PARAM("include_tags", "IncludeTags", BOOLEAN, .default_value = "false"),
    PARAM("name", "Name", STRING, .text = &ecsp_text_group_name),
    PARAM("page_number", "PageNumber", INTEGER, .min = 1, .max = INT32_MAX),
    PARAM("page_size", "PageSize", INTEGER, .min = 1, .max = 100, .default_value = "10"),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier),
    PARAM("status", "Status", STRING, .text = VALUES("Creating", "OK", "PendingDelete")),
    PARAM_PLAIN("tags", "Tag", TAGS),
    END,
};

static const struct ecsp_field result_resource_group[] = {
    FIELD_PLAIN("account_id", "AccountId", STRING),
    FIELD_PLAIN("create_date", "CreateDate", STRING),
    FIELD_PLAIN("display_name", "DisplayName", STRING),
    FIELD_PLAIN("id", "Id", STRING),
    FIELD_PLAIN("name", "Name", STRING),
    FIELD_PLAIN("status", "Status", STRING),
    FIELD("tags", "Tags", TAGS, .wrapper = "Tag", .key = "TagKey", .value = "TagValue"),
    END,
};

static const struct ecsp_field list_results[] = {
    FIELD_PLAIN("page_number", "PageNumber", INTEGER),
    FIELD_PLAIN("page_size", "PageSize", INTEGER),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD("resource_groups", "ResourceGroups", OBJECTS, .wrapper = "ResourceGroup",
          .fields = result_resource_group),
    FIELD_PLAIN("total_count", "TotalCount", INTEGER),
    END,
};

const struct ecsp_operation ecsp_resource_group_list = {
    RESOURCE_MANAGER_ACTION("resource_group", "list", "ListResourceGroups"),
    .ram_resources = ANY_RESOURCE,
    .params = list_params,
    .results = list_results,
};
