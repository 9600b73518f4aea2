/*
 * VPC 2016-04-28: CreateVSwitch, DescribeVSwitches, DescribeVSwitchAttributes, DeleteVSwitch.
 * Sources: the vendor's SDK 7.3.2 (names, types), the API pages (limits), terraform's
 * alicloud_vswitch 1.289.0 (argument names).
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_param create_params[] = {
    PARAM("cidr_block", "CidrBlock", STRING, .text = &ecsp_text_vswitch_block,
          .required_unless = "cidr_mask"),
    PARAM("cidr_mask", "CidrMask", INTEGER, .min = 16, .max = 29),
    PARAM("client_token", "ClientToken", STRING, .flags = ECSP_TOKEN, .text = &ecsp_text_token),
    PARAM("description", "Description", STRING, .text = &ecsp_text_vpc_description),
    PARAM("ipv6_cidr_block_mask", "Ipv6CidrBlock", INTEGER, .min = 0, .max = 255),
    PARAM("ipv6_cidr_mask", "Ipv6CidrMask", INTEGER, .min = 64, .max = 64),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REGION, .text = &ecsp_text_region),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20, .text = &ecsp_text_vpc_tag_value,
          .key_text = &ecsp_text_tag_key),
    PARAM("vpc_id", "VpcId", STRING, .flags = ECSP_REQUIRED, .id_of = &ecsp_id_vpc,
          .text = &ecsp_text_identifier),
    PARAM_PLAIN("vpc_ipv6_cidr_block", "VpcIpv6CidrBlock", STRING),
    PARAM("vswitch_name", "VSwitchName", STRING, .alias = "v_switch_name",
          .text = &ecsp_text_vpc_name),
    PARAM("zone_id", "ZoneId", STRING, .alias = "availability_zone", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_zone, .text = &ecsp_text_identifier),
    END,
};

static const struct ecsp_field create_results[] = {
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD("vswitch_id", "VSwitchId", STRING, .flags = ECSP_IDENTIFIER),
    END,
};

static const struct ecsp_param list_params[] = {
    PARAM("dry_run", "DryRun", BOOLEAN, .default_value = "false"),
    PARAM_PLAIN("enable_ipv6", "EnableIpv6", BOOLEAN),
    PARAM_PLAIN("is_default", "IsDefault", BOOLEAN),
    PARAM("page_number", "PageNumber", INTEGER, .min = 1, .max = INT32_MAX),
    PARAM("page_size", "PageSize", INTEGER, .min = 1, .max = 50, .default_value = "10"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REGION, .text = &ecsp_text_region),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier),
    PARAM("route_table_id", "RouteTableId", STRING, .id_of = &ecsp_id_route_table,
          .text = &ecsp_text_identifier),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20),
    PARAM("vpc_id", "VpcId", STRING, .id_of = &ecsp_id_vpc, .text = &ecsp_text_identifier),
    PARAM("vswitch_id", "VSwitchId", STRING, .alias = "v_switch_id", .id_of = &ecsp_id_vswitch,
          .text = &ecsp_text_identifier),
    PARAM("vswitch_name", "VSwitchName", STRING, .alias = "v_switch_name"),
    PARAM("vswitch_owner_id", "VSwitchOwnerId", STRING, .id_of = &ecsp_id_account,
          .alias = "v_switch_owner_id", .text = &ecsp_text_account),
    PARAM("zone_id", "ZoneId", STRING, .id_of = &ecsp_id_zone, .text = &ecsp_text_identifier),
    END,
};

static const struct ecsp_field result_route_table[] = {
    FIELD_PLAIN("route_table_id", "RouteTableId", STRING),
    FIELD_PLAIN("route_table_type", "RouteTableType", STRING),
    END,
};

static const struct ecsp_field result_vswitch[] = {
    FIELD_PLAIN("available_ip_address_count", "AvailableIpAddressCount", INTEGER),
    FIELD_PLAIN("cidr_block", "CidrBlock", STRING),
    FIELD_PLAIN("creation_time", "CreationTime", STRING),
    FIELD_PLAIN("description", "Description", STRING),
    FIELD_PLAIN("enable_ipv6", "EnabledIpv6", BOOLEAN),
    FIELD_PLAIN("ipv6_cidr_block", "Ipv6CidrBlock", STRING),
    FIELD_PLAIN("is_default", "IsDefault", BOOLEAN),
    FIELD_PLAIN("network_acl_id", "NetworkAclId", STRING),
    FIELD_PLAIN("owner_id", "OwnerId", STRING),
    FIELD_PLAIN("resource_group_id", "ResourceGroupId", STRING),
    FIELD("route_table", "RouteTable", OBJECT, .fields = result_route_table),
    FIELD_PLAIN("share_type", "ShareType", STRING),
    FIELD_PLAIN("status", "Status", STRING),
    FIELD("tags", "Tags", TAGS, .wrapper = "Tag", .key = "Key", .value = "Value"),
    FIELD_PLAIN("vpc_id", "VpcId", STRING),
    FIELD("vswitch_id", "VSwitchId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("vswitch_name", "VSwitchName", STRING),
    FIELD_PLAIN("zone_id", "ZoneId", STRING),
    END,
};

static const struct ecsp_field list_results[] = {
    FIELD_PLAIN("page_number", "PageNumber", INTEGER),
    FIELD_PLAIN("page_size", "PageSize", INTEGER),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("total_count", "TotalCount", INTEGER),
    FIELD("vswitches", "VSwitches", OBJECTS, .wrapper = "VSwitch", .fields = result_vswitch),
    END,
};

static const struct ecsp_param describe_params[] = {
    PARAM_PLAIN("dry_run", "DryRun", BOOLEAN),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REGION, .text = &ecsp_text_region),
    PARAM("vswitch_id", "VSwitchId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_vswitch, .text = &ecsp_text_identifier),
    END,
};

static const struct ecsp_field describe_results[] = {
    FIELD_PLAIN("available_ip_address_count", "AvailableIpAddressCount", INTEGER),
    FIELD_PLAIN("cidr_block", "CidrBlock", STRING),
    FIELD_PLAIN("creation_time", "CreationTime", STRING),
    FIELD_PLAIN("description", "Description", STRING),
    FIELD_PLAIN("enable_ipv6", "EnabledIpv6", BOOLEAN),
    FIELD_PLAIN("ipv6_cidr_block", "Ipv6CidrBlock", STRING),
    FIELD_PLAIN("is_default", "IsDefault", BOOLEAN),
    FIELD_PLAIN("network_acl_id", "NetworkAclId", STRING),
    FIELD_PLAIN("owner_id", "OwnerId", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("resource_group_id", "ResourceGroupId", STRING),
    FIELD("route_table", "RouteTable", OBJECT, .fields = result_route_table),
    FIELD_PLAIN("share_type", "ShareType", STRING),
    FIELD_PLAIN("status", "Status", STRING),
    FIELD("tags", "Tags", TAGS, .wrapper = "Tag", .key = "Key", .value = "Value"),
    FIELD_PLAIN("vpc_id", "VpcId", STRING),
    FIELD("vswitch_id", "VSwitchId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("vswitch_name", "VSwitchName", STRING),
    FIELD_PLAIN("zone_id", "ZoneId", STRING),
    END,
};

static const struct ecsp_param delete_params[] = {
    PARAM("dry_run", "DryRun", BOOLEAN, .default_value = "false"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REGION, .text = &ecsp_text_region),
    PARAM("vswitch_id", "VSwitchId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_vswitch, .text = &ecsp_text_identifier),
    END,
};

const struct ecsp_operation ecsp_vswitch_create = {
    VPC_ACTION("vswitch", "create", "CreateVSwitch"),
    .ram_resources = LIST(VPC_RESOURCE("vpc/*"), VPC_RESOURCE("vswitch/*")),
    .writes = 1,
    .params = create_params,
    .results = create_results,
};

const struct ecsp_operation ecsp_vswitch_list = {
    VPC_ACTION("vswitch", "list", "DescribeVSwitches"),
    .ram_resources = LIST(VPC_RESOURCE("vpc/*"), VPC_RESOURCE("vswitch/*")),
    .params = list_params,
    .results = list_results,
};

const struct ecsp_operation ecsp_vswitch_describe = {
    VPC_ACTION("vswitch", "describe", "DescribeVSwitchAttributes"),
    .ram_resources = LIST(VPC_RESOURCE("vpc/*"), VPC_RESOURCE("vswitch/*")),
    .params = describe_params,
    .results = describe_results,
};

const struct ecsp_operation ecsp_vswitch_delete = {
    VPC_ACTION("vswitch", "delete", "DeleteVSwitch"),
    .ram_resources = LIST(VPC_RESOURCE("vpc/*"), VPC_RESOURCE("vswitch/*")),
    .writes = 1,
    .params = delete_params,
    .results = ecsp_only_request_id,
};
