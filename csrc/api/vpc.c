/*
 * VPC 2016-04-28: CreateVpc, DescribeVpcs, DescribeVpcAttribute, DeleteVpc.
 * Sources: the vendor's SDK 7.3.2 (names, types), the API pages (limits, enums), terraform's
 * alicloud_vpc 1.289.0 (argument names).
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_condition with_ipv6_block = {"ipv6_cidr_block", NULL};
static const struct ecsp_condition ipv6_enabled = {"enable_ipv6", LIST("true")};

static const struct ecsp_param create_params[] = {
    /* May be left out: terraform sends it only when it is given, and its acceptance tests of
     * alicloud_ecs_image_pipeline_execution put 172.16.0.0/24 into such a VPC. That the block is
     * then the whole 172.16.0.0/12 is inferred from that. */
    PARAM("cidr_block", "CidrBlock", STRING, .text = &ecsp_text_vpc_block,
          .default_value = "172.16.0.0/12"),
    PARAM("client_token", "ClientToken", STRING, .flags = ECSP_TOKEN, .text = &ecsp_text_token),
    PARAM("description", "Description", STRING, .text = &ecsp_text_vpc_description),
    PARAM("dry_run", "DryRun", BOOLEAN, .default_value = "false"),
    PARAM("enable_dns_hostname", "EnableDnsHostname", BOOLEAN, .default_value = "false"),
    PARAM("enable_ipv6", "EnableIpv6", BOOLEAN, .default_value = "false",
          .required_when = &with_ipv6_block), /* MissingParam.EnableIpv6 */
    PARAM_PLAIN("ipv4_cidr_mask", "Ipv4CidrMask", INTEGER),
    PARAM("ipv4_ipam_pool_id", "Ipv4IpamPoolId", STRING, .id_of = &ecsp_id_ipam_pool,
          .text = &ecsp_text_identifier),
    PARAM("ipv6_cidr_block", "Ipv6CidrBlock", STRING, .only_with = &ipv6_enabled),
    PARAM_PLAIN("ipv6_cidr_mask", "Ipv6CidrMask", INTEGER),
    PARAM("ipv6_ipam_pool_id", "Ipv6IpamPoolId", STRING, .id_of = &ecsp_id_ipam_pool,
          .text = &ecsp_text_identifier),
    PARAM("ipv6_isp", "Ipv6Isp", STRING,
          .text = VALUES("BGP", "ChinaMobile", "ChinaUnicom", "ChinaTelecom"),
          .default_value = "BGP"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20, .text = &ecsp_text_vpc_tag_value,
          .key_text = &ecsp_text_tag_key),
    PARAM("user_cidrs", "UserCidr", LIST, .alias = "user_cidr", .flags = ECSP_JOINED, .max = 3,
          .text = &ecsp_text_user_block),
    PARAM("vpc_name", "VpcName", STRING, .text = &ecsp_text_vpc_name),
    END,
};

static const struct ecsp_field create_results[] = {
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("resource_group_id", "ResourceGroupId", STRING),
    FIELD_PLAIN("route_table_id", "RouteTableId", STRING),
    FIELD_PLAIN("router_id", "VRouterId", STRING),
    FIELD("vpc_id", "VpcId", STRING, .flags = ECSP_IDENTIFIER),
    END,
};

static const struct ecsp_param list_params[] = {
    PARAM("dhcp_options_set_id", "DhcpOptionsSetId", STRING, .id_of = &ecsp_id_dhcp_options_set),
    PARAM("dry_run", "DryRun", BOOLEAN, .default_value = "false"),
    PARAM_PLAIN("enable_ipv6", "EnableIpv6", BOOLEAN),
    PARAM("ids", "VpcId", LIST, .alias = "vpc_id", .flags = ECSP_JOINED, .id_of = &ecsp_id_vpc,
          .max = 20, .text = &ecsp_text_identifier),
    PARAM_PLAIN("is_default", "IsDefault", BOOLEAN),
    PARAM("page_number", "PageNumber", INTEGER, .min = 1, .max = INT32_MAX),
    PARAM("page_size", "PageSize", INTEGER, .min = 1, .max = 50, .default_value = "10"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20),
    PARAM_PLAIN("vpc_name", "VpcName", STRING),
    PARAM("vpc_owner_id", "VpcOwnerId", STRING, .id_of = &ecsp_id_account,
          .text = &ecsp_text_account),
    END,
};

