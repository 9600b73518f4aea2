/*
 * ECS 2014-05-26: CreateImagePipeline, DescribeImagePipelines, DeleteImagePipeline.
 * Sources: the vendor's SDK 7.11.6 (names, types), the API pages of 2024-12 to 2026-01 (limits,
 * enums), terraform's alicloud_ecs_image_pipeline 1.289.0 (argument names).
 */
#include "rows.h"
#include "texts.h"

static const struct ecsp_condition from_image = {"base_image_type", LIST("IMAGE", "IMAGE_FAMILY")};
static const struct ecsp_condition from_family = {"base_image_type", LIST("IMAGE_FAMILY")};
static const struct ecsp_condition customized = {"repair_mode", LIST("Customized")};
static const struct ecsp_condition with_repair_item = {"repair_item", NULL};
static const struct ecsp_condition from_oss = {"base_image_type", LIST("OSS")};

static const struct ecsp_param advanced_options[] = {
    /* InvalidImageName.Duplicated: a build finds that out when it makes the image, at its end */
    PARAM("image_name_suffix", "ImageNameSuffix", STRING, .text = VALUES("disable"),
          .warning = "every image of this pipeline gets the same name",
          .warning_fix = "a build fails at its end if an image has that name: before each build, "
                         "delete or rename the image"),
    PARAM("retain_cloud_assistant", "RetainCloudAssistant", BOOLEAN, .default_value = "false"),
    END,
};

static const struct ecsp_param image_features[] = {
    PARAM("nvme_support", "NvmeSupport", STRING,
          .text = VALUES("supported", "unsupported", "auto")),
    END,
};

static const struct ecsp_param image_options[] = {
    PARAM("description", "Description", STRING, .text = &ecsp_text_description),
    PARAM("image_family", "ImageFamily", STRING, .text = &ecsp_text_image_family),
    PARAM("image_features", "ImageFeatures", OBJECT, .fields = image_features),
    PARAM("image_name", "ImageName", STRING, .text = &ecsp_text_image_name),
    PARAM("image_tags", "ImageTags", TAGS, .max = 20, .text = &ecsp_text_tag_value,
          .key_text = &ecsp_text_tag_key),
    END,
};

static const struct ecsp_param disk_device_mapping[] = {
    PARAM("disk_image_size", "DiskImageSize", INTEGER, .min = 1, .max = 2048, .unit = "GiB"),
    PARAM("format", "Format", STRING, .text = VALUES("RAW", "VHD", "QCOW2"),
          .default_value = "detected"),
    PARAM("oss_bucket", "OSSBucket", STRING, .flags = ECSP_REQUIRED, .text = &ecsp_text_oss_bucket),
    PARAM("oss_object", "OSSObject", STRING, .flags = ECSP_REQUIRED, .text = &ecsp_text_oss_object),
    END,
};

static const struct ecsp_param import_features[] = {
    PARAM("imds_support", "ImdsSupport", STRING, .text = VALUES("v1", "v2"), .default_value = "v1"),
    PARAM("nvme_support", "NvmeSupport", STRING, .text = VALUES("supported", "unsupported"),
          .default_value = "unsupported"),
    END,
};

