/*
 * ECS 2014-05-26: CreateImagePipeline, DescribeImagePipelines, DeleteImagePipeline.
 * Sources: the vendor's SDK 7.11.6 (names, types), the API pages of 2024-12 to 2026-01 (limits, enums), terraform's
 * alicloud_ecs_image_pipeline 1.289.0 (argument names).
 */
#include "schema.h"

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})
#define VALUES(...) (&(const struct ecsp_text){.values = LIST(__VA_ARGS__)})
#define END {.lua = NULL}

#define URLS LIST("http://", "https://")

static const struct ecsp_text region = {.min_chars = 1, .max_chars = 64, .first = ECSP_CHARS_LOWER,
                                        .rest = ECSP_CHARS_LOWER_DASH};
static const struct ecsp_text identifier = {.min_chars = 1, .max_chars = 128, .first = ECSP_CHARS_PRINTABLE,
                                            .rest = ECSP_CHARS_PRINTABLE};
static const struct ecsp_text account = {.min_chars = 1, .max_chars = 32, .first = ECSP_CHARS_DIGIT,
                                         .rest = ECSP_CHARS_DIGIT};
static const struct ecsp_text token = {.min_chars = 1, .max_chars = 64, .first = ECSP_CHARS_PRINTABLE,
                                       .rest = ECSP_CHARS_PRINTABLE};
static const struct ecsp_text description = {.min_chars = 2, .max_chars = 256, .not_prefix = URLS};
static const struct ecsp_text template_name = {.min_chars = 2, .max_chars = 128, .first = ECSP_CHARS_LETTER,
                                               .rest = ECSP_CHARS_NAME, .not_prefix = URLS};
static const struct ecsp_text image_name = {.min_chars = 2, .max_chars = 64, .first = ECSP_CHARS_LETTER,
                                            .rest = ECSP_CHARS_NAME, .not_prefix = URLS};
static const struct ecsp_text image_family = {.min_chars = 2, .max_chars = 128, .first = ECSP_CHARS_LETTER,
                                              .rest = ECSP_CHARS_FAMILY, .not_prefix = LIST("aliyun", "acs:"),
                                              .not_contain = URLS};
static const struct ecsp_text legacy_family = {.min_chars = 2, .max_chars = 128};
static const struct ecsp_text script = {.max_bytes = 16384, .max_commands = 127};
static const struct ecsp_text tag_key = {.min_chars = 1, .max_chars = 128, .not_prefix = LIST("aliyun", "acs:"),
                                         .not_contain = URLS};
static const struct ecsp_text tag_value = {.max_chars = 128, .not_prefix = LIST("acs:"), .not_contain = URLS};
static const struct ecsp_text oss_bucket = {.min_chars = 1, .max_chars = 63, .first = ECSP_CHARS_LOWER,
                                            .rest = ECSP_CHARS_LOWER_DASH, .last = ECSP_CHARS_LOWER};
static const struct ecsp_text oss_object = {.min_chars = 1, .max_chars = 1023, .not_prefix = URLS};

static const struct ecsp_condition from_image = {"base_image_type", LIST("IMAGE", "IMAGE_FAMILY")};
static const struct ecsp_condition from_oss = {"base_image_type", LIST("OSS")};

static const struct ecsp_param advanced_options[] = {
    {.lua = "image_name_suffix", .wire = "ImageNameSuffix", .type = ECSP_STRING, .text = VALUES("disable")},
    {.lua = "retain_cloud_assistant", .wire = "RetainCloudAssistant", .type = ECSP_BOOLEAN, .default_value = "false"},
    END,
};

static const struct ecsp_param image_features[] = {
    {.lua = "nvme_support", .wire = "NvmeSupport", .type = ECSP_STRING,
     .text = VALUES("supported", "unsupported", "auto")},
    END,
};

static const struct ecsp_param image_options[] = {
    {.lua = "description", .wire = "Description", .type = ECSP_STRING, .text = &description},
    {.lua = "image_family", .wire = "ImageFamily", .type = ECSP_STRING, .text = &image_family},
    {.lua = "image_features", .wire = "ImageFeatures", .type = ECSP_OBJECT, .fields = image_features},
    {.lua = "image_name", .wire = "ImageName", .type = ECSP_STRING, .text = &image_name},
    {.lua = "image_tags", .wire = "ImageTags", .type = ECSP_TAGS, .max = 20, .text = &tag_value,
     .key_text = &tag_key},
    END,
};