static const struct ecsp_field result_ipv6_block[] = {
    FIELD_PLAIN("ipv6_cidr_block", "Ipv6CidrBlock", STRING),
    FIELD_PLAIN("ipv6_isp", "Ipv6Isp", STRING),
    END,
};

static const struct ecsp_field result_vpc[] = {
    FIELD_PLAIN("cen_status", "CenStatus", STRING),
    FIELD_PLAIN("cidr_block", "CidrBlock", STRING),
    FIELD_PLAIN("creation_time", "CreationTime", STRING),
    FIELD_PLAIN("description", "Description", STRING),
    FIELD_PLAIN("dhcp_options_set_id", "DhcpOptionsSetId", STRING),
    FIELD_PLAIN("dhcp_options_set_status", "DhcpOptionsSetStatus", STRING),
    FIELD_PLAIN("dns_hostname_status", "DnsHostnameStatus", STRING),
    FIELD_PLAIN("enable_ipv6", "EnabledIpv6", BOOLEAN),
    FIELD_PLAIN("ipv6_cidr_block", "Ipv6CidrBlock", STRING),
    FIELD("ipv6_cidr_blocks", "Ipv6CidrBlocks", OBJECTS, .wrapper = "Ipv6CidrBlock",
          .fields = result_ipv6_block),
    FIELD_PLAIN("is_default", "IsDefault", BOOLEAN),
    FIELD("nat_gateway_ids", "NatGatewayIds", LIST, .wrapper = "NatGatewayIds"),
    FIELD_PLAIN("owner_id", "OwnerId", STRING),
    FIELD_PLAIN("region_id", "RegionId", STRING),
    FIELD_PLAIN("resource_group_id", "ResourceGroupId", STRING),
    FIELD_PLAIN("router_id", "VRouterId", STRING),
    FIELD("router_table_ids", "RouterTableIds", LIST, .wrapper = "RouterTableIds"),
    FIELD("secondary_cidr_blocks", "SecondaryCidrBlocks", LIST, .wrapper = "SecondaryCidrBlock"),
    FIELD_PLAIN("status", "Status", STRING),
    FIELD("tags", "Tags", TAGS, .wrapper = "Tag", .key = "Key", .value = "Value"),
    FIELD("user_cidrs", "UserCidrs", LIST, .wrapper = "UserCidr"),
    FIELD("vpc_id", "VpcId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("vpc_name", "VpcName", STRING),
    FIELD("vswitch_ids", "VSwitchIds", LIST, .wrapper = "VSwitchId"),
    END,
};

static const struct ecsp_field list_results[] = {
    FIELD_PLAIN("page_number", "PageNumber", INTEGER),
    FIELD_PLAIN("page_size", "PageSize", INTEGER),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("total_count", "TotalCount", INTEGER),
    FIELD("vpcs", "Vpcs", OBJECTS, .wrapper = "Vpc", .fields = result_vpc),
    END,
};

static const struct ecsp_param describe_params[] = {
    PARAM_PLAIN("dry_run", "DryRun", BOOLEAN),
    PARAM_PLAIN("is_default", "IsDefault", BOOLEAN),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("vpc_id", "VpcId", STRING, .alias = "id", .flags = ECSP_REQUIRED, .id_of = &ecsp_id_vpc,
          .text = &ecsp_text_identifier),
    END,
};

static const struct ecsp_field result_cen[] = {
    FIELD_PLAIN("cen_id", "CenId", STRING),
    FIELD_PLAIN("cen_owner_id", "CenOwnerId", STRING),
    FIELD_PLAIN("cen_status", "CenStatus", STRING),
    END,
};

static const struct ecsp_field result_propagation_source[] = {
    FIELD_PLAIN("route_propagated", "RoutePropagated", BOOLEAN),
    FIELD_PLAIN("source_instance_id", "SourceInstanceId", STRING),
    FIELD_PLAIN("source_owner_id", "SourceOwnerId", STRING),
    FIELD_PLAIN("source_type", "SourceType", STRING),
    FIELD_PLAIN("status", "Status", STRING),
    END,
};

static const struct ecsp_field result_cloud_resource[] = {
    FIELD_PLAIN("resource_count", "ResourceCount", INTEGER),
    FIELD_PLAIN("resource_type", "ResourceType", STRING),
    END,
};

static const struct ecsp_field describe_results[] = {
    FIELD("associated_cens", "AssociatedCens", OBJECTS, .wrapper = "AssociatedCen",
          .fields = result_cen),
    FIELD("associated_propagation_sources", "AssociatedPropagationSources", OBJECTS,
          .wrapper = "AssociatedPropagationSources", .fields = result_propagation_source),
    FIELD_PLAIN("cidr_block", "CidrBlock", STRING),
    FIELD_PLAIN("classic_link_enabled", "ClassicLinkEnabled", BOOLEAN),
    FIELD("cloud_resources", "CloudResources", OBJECTS, .wrapper = "CloudResourceSetType",
          .fields = result_cloud_resource),
    FIELD_PLAIN("creation_time", "CreationTime", STRING),
    FIELD_PLAIN("description", "Description", STRING),
    FIELD_PLAIN("dhcp_options_set_id", "DhcpOptionsSetId", STRING),
    FIELD_PLAIN("dhcp_options_set_status", "DhcpOptionsSetStatus", STRING),
    FIELD_PLAIN("dns_hostname_status", "DnsHostnameStatus", STRING),
    FIELD_PLAIN("enable_ipv6", "EnabledIpv6", BOOLEAN),
    FIELD_PLAIN("ipv4_gateway_id", "Ipv4GatewayId", STRING),
    FIELD_PLAIN("ipv6_cidr_block", "Ipv6CidrBlock", STRING),
    FIELD("ipv6_cidr_blocks", "Ipv6CidrBlocks", OBJECTS, .wrapper = "Ipv6CidrBlock",
          .fields = result_ipv6_block),
    FIELD_PLAIN("is_default", "IsDefault", BOOLEAN),
    FIELD_PLAIN("owner_id", "OwnerId", STRING),
    FIELD_PLAIN("region_id", "RegionId", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("resource_group_id", "ResourceGroupId", STRING),
    FIELD_PLAIN("router_id", "VRouterId", STRING),
    FIELD("secondary_cidr_blocks", "SecondaryCidrBlocks", LIST, .wrapper = "SecondaryCidrBlock"),
    FIELD_PLAIN("status", "Status", STRING),
    FIELD_PLAIN("support_ipv4_gateway", "SupportIpv4Gateway", BOOLEAN),
    FIELD("tags", "Tags", TAGS, .wrapper = "Tag", .key = "Key", .value = "Value"),
    FIELD("user_cidrs", "UserCidrs", LIST, .wrapper = "UserCidr"),
    FIELD("vpc_id", "VpcId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("vpc_name", "VpcName", STRING),
    FIELD("vswitch_ids", "VSwitchIds", LIST, .wrapper = "VSwitchId"),
    END,
};

static const struct ecsp_param delete_params[] = {
    PARAM("client_token", "ClientToken", STRING, .flags = ECSP_TOKEN, .text = &ecsp_text_token),
    PARAM("dry_run", "DryRun", BOOLEAN, .default_value = "false"),
    PARAM("force_delete", "ForceDelete", BOOLEAN, .default_value = "false"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REGION, .text = &ecsp_text_region),
    PARAM("vpc_id", "VpcId", STRING, .alias = "id", .flags = ECSP_REQUIRED, .id_of = &ecsp_id_vpc,
          .text = &ecsp_text_identifier),
    END,
};

const struct ecsp_operation ecsp_vpc_create = {
    VPC_ACTION("vpc", "create", "CreateVpc"),
    .ram_resources = LIST(VPC_RESOURCE("vpc/*")),
    .writes = 1,
    .params = create_params,
    .results = create_results,
};

const struct ecsp_operation ecsp_vpc_list = {
    VPC_ACTION("vpc", "list", "DescribeVpcs"),
    .ram_resources = LIST(VPC_RESOURCE("vpc/*")),
    .params = list_params,
    .results = list_results,
};

const struct ecsp_operation ecsp_vpc_describe = {
    VPC_ACTION("vpc", "describe", "DescribeVpcAttribute"),
    .ram_resources = LIST(VPC_RESOURCE("vpc/*")),
    .params = describe_params,
    .results = describe_results,
};

const struct ecsp_operation ecsp_vpc_delete = {
    VPC_ACTION("vpc", "delete", "DeleteVpc"),
    .ram_resources = LIST(VPC_RESOURCE("vpc/*")),
    .writes = 1,
    .params = delete_params,
    .results = ecsp_only_request_id,
};