static const struct ecsp_param import_image_options[] = {
    PARAM("architecture", "Architecture", STRING, .text = VALUES("x86_64", "arm64"),
          .default_value = "x86_64"),
    PARAM("boot_mode", "BootMode", STRING, .text = VALUES("BIOS", "UEFI"),
          .default_value = "BIOS; arm64 has UEFI only"),
    PARAM_PLAIN("description", "Description", STRING),
    PARAM("disk_device_mappings", "DiskDeviceMappings", OBJECTS, .max = 17,
          .fields = disk_device_mapping, .required_when = &from_oss),
    PARAM("features", "Features", OBJECT, .fields = import_features),
    PARAM_PLAIN("image_name", "ImageName", STRING),
    PARAM_PLAIN("import_image_tags", "ImportImageTags", TAGS),
    PARAM("license_type", "LicenseType", STRING, .text = VALUES("Auto", "Aliyun", "BYOL"),
          .default_value = "Auto"),
    PARAM("os_type", "OSType", STRING, .text = VALUES("windows", "linux"),
          .default_value = "linux"),
    PARAM("platform", "Platform", STRING,
          .text = VALUES("Aliyun", "Anolis", "CentOS", "Ubuntu", "CoreOS", "SUSE", "Debian",
                         "OpenSUSE", "FreeBSD", "RedHat", "Kylin", "UOS", "Fedora", "Fedora CoreOS",
                         "CentOS Stream", "AlmaLinux", "Rocky Linux", "Gentoo", "Customized Linux",
                         "Others Linux", "Windows Server 2022", "Windows Server 2019",
                         "Windows Server 2016", "Windows Server 2012", "Windows Server 2008",
                         "Windows Server 2003", "Other Windows"),
          .default_value = "Others Linux (linux) or Other Windows (windows)"),
    PARAM("retain_imported_image", "RetainImportedImage", BOOLEAN, .flags = ECSP_DEPRECATED,
          .replaced_by = "import_image_options.retention_strategy"),
    PARAM("retention_strategy", "RetentionStrategy", STRING,
          .text = VALUES("RetainOnlySuccessful", "RetainOnlyFailed", "RetainAlways", "RetainNever"),
          .default_value = "RetainNever"),
    PARAM_PLAIN("role_name", "RoleName", STRING),
    END,
};

static const struct ecsp_param create_params[] = {
    PARAM("add_account", "AddAccount", LIST, .id_of = &ecsp_id_account, .max = 20,
          .text = &ecsp_text_account),
    PARAM("advanced_options", "AdvancedOptions", OBJECT, .fields = advanced_options),
    PARAM("base_image", "BaseImage", STRING, .id_of = &ecsp_id_image, .id_unless = &from_family,
          .text = &ecsp_text_image_or_family, .required_when = &from_image),
    PARAM("base_image_type", "BaseImageType", STRING, .flags = ECSP_REQUIRED,
          .text = VALUES("IMAGE", "IMAGE_FAMILY", "OSS")),
    PARAM("build_content", "BuildContent", STRING, .text = &ecsp_text_script),
    PARAM("client_token", "ClientToken", STRING, .flags = ECSP_TOKEN, .text = &ecsp_text_token),
    PARAM("delete_instance_on_failure", "DeleteInstanceOnFailure", BOOLEAN,
          .default_value = "true"),
    PARAM("description", "Description", STRING, .text = &ecsp_text_description),
    /* Old spellings: what is given here is returned as the new one (DescribeImagePipelines), so it
     * has the new one's rules, and both given may not differ (InvalidImageFamily.Malformed,
     * InvalidParameterCombination). */
    PARAM("image_family", "ImageFamily", STRING, .flags = ECSP_DEPRECATED,
          .text = &ecsp_text_image_family, .replaced_by = "image_options.image_family"),
    PARAM("image_name", "ImageName", STRING, .flags = ECSP_DEPRECATED,
          .text = &ecsp_text_image_name, .replaced_by = "image_options.image_name"),
    PARAM("image_options", "ImageOptions", OBJECT, .fields = image_options),
    PARAM("import_image_options", "ImportImageOptions", OBJECT, .fields = import_image_options,
          .required_when = &from_oss),
    PARAM("instance_type", "InstanceType", STRING, .id_of = &ecsp_id_instance_type,
          .text = &ecsp_text_identifier, .default_value = "the smallest type in stock"),
    PARAM("internet_max_bandwidth_out", "InternetMaxBandwidthOut", INTEGER, .min = 0, .max = 100,
          .default_value = "0", .unit = "Mbit/s"),
    PARAM("name", "Name", STRING, .text = &ecsp_text_template_name, .default_value = "the new id"),
    PARAM("nvme_support", "NvmeSupport", STRING, .flags = ECSP_DEPRECATED,
          .text = VALUES("supported", "unsupported", "auto"),
          .replaced_by = "image_options.image_features.nvme_support"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    /* "Used with RepairMode = Customized"; InvalidParameterCombination,
       MissingParameter.RepairMode. */
    PARAM("repair_item", "RepairItem", LIST, .text = &ecsp_text_identifier,
          .only_with = &customized),
    PARAM("repair_mode", "RepairMode", STRING, .text = VALUES("Standard", "All", "Customized"),
          .required_when = &with_repair_item),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier, .default_value = "the account's default group"),
    PARAM("system_disk_size", "SystemDiskSize", INTEGER, .min = 20, .max = 500,
          .default_value = "40", .unit = "GiB"),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20, .text = &ecsp_text_tag_value,
          .key_text = &ecsp_text_tag_key),
    PARAM("test_content", "TestContent", STRING, .text = &ecsp_text_script),
    PARAM("to_region_id", "ToRegionId", LIST, .id_of = &ecsp_id_region, .max = 20,
          .text = &ecsp_text_region, .default_value = "the region of the call"),
    PARAM("vswitch_id", "VSwitchId", STRING, .alias = "v_switch_id", .id_of = &ecsp_id_vswitch,
          .text = &ecsp_text_identifier, .default_value = "a temporary VPC and vSwitch"),
    END,
};

