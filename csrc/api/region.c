/*
 * ECS 2014-05-26: DescribeRegions.
 * Sources: the vendor's SDK 7.11.6 (names, types), the API page of 2024-12 (enums).
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_param list_params[] = {
    PARAM("accept_language", "AcceptLanguage", STRING,
          .text = VALUES("zh-CN", "zh-TW", "en-US", "ja", "fr", "de", "ko"),
          .default_value = "zh-CN"),
    PARAM("instance_charge_type", "InstanceChargeType", STRING,
          .text = VALUES("PrePaid", "PostPaid", "SpotWithPriceLimit", "SpotAsPriceGo"),
          .default_value = "PostPaid"),
    PARAM("resource_type", "ResourceType", STRING,
          .text = VALUES("instance", "disk", "reservedinstance", "scu"),
          .default_value = "instance"),
    END,
};

static const struct ecsp_field result_region[] = {
    FIELD_PLAIN("local_name", "LocalName", STRING),
    FIELD_PLAIN("region_endpoint", "RegionEndpoint", STRING),
    FIELD("region_id", "RegionId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("status", "Status", STRING),
    END,
};

static const struct ecsp_field list_results[] = {
    FIELD("regions", "Regions", OBJECTS, .wrapper = "Region", .fields = result_region),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

const struct ecsp_operation ecsp_region_list = {
    ECS_ACTION("region", "list", "DescribeRegions"),
    .ram_resources = ANY_RESOURCE,
    .params = list_params,
    .results = list_results,
};