static const struct ecsp_param disk_device_mapping[] = {
    {.lua = "disk_image_size", .wire = "DiskImageSize", .type = ECSP_INTEGER, .min = 1, .max = 2048, .unit = "GiB"},
    {.lua = "format", .wire = "Format", .type = ECSP_STRING, .text = VALUES("RAW", "VHD", "QCOW2"),
     .default_value = "detected"},
    {.lua = "oss_bucket", .wire = "OSSBucket", .type = ECSP_STRING, .flags = ECSP_REQUIRED, .text = &oss_bucket},
    {.lua = "oss_object", .wire = "OSSObject", .type = ECSP_STRING, .flags = ECSP_REQUIRED, .text = &oss_object},
    END,
};

static const struct ecsp_param import_features[] = {
    {.lua = "imds_support", .wire = "ImdsSupport", .type = ECSP_STRING, .text = VALUES("v1", "v2"),
     .default_value = "v1"},
    {.lua = "nvme_support", .wire = "NvmeSupport", .type = ECSP_STRING, .text = VALUES("supported", "unsupported"),
     .default_value = "unsupported"},
    END,
};

static const struct ecsp_param import_image_options[] = {
    {.lua = "architecture", .wire = "Architecture", .type = ECSP_STRING, .text = VALUES("x86_64", "arm64"),
     .default_value = "x86_64"},
    {.lua = "boot_mode", .wire = "BootMode", .type = ECSP_STRING, .text = VALUES("BIOS", "UEFI"),
     .default_value = "BIOS; arm64 has UEFI only"},
    {.lua = "description", .wire = "Description", .type = ECSP_STRING},
    {.lua = "disk_device_mappings", .wire = "DiskDeviceMappings", .type = ECSP_OBJECTS, .max = 17,
     .fields = disk_device_mapping, .required_when = &from_oss},
    {.lua = "features", .wire = "Features", .type = ECSP_OBJECT, .fields = import_features},
    {.lua = "image_name", .wire = "ImageName", .type = ECSP_STRING},
    {.lua = "import_image_tags", .wire = "ImportImageTags", .type = ECSP_TAGS},
    {.lua = "license_type", .wire = "LicenseType", .type = ECSP_STRING, .text = VALUES("Auto", "Aliyun", "BYOL"),
     .default_value = "Auto"},
    {.lua = "os_type", .wire = "OSType", .type = ECSP_STRING, .text = VALUES("windows", "linux"),
     .default_value = "linux"},
    {.lua = "platform", .wire = "Platform", .type = ECSP_STRING,
     .text = VALUES("Aliyun", "Anolis", "CentOS", "Ubuntu", "CoreOS", "SUSE", "Debian", "OpenSUSE", "FreeBSD",
                    "RedHat", "Kylin", "UOS", "Fedora", "Fedora CoreOS", "CentOS Stream", "AlmaLinux", "Rocky Linux",
                    "Gentoo", "Customized Linux", "Others Linux", "Windows Server 2022", "Windows Server 2019",
                    "Windows Server 2016", "Windows Server 2012", "Windows Server 2008", "Windows Server 2003",
                    "Other Windows"),
     .default_value = "Others Linux (linux) or Other Windows (windows)"},
    {.lua = "retain_imported_image", .wire = "RetainImportedImage", .type = ECSP_BOOLEAN, .flags = ECSP_DEPRECATED,
     .replaced_by = "import_image_options.retention_strategy"},
    {.lua = "retention_strategy", .wire = "RetentionStrategy", .type = ECSP_STRING,
     .text = VALUES("RetainOnlySuccessful", "RetainOnlyFailed", "RetainAlways", "RetainNever"),
     .default_value = "RetainNever"},
    {.lua = "role_name", .wire = "RoleName", .type = ECSP_STRING},
    END,
};