static const struct ecsp_field create_results[] = {
    FIELD("image_pipeline_id", "ImagePipelineId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

static const struct ecsp_param describe_params[] = {
    PARAM("ids", "ImagePipelineId", LIST, .alias = "image_pipeline_id", .id_of = &ecsp_id_pipeline,
          .max = 20, .text = &ecsp_text_identifier),
    PARAM("max_results", "MaxResults", INTEGER, .min = 1, .max = 500, .default_value = "50"),
    /* One that no pipeline can have is refused: InvalidName.Malformed of DescribeImagePipelines. */
    PARAM("name", "Name", STRING, .text = &ecsp_text_template_name),
    PARAM_PLAIN("next_token", "NextToken", STRING),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier),
    /* a filter may name what a template must not be given, so only the count is checked */
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20),
    END,
};

static const struct ecsp_field result_advanced_options[] = {
    FIELD_PLAIN("image_name_suffix", "ImageNameSuffix", STRING),
    FIELD_PLAIN("retain_cloud_assistant", "RetainCloudAssistant", BOOLEAN),
    END,
};

static const struct ecsp_field result_image_features[] = {
    FIELD_PLAIN("nvme_support", "NvmeSupport", STRING),
    END,
};

static const struct ecsp_field result_image_options[] = {
    FIELD_PLAIN("description", "Description", STRING),
    FIELD_PLAIN("image_family", "ImageFamily", STRING),
    FIELD("image_features", "ImageFeatures", OBJECT, .fields = result_image_features),
    FIELD_PLAIN("image_name", "ImageName", STRING),
    FIELD("image_tags", "ImageTags", TAGS, .wrapper = "ImageTag", .key = "TagKey",
          .value = "TagValue"),
    END,
};

static const struct ecsp_field result_disk_device_mapping[] = {
    FIELD_PLAIN("disk_image_size", "DiskImageSize", INTEGER),
    FIELD_PLAIN("format", "Format", STRING),
    FIELD_PLAIN("oss_bucket", "OSSBucket", STRING),
    FIELD_PLAIN("oss_object", "OSSObject", STRING),
    END,
};

static const struct ecsp_field result_import_features[] = {
    FIELD_PLAIN("imds_support", "ImdsSupport", STRING),
    FIELD_PLAIN("nvme_support", "NvmeSupport", STRING),
    END,
};

static const struct ecsp_field result_import_image_options[] = {
    FIELD_PLAIN("architecture", "Architecture", STRING),
    FIELD_PLAIN("boot_mode", "BootMode", STRING),
    FIELD_PLAIN("description", "Description", STRING),
    FIELD("disk_device_mappings", "DiskDeviceMappings", OBJECTS, .wrapper = "DiskDeviceMapping",
          .fields = result_disk_device_mapping),
    FIELD("features", "Features", OBJECT, .fields = result_import_features),
    FIELD_PLAIN("image_name", "ImageName", STRING),
    FIELD("import_image_tags", "ImportImageTags", TAGS, .wrapper = "ImportImageTag", .key = "Key",
          .value = "Value"),
    FIELD_PLAIN("license_type", "LicenseType", STRING),
    FIELD_PLAIN("os_type", "OSType", STRING),
    FIELD_PLAIN("platform", "Platform", STRING),
    FIELD_PLAIN("retain_imported_image", "RetainImportedImage", BOOLEAN),
    FIELD_PLAIN("retention_strategy", "RetentionStrategy", STRING),
    FIELD_PLAIN("role_name", "RoleName", STRING),
    END,
};

