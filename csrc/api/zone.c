/*
 * ECS 2014-05-26: DescribeZones, DescribeAvailableResource.
 * Sources: the vendor's SDK 7.11.6 (names, types), the API pages of 2024-12 to 2026-01 (enums).
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_param list_params[] = {
    PARAM("accept_language", "AcceptLanguage", STRING,
          .text = VALUES("zh-CN", "zh-TW", "en-US", "ja", "fr", "de", "ko"),
          .default_value = "zh-CN"),
    PARAM("instance_charge_type", "InstanceChargeType", STRING,
          .text = VALUES("PrePaid", "PostPaid"), .default_value = "PostPaid"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("spot_strategy", "SpotStrategy", STRING,
          .text = VALUES("NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"),
          .default_value = "NoSpot"),
    PARAM("verbose", "Verbose", BOOLEAN, .default_value = "true"),
    END,
};

static const struct ecsp_field result_available_resource[] = {
    FIELD("data_disk_categories", "DataDiskCategories", LIST,
          .wrapper = "supportedDataDiskCategory"),
    FIELD("instance_generations", "InstanceGenerations", LIST,
          .wrapper = "supportedInstanceGeneration"),
    FIELD("instance_type_families", "InstanceTypeFamilies", LIST,
          .wrapper = "supportedInstanceTypeFamily"),
    FIELD("instance_types", "InstanceTypes", LIST, .wrapper = "supportedInstanceType"),
    FIELD_PLAIN("io_optimized", "IoOptimized", BOOLEAN),
    FIELD("network_types", "NetworkTypes", LIST, .wrapper = "supportedNetworkCategory"),
    FIELD("system_disk_categories", "SystemDiskCategories", LIST,
          .wrapper = "supportedSystemDiskCategory"),
    END,
};

static const struct ecsp_field result_zone[] = {
    FIELD("available_dedicated_host_types", "AvailableDedicatedHostTypes", LIST,
          .wrapper = "DedicatedHostType"),
    FIELD("available_disk_categories", "AvailableDiskCategories", LIST,
          .wrapper = "DiskCategories"),
    FIELD("available_instance_types", "AvailableInstanceTypes", LIST, .wrapper = "InstanceTypes"),
    FIELD("available_resource_creation", "AvailableResourceCreation", LIST,
          .wrapper = "ResourceTypes"),
    FIELD("available_resources", "AvailableResources", OBJECTS, .wrapper = "ResourcesInfo",
          .fields = result_available_resource),
    FIELD("available_volume_categories", "AvailableVolumeCategories", LIST,
          .wrapper = "VolumeCategories"),
    FIELD("dedicated_host_generations", "DedicatedHostGenerations", LIST,
          .wrapper = "DedicatedHostGeneration"),
    FIELD_PLAIN("local_name", "LocalName", STRING),
    FIELD("zone_id", "ZoneId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("zone_type", "ZoneType", STRING),
    END,
};

static const struct ecsp_field list_results[] = {
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD("zones", "Zones", OBJECTS, .wrapper = "Zone", .fields = result_zone),
    END,
};

static const struct ecsp_param available_params[] = {
    PARAM("cores", "Cores", INTEGER, .alias = "cpu_core_count"),
    PARAM("data_disk_category", "DataDiskCategory", STRING,
          .text = VALUES("cloud", "cloud_efficiency", "cloud_ssd", "ephemeral_ssd", "cloud_essd",
                         "cloud_auto", "cloud_essd_entry")),
    PARAM("dedicated_host_id", "DedicatedHostId", STRING, .id_of = &ecsp_id_dedicated_host),
    PARAM("destination_resource", "DestinationResource", STRING, .flags = ECSP_REQUIRED,
          .text = VALUES("Zone", "IoOptimized", "InstanceType", "Network", "ddh", "SystemDisk",
                         "DataDisk")),
    PARAM("instance_charge_type", "InstanceChargeType", STRING,
          .text = VALUES("PrePaid", "PostPaid"), .default_value = "PostPaid"),
    PARAM("instance_type", "InstanceType", STRING, .id_of = &ecsp_id_instance_type,
          .text = &ecsp_text_identifier),
    PARAM("io_optimized", "IoOptimized", STRING, .text = VALUES("none", "optimized"),
          .default_value = "optimized"),
    PARAM("memory", "Memory", NUMBER, .alias = "memory_size", .unit = "GiB"),
    PARAM("network_category", "NetworkCategory", STRING, .alias = "network_type",
          .text = VALUES("vpc", "classic")),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_type", "ResourceType", STRING,
          .text = VALUES("instance", "disk", "reservedinstance", "ddh")),
    PARAM("scope", "Scope", STRING, .text = VALUES("Region", "Zone")),
    PARAM("spot_duration", "SpotDuration", INTEGER, .min = 0, .max = 1, .default_value = "1",
          .unit = "h"),
    PARAM("spot_strategy", "SpotStrategy", STRING,
          .text = VALUES("NoSpot", "SpotWithPriceLimit", "SpotAsPriceGo"),
          .default_value = "NoSpot"),
    PARAM("system_disk_category", "SystemDiskCategory", STRING,
          .text = VALUES("cloud", "cloud_efficiency", "cloud_ssd", "ephemeral_ssd", "cloud_essd",
                         "cloud_auto", "cloud_essd_entry"),
          .default_value = "cloud_efficiency (cloud for retired types)"),
    PARAM("zone_id", "ZoneId", STRING, .alias = "availability_zone", .id_of = &ecsp_id_zone,
          .text = &ecsp_text_identifier),
    END,
};

static const struct ecsp_field result_supported_resource[] = {
    FIELD_PLAIN("max", "Max", INTEGER),
    FIELD_PLAIN("min", "Min", INTEGER),
    FIELD_PLAIN("status", "Status", STRING),
    FIELD_PLAIN("status_category", "StatusCategory", STRING),
    FIELD_PLAIN("unit", "Unit", STRING),
    FIELD_PLAIN("value", "Value", STRING),
    END,
};

static const struct ecsp_field result_available_kind[] = {
    FIELD("supported_resources", "SupportedResources", OBJECTS, .wrapper = "SupportedResource",
          .fields = result_supported_resource),
    FIELD_PLAIN("type", "Type", STRING),
    END,
};

static const struct ecsp_field result_available_zone[] = {
    FIELD("available_resources", "AvailableResources", OBJECTS, .wrapper = "AvailableResource",
          .fields = result_available_kind),
    FIELD_PLAIN("region_id", "RegionId", STRING),
    FIELD_PLAIN("status", "Status", STRING),
    FIELD_PLAIN("status_category", "StatusCategory", STRING),
    FIELD("zone_id", "ZoneId", STRING, .flags = ECSP_IDENTIFIER),
    END,
};

static const struct ecsp_field available_results[] = {
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD("zones", "AvailableZones", OBJECTS, .wrapper = "AvailableZone",
          .fields = result_available_zone),
    END,
};

const struct ecsp_operation ecsp_zone_list = {
    ECS_ACTION("zone", "list", "DescribeZones"),
    .ram_resources = ANY_RESOURCE,
    .params = list_params,
    .results = list_results,
};

const struct ecsp_operation ecsp_zone_available = {
    ECS_ACTION("zone", "available", "DescribeAvailableResource"),
    .ram_resources = ANY_RESOURCE,
    .params = available_params,
    .results = available_results,
};