static const struct ecsp_param create_params[] = {
    {.lua = "add_account", .wire = "AddAccount", .type = ECSP_LIST, .flags = ECSP_IDENTIFIER, .max = 20,
     .text = &account},
    {.lua = "advanced_options", .wire = "AdvancedOptions", .type = ECSP_OBJECT, .fields = advanced_options},
    {.lua = "base_image", .wire = "BaseImage", .type = ECSP_STRING, .flags = ECSP_IDENTIFIER, .text = &identifier,
     .required_when = &from_image},
    {.lua = "base_image_type", .wire = "BaseImageType", .type = ECSP_STRING, .flags = ECSP_REQUIRED,
     .text = VALUES("IMAGE", "IMAGE_FAMILY", "OSS")},
    {.lua = "build_content", .wire = "BuildContent", .type = ECSP_STRING, .text = &script},
    {.lua = "client_token", .wire = "ClientToken", .type = ECSP_STRING, .flags = ECSP_TOKEN, .text = &token},
    {.lua = "delete_instance_on_failure", .wire = "DeleteInstanceOnFailure", .type = ECSP_BOOLEAN,
     .default_value = "true"},
    {.lua = "description", .wire = "Description", .type = ECSP_STRING, .text = &description},
    {.lua = "image_family", .wire = "ImageFamily", .type = ECSP_STRING, .flags = ECSP_DEPRECATED,
     .text = &legacy_family, .replaced_by = "image_options.image_family"},
    {.lua = "image_name", .wire = "ImageName", .type = ECSP_STRING, .flags = ECSP_DEPRECATED, .text = &image_name,
     .replaced_by = "image_options.image_name"},
    {.lua = "image_options", .wire = "ImageOptions", .type = ECSP_OBJECT, .fields = image_options},
    {.lua = "import_image_options", .wire = "ImportImageOptions", .type = ECSP_OBJECT,
     .fields = import_image_options, .required_when = &from_oss},
    {.lua = "instance_type", .wire = "InstanceType", .type = ECSP_STRING, .flags = ECSP_IDENTIFIER,
     .text = &identifier, .default_value = "the smallest type in stock"},
    {.lua = "internet_max_bandwidth_out", .wire = "InternetMaxBandwidthOut", .type = ECSP_INTEGER, .min = 0,
     .max = 100, .default_value = "0", .unit = "Mbit/s"},
    {.lua = "name", .wire = "Name", .type = ECSP_STRING, .text = &template_name, .default_value = "the new id"},
    {.lua = "nvme_support", .wire = "NvmeSupport", .type = ECSP_STRING, .flags = ECSP_DEPRECATED,
     .text = VALUES("supported", "unsupported", "auto"),
     .replaced_by = "image_options.image_features.nvme_support"},
    {.lua = "region_id", .wire = "RegionId", .type = ECSP_STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
     .text = &region},
    {.lua = "repair_item", .wire = "RepairItem", .type = ECSP_LIST, .text = &identifier},
    {.lua = "repair_mode", .wire = "RepairMode", .type = ECSP_STRING,
     .text = VALUES("Standard", "All", "Customized")},
    {.lua = "resource_group_id", .wire = "ResourceGroupId", .type = ECSP_STRING, .flags = ECSP_IDENTIFIER,
     .text = &identifier, .default_value = "the account's default group"},
    {.lua = "system_disk_size", .wire = "SystemDiskSize", .type = ECSP_INTEGER, .min = 20, .max = 500,
     .default_value = "40", .unit = "GiB"},
    {.lua = "tags", .alias = "tag", .wire = "Tag", .type = ECSP_TAGS, .max = 20, .text = &tag_value,
     .key_text = &tag_key},
    {.lua = "test_content", .wire = "TestContent", .type = ECSP_STRING, .text = &script},
    {.lua = "to_region_id", .wire = "ToRegionId", .type = ECSP_LIST, .flags = ECSP_IDENTIFIER, .max = 20,
     .text = &region, .default_value = "the region of the call"},
    {.lua = "vswitch_id", .alias = "v_switch_id", .wire = "VSwitchId", .type = ECSP_STRING, .flags = ECSP_IDENTIFIER,
     .text = &identifier, .default_value = "a temporary VPC and vSwitch"},
    END,
};

static const struct ecsp_field create_results[] = {
    {.lua = "image_pipeline_id", .wire = "ImagePipelineId", .type = ECSP_STRING, .flags = ECSP_IDENTIFIER},
    {.lua = "request_id", .wire = "RequestId", .type = ECSP_STRING},
    END,
};