static const struct ecsp_field result_pipeline[] = {
    FIELD("add_account", "AddAccounts", LIST, .wrapper = "AddAccount"),
    FIELD("advanced_options", "AdvancedOptions", OBJECT, .fields = result_advanced_options),
    FIELD_PLAIN("base_image", "BaseImage", STRING),
    FIELD_PLAIN("base_image_type", "BaseImageType", STRING),
    FIELD_PLAIN("build_content", "BuildContent", STRING),
    FIELD_PLAIN("creation_time", "CreationTime", STRING),
    FIELD_PLAIN("delete_instance_on_failure", "DeleteInstanceOnFailure", BOOLEAN),
    FIELD_PLAIN("description", "Description", STRING),
    FIELD_PLAIN("image_family", "ImageFamily", STRING),
    FIELD_PLAIN("image_name", "ImageName", STRING),
    FIELD("image_options", "ImageOptions", OBJECT, .fields = result_image_options),
    FIELD("image_pipeline_id", "ImagePipelineId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD("import_image_options", "ImportImageOptions", OBJECT,
          .fields = result_import_image_options),
    FIELD_PLAIN("instance_type", "InstanceType", STRING),
    FIELD_PLAIN("internet_max_bandwidth_out", "InternetMaxBandwidthOut", INTEGER),
    FIELD_PLAIN("name", "Name", STRING),
    FIELD_PLAIN("nvme_support", "NvmeSupport", STRING),
    FIELD("repair_item", "RepairItems", LIST, .wrapper = "RepairItem"),
    FIELD_PLAIN("repair_mode", "RepairMode", STRING),
    FIELD_PLAIN("resource_group_id", "ResourceGroupId", STRING),
    FIELD_PLAIN("system_disk_size", "SystemDiskSize", INTEGER),
    FIELD("tags", "Tags", TAGS, .wrapper = "Tag", .key = "TagKey", .value = "TagValue"),
    FIELD_PLAIN("test_content", "TestContent", STRING),
    FIELD("to_region_id", "ToRegionIds", LIST, .wrapper = "ToRegionId"),
    FIELD_PLAIN("vswitch_id", "VSwitchId", STRING),
    END,
};

static const struct ecsp_field describe_results[] = {
    FIELD("pipelines", "ImagePipeline", OBJECTS, .wrapper = "ImagePipelineSet",
          .fields = result_pipeline),
    FIELD_PLAIN("max_results", "MaxResults", INTEGER),
    FIELD_PLAIN("next_token", "NextToken", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("total_count", "TotalCount", INTEGER),
    END,
};

static const struct ecsp_param delete_params[] = {
    PARAM("image_pipeline_id", "ImagePipelineId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_pipeline, .text = &ecsp_text_identifier),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    END,
};

const struct ecsp_operation ecsp_pipeline_create = {
    ECS_ACTION("pipeline", "create", "CreateImagePipeline"),
    .ram_resources = LIST(ECS_RESOURCE("imagepipeline/*")),
    .makes_role = IMAGE_BUILDER,
    .writes = 1,
    .params = create_params,
    .results = create_results,
};

const struct ecsp_operation ecsp_pipeline_describe = {
    ECS_ACTION("pipeline", "describe", "DescribeImagePipelines"),
    .ram_resources = LIST(ECS_RESOURCE("imagepipeline/*")),
    .params = describe_params,
    .results = describe_results,
};

const struct ecsp_operation ecsp_pipeline_delete = {
    ECS_ACTION("pipeline", "delete", "DeleteImagePipeline"),
    .ram_resources = LIST(ECS_RESOURCE("imagepipeline/*")),
    .writes = 1,
    .params = delete_params,
    .results = ecsp_only_request_id,
};
