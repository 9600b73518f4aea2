/*
 * ECS 2014-05-26: DescribeInstanceTypes, DescribeImageSupportInstanceTypes.
 * Sources: the vendor's SDK 7.11.6 (names, types), the API pages of 2024-12 to 2026-01 (limits,
 * enums). MaxResults: the action's text says 100 since November 2023, the parameter's 1600.
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_param list_params[] = {
    PARAM_PLAIN("additional_attributes", "AdditionalAttributes", LIST),
    PARAM("cpu_architecture", "CpuArchitecture", STRING, .text = VALUES("X86", "ARM")),
    PARAM("cpu_architectures", "CpuArchitectures", LIST, .max = 2),
    PARAM_PLAIN("gpu_spec", "GPUSpec", STRING),
    PARAM("gpu_specs", "GpuSpecs", LIST, .max = 10),
    PARAM("instance_categories", "InstanceCategories", LIST, .max = 10),
    PARAM_PLAIN("instance_category", "InstanceCategory", STRING),
    PARAM("instance_family_level", "InstanceFamilyLevel", STRING,
          .text = VALUES("EntryLevel", "EnterpriseLevel", "CreditEntryLevel")),
    PARAM("instance_type_families", "InstanceTypeFamilies", LIST, .max = 10),
    PARAM_PLAIN("instance_type_family", "InstanceTypeFamily", STRING),
    PARAM("ids", "InstanceTypes", LIST, .alias = "instance_types", .id_of = &ecsp_id_instance_type,
          .max = 10, .text = &ecsp_text_identifier),
    PARAM("local_storage_categories", "LocalStorageCategories", LIST, .max = 2),
    PARAM("local_storage_category", "LocalStorageCategory", STRING,
          .text = VALUES("local_hdd_pro", "local_ssd_pro")),
    PARAM("max_results", "MaxResults", INTEGER, .min = 1, .max = 100, .default_value = "100"),
    PARAM_PLAIN("maximum_cpu_core_count", "MaximumCpuCoreCount", INTEGER),
    PARAM_PLAIN("maximum_cpu_speed_frequency", "MaximumCpuSpeedFrequency", NUMBER),
    PARAM_PLAIN("maximum_cpu_turbo_frequency", "MaximumCpuTurboFrequency", NUMBER),
    PARAM_PLAIN("maximum_gpu_amount", "MaximumGPUAmount", INTEGER),
    PARAM_PLAIN("maximum_memory_size", "MaximumMemorySize", NUMBER),
    PARAM_PLAIN("minimum_baseline_credit", "MinimumBaselineCredit", INTEGER),
    PARAM_PLAIN("minimum_cpu_core_count", "MinimumCpuCoreCount", INTEGER),
    PARAM_PLAIN("minimum_cpu_speed_frequency", "MinimumCpuSpeedFrequency", NUMBER),
    PARAM_PLAIN("minimum_cpu_turbo_frequency", "MinimumCpuTurboFrequency", NUMBER),
    PARAM_PLAIN("minimum_disk_quantity", "MinimumDiskQuantity", INTEGER),
    PARAM_PLAIN("minimum_eni_ipv6_address_quantity", "MinimumEniIpv6AddressQuantity", INTEGER),
    PARAM_PLAIN("minimum_eni_private_ip_address_quantity", "MinimumEniPrivateIpAddressQuantity",
                INTEGER),
    PARAM_PLAIN("minimum_eni_quantity", "MinimumEniQuantity", INTEGER),
    PARAM_PLAIN("minimum_eri_quantity", "MinimumEriQuantity", INTEGER),
    PARAM_PLAIN("minimum_gpu_amount", "MinimumGPUAmount", INTEGER),
    PARAM_PLAIN("minimum_initial_credit", "MinimumInitialCredit", INTEGER),
    PARAM_PLAIN("minimum_instance_bandwidth_rx", "MinimumInstanceBandwidthRx", INTEGER),
    PARAM_PLAIN("minimum_instance_bandwidth_tx", "MinimumInstanceBandwidthTx", INTEGER),
    PARAM_PLAIN("minimum_instance_pps_rx", "MinimumInstancePpsRx", INTEGER),
    PARAM_PLAIN("minimum_instance_pps_tx", "MinimumInstancePpsTx", INTEGER),
    PARAM_PLAIN("minimum_local_storage_amount", "MinimumLocalStorageAmount", INTEGER),
    PARAM_PLAIN("minimum_local_storage_capacity", "MinimumLocalStorageCapacity", INTEGER),
    PARAM_PLAIN("minimum_memory_size", "MinimumMemorySize", NUMBER),
    PARAM_PLAIN("minimum_primary_eni_queue_number", "MinimumPrimaryEniQueueNumber", INTEGER),
    PARAM_PLAIN("minimum_queue_pair_number", "MinimumQueuePairNumber", INTEGER),
    PARAM_PLAIN("minimum_secondary_eni_queue_number", "MinimumSecondaryEniQueueNumber", INTEGER),
    PARAM_PLAIN("next_token", "NextToken", STRING),
    PARAM("nvme_support", "NvmeSupport", STRING, .text = VALUES("required", "unsupported")),
    PARAM_PLAIN("physical_processor_model", "PhysicalProcessorModel", STRING),
    PARAM_PLAIN("physical_processor_models", "PhysicalProcessorModels", LIST),
    END,
};

static const struct ecsp_field result_attributes[] = {
    FIELD_PLAIN("name", "Name", STRING),
    FIELD_PLAIN("value", "Value", STRING),
    END,
};

static const struct ecsp_field result_clock[] = {
    FIELD_PLAIN("ptp_support", "PtpSupport", STRING),
    END,
};

static const struct ecsp_field result_cpu_options[] = {
    FIELD_PLAIN("core", "Core", INTEGER),
    FIELD_PLAIN("core_factor", "CoreFactor", INTEGER),
    FIELD_PLAIN("hyper_threading_adjustable", "HyperThreadingAdjustable", BOOLEAN),
    FIELD_PLAIN("nested_virtualization_support", "NestedVirtualizationSupport", STRING),
    FIELD("supported_topology_types", "SupportedTopologyTypes", LIST,
          .wrapper = "SupportedTopologyType"),
    FIELD_PLAIN("threads_per_core", "ThreadsPerCore", INTEGER),
    END,
};

static const struct ecsp_field result_enhanced_network[] = {
    FIELD_PLAIN("express_support", "ExpressSupport", BOOLEAN),
    FIELD_PLAIN("rss_support", "RssSupport", BOOLEAN),
    FIELD_PLAIN("sriov_support", "SriovSupport", BOOLEAN),
    FIELD_PLAIN("vf_queue_number_per_eni", "VfQueueNumberPerEni", INTEGER),
    END,
};

static const struct ecsp_field result_network_cards[] = {
    FIELD_PLAIN("network_card_index", "NetworkCardIndex", INTEGER),
    END,
};

static const struct ecsp_field result_weighting_infos[] = {
    FIELD_PLAIN("ebs_bandwidth", "EbsBandwidth", INTEGER),
    FIELD_PLAIN("ebs_burst_bandwidth", "EbsBurstBandwidth", INTEGER),
    FIELD_PLAIN("name", "Name", STRING),
    FIELD_PLAIN("vpc_bandwidth", "VpcBandwidth", INTEGER),
    FIELD_PLAIN("vpc_burst_bandwidth", "VpcBurstBandwidth", INTEGER),
    END,
};

static const struct ecsp_field result_bandwidth_weighting[] = {
    FIELD("weighting_infos", "WeightingInfos", OBJECTS, .wrapper = "WeightingInfo",
          .fields = result_weighting_infos),
    END,
};

static const struct ecsp_field result_network_info[] = {
    FIELD("bandwidth_weighting", "BandwidthWeighting", OBJECT,
          .fields = result_bandwidth_weighting),
    END,
};

static const struct ecsp_field result_security_options[] = {
    FIELD_PLAIN("secure_boot_support", "SecureBootSupport", STRING),
    END,
};

static const struct ecsp_field result_instance_type[] = {
    FIELD("attributes", "Attributes", OBJECTS, .wrapper = "Attribute", .fields = result_attributes),
    FIELD_PLAIN("baseline_credit", "BaselineCredit", INTEGER),
    FIELD("clock", "Clock", OBJECT, .fields = result_clock),
    FIELD_PLAIN("cpu_architecture", "CpuArchitecture", STRING),
    FIELD_PLAIN("cpu_core_count", "CpuCoreCount", INTEGER),
    FIELD("cpu_options", "CpuOptions", OBJECT, .fields = result_cpu_options),
    FIELD_PLAIN("cpu_speed_frequency", "CpuSpeedFrequency", NUMBER),
    FIELD_PLAIN("cpu_turbo_frequency", "CpuTurboFrequency", NUMBER),
    FIELD_PLAIN("disk_quantity", "DiskQuantity", INTEGER),
    FIELD("enhanced_network", "EnhancedNetwork", OBJECT, .fields = result_enhanced_network),
    FIELD_PLAIN("eni_ipv6_address_quantity", "EniIpv6AddressQuantity", INTEGER),
    FIELD_PLAIN("eni_private_ip_address_quantity", "EniPrivateIpAddressQuantity", INTEGER),
    FIELD_PLAIN("eni_quantity", "EniQuantity", INTEGER),
    FIELD_PLAIN("eni_total_quantity", "EniTotalQuantity", INTEGER),
    FIELD_PLAIN("eni_trunk_supported", "EniTrunkSupported", BOOLEAN),
    FIELD_PLAIN("eri_quantity", "EriQuantity", INTEGER),
    FIELD_PLAIN("gpu_amount", "GPUAmount", INTEGER),
    FIELD_PLAIN("gpu_memory_size", "GPUMemorySize", NUMBER),
    FIELD_PLAIN("gpu_spec", "GPUSpec", STRING),
    FIELD_PLAIN("initial_credit", "InitialCredit", INTEGER),
    FIELD_PLAIN("instance_bandwidth_rx", "InstanceBandwidthRx", INTEGER),
    FIELD_PLAIN("instance_bandwidth_tx", "InstanceBandwidthTx", INTEGER),
    FIELD_PLAIN("instance_category", "InstanceCategory", STRING),
    FIELD_PLAIN("instance_family_level", "InstanceFamilyLevel", STRING),
    FIELD_PLAIN("instance_pps_rx", "InstancePpsRx", INTEGER),
    FIELD_PLAIN("instance_pps_tx", "InstancePpsTx", INTEGER),
    FIELD_PLAIN("instance_type_family", "InstanceTypeFamily", STRING),
    FIELD("instance_type_id", "InstanceTypeId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("jumbo_frame_support", "JumboFrameSupport", BOOLEAN),
    FIELD_PLAIN("local_storage_amount", "LocalStorageAmount", INTEGER),
    FIELD_PLAIN("local_storage_capacity", "LocalStorageCapacity", INTEGER),
    FIELD_PLAIN("local_storage_category", "LocalStorageCategory", STRING),
    FIELD_PLAIN("maximum_queue_number_per_eni", "MaximumQueueNumberPerEni", INTEGER),
    FIELD_PLAIN("memory_size", "MemorySize", NUMBER),
    FIELD_PLAIN("network_card_quantity", "NetworkCardQuantity", INTEGER),
    FIELD("network_cards", "NetworkCards", OBJECTS, .wrapper = "NetworkCardInfo",
          .fields = result_network_cards),
    FIELD_PLAIN("network_encryption_support", "NetworkEncryptionSupport", BOOLEAN),
    FIELD("network_info", "NetworkInfo", OBJECT, .fields = result_network_info),
    FIELD_PLAIN("nvme_support", "NvmeSupport", STRING),
    FIELD_PLAIN("physical_processor_model", "PhysicalProcessorModel", STRING),
    FIELD_PLAIN("primary_eni_queue_number", "PrimaryEniQueueNumber", INTEGER),
    FIELD_PLAIN("queue_pair_number", "QueuePairNumber", INTEGER),
    FIELD_PLAIN("secondary_eni_queue_number", "SecondaryEniQueueNumber", INTEGER),
    FIELD("security_options", "SecurityOptions", OBJECT, .fields = result_security_options),
    FIELD("supported_boot_modes", "SupportedBootModes", LIST, .wrapper = "SupportedBootMode"),
    FIELD_PLAIN("total_eni_queue_quantity", "TotalEniQueueQuantity", INTEGER),
    END,
};

static const struct ecsp_field list_results[] = {
    FIELD("instance_types", "InstanceTypes", OBJECTS, .wrapper = "InstanceType",
          .fields = result_instance_type),
    FIELD_PLAIN("next_token", "NextToken", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

static const struct ecsp_param supported_filter[] = {
    PARAM_PLAIN("key", "Key", STRING),
    PARAM_PLAIN("value", "Value", STRING),
    END,
};

static const struct ecsp_param supported_params[] = {
    PARAM("action_type", "ActionType", STRING, .text = VALUES("CreateEcs", "ChangeOS"),
          .default_value = "CreateEcs"),
    PARAM("filter", "Filter", OBJECTS, .alias = "filters", .flags = ECSP_DEPRECATED,
          .fields = supported_filter, .replaced_by = "nothing: it has no effect"),
    PARAM("image_id", "ImageId", STRING, .id_of = &ecsp_id_image, .text = &ecsp_text_identifier),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    END,
};

static const struct ecsp_field result_supported_type[] = {
    FIELD_PLAIN("cpu_core_count", "CpuCoreCount", INTEGER),
    FIELD_PLAIN("instance_type_family", "InstanceTypeFamily", STRING),
    FIELD("instance_type_id", "InstanceTypeId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("memory_size", "MemorySize", NUMBER),
    END,
};

static const struct ecsp_field supported_results[] = {
    FIELD_PLAIN("image_id", "ImageId", STRING),
    FIELD("instance_types", "InstanceTypes", OBJECTS, .wrapper = "InstanceType",
          .fields = result_supported_type),
    FIELD_PLAIN("region_id", "RegionId", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

const struct ecsp_operation ecsp_instance_type_list = {
    ECS_ACTION("instance_type", "list", "DescribeInstanceTypes"),
    .ram_resources = ANY_RESOURCE,
    .params = list_params,
    .results = list_results,
};

const struct ecsp_operation ecsp_instance_type_supported = {
    ECS_ACTION("instance_type", "supported", "DescribeImageSupportInstanceTypes"),
    .ram_resources = ANY_RESOURCE,
    .params = supported_params,
    .results = supported_results,
};