static const struct ecsp_param describe_params[] = {
    {.lua = "ids", .alias = "image_pipeline_id", .wire = "ImagePipelineId", .type = ECSP_LIST,
     .flags = ECSP_IDENTIFIER, .max = 20, .text = &identifier},
    {.lua = "max_results", .wire = "MaxResults", .type = ECSP_INTEGER, .min = 1, .max = 500, .default_value = "50"},
    {.lua = "name", .wire = "Name", .type = ECSP_STRING},
    {.lua = "next_token", .wire = "NextToken", .type = ECSP_STRING},
    {.lua = "region_id", .wire = "RegionId", .type = ECSP_STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
     .text = &region},
    {.lua = "resource_group_id", .wire = "ResourceGroupId", .type = ECSP_STRING, .flags = ECSP_IDENTIFIER,
     .text = &identifier},
    /* a filter may name what a template must not be given, so only the count is checked */
    {.lua = "tags", .alias = "tag", .wire = "Tag", .type = ECSP_TAGS, .max = 20},
    END,
};

static const struct ecsp_field result_advanced_options[] = {
    {.lua = "image_name_suffix", .wire = "ImageNameSuffix", .type = ECSP_STRING},
    {.lua = "retain_cloud_assistant", .wire = "RetainCloudAssistant", .type = ECSP_BOOLEAN},
    END,
};

static const struct ecsp_field result_image_features[] = {
    {.lua = "nvme_support", .wire = "NvmeSupport", .type = ECSP_STRING},
    END,
};

static const struct ecsp_field result_image_options[] = {
    {.lua = "description", .wire = "Description", .type = ECSP_STRING},
    {.lua = "image_family", .wire = "ImageFamily", .type = ECSP_STRING},
    {.lua = "image_features", .wire = "ImageFeatures", .type = ECSP_OBJECT, .fields = result_image_features},
    {.lua = "image_name", .wire = "ImageName", .type = ECSP_STRING},
    {.lua = "image_tags", .wire = "ImageTags", .type = ECSP_TAGS, .wrapper = "ImageTag", .key = "TagKey",
     .value = "TagValue"},
    END,
};

static const struct ecsp_field result_disk_device_mapping[] = {
    {.lua = "disk_image_size", .wire = "DiskImageSize", .type = ECSP_INTEGER},
    {.lua = "format", .wire = "Format", .type = ECSP_STRING},
    {.lua = "oss_bucket", .wire = "OSSBucket", .type = ECSP_STRING},
    {.lua = "oss_object", .wire = "OSSObject", .type = ECSP_STRING},
    END,
};

static const struct ecsp_field result_import_features[] = {
    {.lua = "imds_support", .wire = "ImdsSupport", .type = ECSP_STRING},
    {.lua = "nvme_support", .wire = "NvmeSupport", .type = ECSP_STRING},
    END,
};

static const struct ecsp_field result_import_image_options[] = {
    {.lua = "architecture", .wire = "Architecture", .type = ECSP_STRING},
    {.lua = "boot_mode", .wire = "BootMode", .type = ECSP_STRING},
    {.lua = "description", .wire = "Description", .type = ECSP_STRING},
    {.lua = "disk_device_mappings", .wire = "DiskDeviceMappings", .type = ECSP_OBJECTS,
     .wrapper = "DiskDeviceMapping", .fields = result_disk_device_mapping},
    {.lua = "features", .wire = "Features", .type = ECSP_OBJECT, .fields = result_import_features},
    {.lua = "image_name", .wire = "ImageName", .type = ECSP_STRING},
    {.lua = "import_image_tags", .wire = "ImportImageTags", .type = ECSP_TAGS, .wrapper = "ImportImageTag",
     .key = "Key", .value = "Value"},
    {.lua = "license_type", .wire = "LicenseType", .type = ECSP_STRING},
    {.lua = "os_type", .wire = "OSType", .type = ECSP_STRING},
    {.lua = "platform", .wire = "Platform", .type = ECSP_STRING},
    {.lua = "retain_imported_image", .wire = "RetainImportedImage", .type = ECSP_BOOLEAN},
    {.lua = "retention_strategy", .wire = "RetentionStrategy", .type = ECSP_STRING},
    {.lua = "role_name", .wire = "RoleName", .type = ECSP_STRING},
    END,
};

static const struct ecsp_field result_pipeline[] = {
    {.lua = "add_account", .wire = "AddAccounts", .type = ECSP_LIST, .wrapper = "AddAccount"},
    {.lua = "advanced_options", .wire = "AdvancedOptions", .type = ECSP_OBJECT, .fields = result_advanced_options},
    {.lua = "base_image", .wire = "BaseImage", .type = ECSP_STRING},
    {.lua = "base_image_type", .wire = "BaseImageType", .type = ECSP_STRING},
    {.lua = "build_content", .wire = "BuildContent", .type = ECSP_STRING},
    {.lua = "creation_time", .wire = "CreationTime", .type = ECSP_STRING},
    {.lua = "delete_instance_on_failure", .wire = "DeleteInstanceOnFailure", .type = ECSP_BOOLEAN},
    {.lua = "description", .wire = "Description", .type = ECSP_STRING},
    {.lua = "image_family", .wire = "ImageFamily", .type = ECSP_STRING},
    {.lua = "image_name", .wire = "ImageName", .type = ECSP_STRING},
    {.lua = "image_options", .wire = "ImageOptions", .type = ECSP_OBJECT, .fields = result_image_options},
    {.lua = "image_pipeline_id", .wire = "ImagePipelineId", .type = ECSP_STRING, .flags = ECSP_IDENTIFIER},
    {.lua = "import_image_options", .wire = "ImportImageOptions", .type = ECSP_OBJECT,
     .fields = result_import_image_options},
    {.lua = "instance_type", .wire = "InstanceType", .type = ECSP_STRING},
    {.lua = "internet_max_bandwidth_out", .wire = "InternetMaxBandwidthOut", .type = ECSP_INTEGER},
    {.lua = "name", .wire = "Name", .type = ECSP_STRING},
    {.lua = "nvme_support", .wire = "NvmeSupport", .type = ECSP_STRING},
    {.lua = "repair_item", .wire = "RepairItems", .type = ECSP_LIST, .wrapper = "RepairItem"},
    {.lua = "repair_mode", .wire = "RepairMode", .type = ECSP_STRING},
    {.lua = "resource_group_id", .wire = "ResourceGroupId", .type = ECSP_STRING},
    {.lua = "system_disk_size", .wire = "SystemDiskSize", .type = ECSP_INTEGER},
    {.lua = "tags", .wire = "Tags", .type = ECSP_TAGS, .wrapper = "Tag", .key = "TagKey", .value = "TagValue"},
    {.lua = "test_content", .wire = "TestContent", .type = ECSP_STRING},
    {.lua = "to_region_id", .wire = "ToRegionIds", .type = ECSP_LIST, .wrapper = "ToRegionId"},
    {.lua = "vswitch_id", .wire = "VSwitchId", .type = ECSP_STRING},
    END,
};

static const struct ecsp_field describe_results[] = {
    {.lua = "pipelines", .wire = "ImagePipeline", .type = ECSP_OBJECTS, .wrapper = "ImagePipelineSet",
     .fields = result_pipeline},
    {.lua = "max_results", .wire = "MaxResults", .type = ECSP_INTEGER},
    {.lua = "next_token", .wire = "NextToken", .type = ECSP_STRING},
    {.lua = "request_id", .wire = "RequestId", .type = ECSP_STRING},
    {.lua = "total_count", .wire = "TotalCount", .type = ECSP_INTEGER},
    END,
};

static const struct ecsp_param delete_params[] = {
    {.lua = "image_pipeline_id", .alias = "id", .wire = "ImagePipelineId", .type = ECSP_STRING,
     .flags = ECSP_REQUIRED | ECSP_IDENTIFIER, .text = &identifier},
    {.lua = "region_id", .wire = "RegionId", .type = ECSP_STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
     .text = &region},
    END,
};

static const struct ecsp_field delete_results[] = {
    {.lua = "request_id", .wire = "RequestId", .type = ECSP_STRING},
    END,
};

const struct ecsp_operation ecsp_pipeline_create = {
    .name = "pipeline.create", .group = "pipeline", .verb = "create",
    .product = "Ecs", .version = "2014-05-26", .action = "CreateImagePipeline",
    .ram_action = "ecs:CreateImagePipeline", .writes = 1,
    .params = create_params, .results = create_results,
};

const struct ecsp_operation ecsp_pipeline_describe = {
    .name = "pipeline.describe", .group = "pipeline", .verb = "describe",
    .product = "Ecs", .version = "2014-05-26", .action = "DescribeImagePipelines",
    .ram_action = "ecs:DescribeImagePipelines", .writes = 0,
    .params = describe_params, .results = describe_results,
};

const struct ecsp_operation ecsp_pipeline_delete = {
    .name = "pipeline.delete", .group = "pipeline", .verb = "delete",
    .product = "Ecs", .version = "2014-05-26", .action = "DeleteImagePipeline",
    .ram_action = "ecs:DeleteImagePipeline", .writes = 1,
    .params = delete_params, .results = delete_results,
};
