/*
 * ECS 2014-05-26: DescribeImages, DescribeImageFromFamily, DeleteImage, CopyImage,
 * ModifyImageSharePermission, ModifyImageAttribute.
 * Sources: the vendor's SDK 7.11.6 (names, types, limits), the API pages of 2024-12 to 2026-01
 * (enums), terraform's data source alicloud_images 1.289.0 (`owners`, `name` of an image).
 */
#include "rows.h"
#include "texts.h"

/* "Must start with a letter": longer than the prefix that a pipeline is given. CopyImage gives
 * these rules for a name, ModifyImageAttribute for a name and for a family (with the period, which
 * CreateImagePipeline does not take in a family). */
static const struct ecsp_text name_or_family = {.min_chars = 2,
                                                .max_chars = 128,
                                                .first = ECSP_CHARS_LETTER,
                                                .rest = ECSP_CHARS_NAME,
                                                .not_prefix = LIST("aliyun", "acs:"),
                                                .not_contain = LIST("http://", "https://")};

static const struct ecsp_param filter[] = {
    PARAM("key", "Key", STRING,
          .text = VALUES("CreationStartTime", "CreationEndTime", "NetworkType", "CpuOnlineUpgrade",
                         "CpuOnlineDowngrade", "MemoryOnlineUpgrade", "MemoryOnlineDowngrade")),
    PARAM_PLAIN("value", "Value", STRING),
    END,
};

static const struct ecsp_param describe_params[] = {
    PARAM("action_type", "ActionType", STRING, .text = VALUES("CreateEcs", "ChangeOS"),
          .default_value = "CreateEcs"),
    PARAM("architecture", "Architecture", STRING, .text = VALUES("i386", "x86_64", "arm64")),
    PARAM("dry_run", "DryRun", BOOLEAN, .default_value = "false"),
    PARAM("filters", "Filter", OBJECTS, .alias = "filter", .fields = filter),
    /* filters, so looser than what an image may be called */
    PARAM_PLAIN("image_family", "ImageFamily", STRING),
    PARAM("image_id", "ImageId", STRING, .id_of = &ecsp_id_image, .text = &ecsp_text_identifier),
    PARAM_PLAIN("image_name", "ImageName", STRING),
    /* an account id: 64 bits, so text in Lua */
    PARAM("image_owner_id", "ImageOwnerId", STRING, .id_of = &ecsp_id_account,
          .text = &ecsp_text_account),
    PARAM("instance_type", "InstanceType", STRING, .id_of = &ecsp_id_instance_type,
          .text = &ecsp_text_identifier),
    PARAM("is_public", "IsPublic", BOOLEAN, .default_value = "false"),
    PARAM("is_support_cloud_init", "IsSupportCloudinit", BOOLEAN, .alias = "is_support_cloudinit"),
    PARAM_PLAIN("is_support_io_optimized", "IsSupportIoOptimized", BOOLEAN),
    PARAM("os_type", "OSType", STRING, .text = VALUES("windows", "linux")),
    PARAM("owners", "ImageOwnerAlias", STRING, .alias = "image_owner_alias",
          .text = VALUES("system", "self", "others", "marketplace")),
    PARAM("page_number", "PageNumber", INTEGER, .min = 1, .max = 2147483647, .default_value = "1"),
    PARAM("page_size", "PageSize", INTEGER, .min = 1, .max = 100, .default_value = "10"),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier),
    PARAM_PLAIN("show_expired", "ShowExpired", BOOLEAN),
    PARAM("snapshot_id", "SnapshotId", STRING, .id_of = &ecsp_id_snapshot,
          .text = &ecsp_text_identifier),
    PARAM("status", "Status", LIST, .flags = ECSP_JOINED,
          .text = VALUES("Creating", "Waiting", "Available", "UnAvailable", "CreateFailed",
                         "Deprecated", "ALL"),
          .default_value = "Available"),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20),
    PARAM_PLAIN("usable", "Usable", BOOLEAN),
    PARAM("usage", "Usage", STRING, .text = VALUES("instance", "none")),
    END,
};

static const struct ecsp_field detection_item[] = {
    FIELD_PLAIN("name", "Name", STRING),
    FIELD_PLAIN("risk_code", "RiskCode", STRING),
    FIELD_PLAIN("risk_level", "RiskLevel", STRING),
    FIELD_PLAIN("value", "Value", STRING),
    END,
};

static const struct ecsp_field detection_options[] = {
    FIELD("items", "Items", OBJECTS, .wrapper = "Item", .fields = detection_item),
    FIELD_PLAIN("status", "Status", STRING),
    END,
};

static const struct ecsp_field disk_device_mapping[] = {
    FIELD_PLAIN("device", "Device", STRING),
    FIELD_PLAIN("encrypted", "Encrypted", BOOLEAN),
    FIELD_PLAIN("format", "Format", STRING),
    FIELD_PLAIN("import_oss_bucket", "ImportOSSBucket", STRING),
    FIELD_PLAIN("import_oss_object", "ImportOSSObject", STRING),
    FIELD_PLAIN("progress", "Progress", STRING),
    FIELD_PLAIN("remain_time", "RemainTime", INTEGER), /* seconds */
    FIELD_PLAIN("size", "Size", INTEGER),              /* GiB; text in the SDK, digits in samples */
    FIELD_PLAIN("snapshot_id", "SnapshotId", STRING),
    FIELD_PLAIN("type", "Type", STRING),
    END,
};

static const struct ecsp_field features[] = {
    FIELD_PLAIN("cpu_online_downgrade", "CpuOnlineDowngrade", STRING),
    FIELD_PLAIN("cpu_online_upgrade", "CpuOnlineUpgrade", STRING),
    FIELD_PLAIN("imds_support", "ImdsSupport", STRING),
    FIELD_PLAIN("memory_online_downgrade", "MemoryOnlineDowngrade", STRING),
    FIELD_PLAIN("memory_online_upgrade", "MemoryOnlineUpgrade", STRING),
    FIELD_PLAIN("nvme_support", "NvmeSupport", STRING),
    END,
};

static const struct ecsp_field secure_boot_options[] = {
    FIELD_PLAIN("secure_boot_support", "SecureBootSupport", STRING),
    END,
};

/* DescribeImageFromFamily answers fewer of them. */
static const struct ecsp_field image_fields[] = {
    FIELD_PLAIN("architecture", "Architecture", STRING),
    FIELD_PLAIN("boot_mode", "BootMode", STRING),
    FIELD_PLAIN("creation_time", "CreationTime", STRING),
    FIELD_PLAIN("description", "Description", STRING),
    FIELD("detection_options", "DetectionOptions", OBJECT, .fields = detection_options),
    FIELD("disk_device_mappings", "DiskDeviceMappings", OBJECTS, .wrapper = "DiskDeviceMapping",
          .fields = disk_device_mapping),
    FIELD("features", "Features", OBJECT, .fields = features),
    FIELD_PLAIN("image_family", "ImageFamily", STRING),
    FIELD("image_id", "ImageId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("image_owner_alias", "ImageOwnerAlias", STRING),
    FIELD_PLAIN("image_owner_id", "ImageOwnerId", STRING),
    FIELD_PLAIN("image_version", "ImageVersion", STRING),
    FIELD_PLAIN("is_copied", "IsCopied", BOOLEAN),
    FIELD_PLAIN("is_public", "IsPublic", BOOLEAN),
    FIELD_PLAIN("is_self_shared", "IsSelfShared", STRING), /* "True"; a boolean in samples */
    FIELD_PLAIN("is_subscribed", "IsSubscribed", BOOLEAN),
    FIELD_PLAIN("is_support_cloud_init", "IsSupportCloudinit", BOOLEAN),
    FIELD_PLAIN("is_support_io_optimized", "IsSupportIoOptimized", BOOLEAN),
    FIELD_PLAIN("license_type", "LicenseType", STRING),
    FIELD_PLAIN("login_as_non_root_supported", "LoginAsNonRootSupported", BOOLEAN),
    FIELD_PLAIN("name", "ImageName", STRING),
    FIELD_PLAIN("os_name", "OSName", STRING),
    FIELD_PLAIN("os_name_en", "OSNameEn", STRING),
    FIELD_PLAIN("os_type", "OSType", STRING),
    FIELD_PLAIN("platform", "Platform", STRING),
    FIELD_PLAIN("product_code", "ProductCode", STRING),
    FIELD_PLAIN("progress", "Progress", STRING),
    FIELD_PLAIN("resource_group_id", "ResourceGroupId", STRING),
    FIELD("secure_boot_options", "SecureBootOptions", OBJECT, .fields = secure_boot_options),
    FIELD_PLAIN("size", "Size", INTEGER), /* GiB */
    FIELD_PLAIN("status", "Status", STRING),
    FIELD_PLAIN("supplier_name", "SupplierName", STRING),
    FIELD("tags", "Tags", TAGS, .wrapper = "Tag", .key = "TagKey", .value = "TagValue"),
    FIELD_PLAIN("usable", "Usable", BOOLEAN),
    FIELD_PLAIN("usage", "Usage", STRING),
    END,
};

static const struct ecsp_field describe_results[] = {
    FIELD("images", "Images", OBJECTS, .wrapper = "Image", .fields = image_fields),
    FIELD_PLAIN("page_number", "PageNumber", INTEGER),
    FIELD_PLAIN("page_size", "PageSize", INTEGER),
    FIELD_PLAIN("region_id", "RegionId", STRING),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    FIELD_PLAIN("total_count", "TotalCount", INTEGER),
    END,
};

static const struct ecsp_param from_family_params[] = {
    PARAM("image_family", "ImageFamily", STRING, .flags = ECSP_REQUIRED,
          .text = &ecsp_text_image_or_family),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    END,
};

static const struct ecsp_field from_family_results[] = {
    FIELD("image", "Image", OBJECT, .fields = image_fields),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

static const struct ecsp_param delete_params[] = {
    PARAM("dry_run", "DryRun", BOOLEAN, .default_value = "false"),
    PARAM("force", "Force", BOOLEAN, .default_value = "false"),
    PARAM("image_id", "ImageId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_image, .text = &ecsp_text_identifier),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    END,
};

static const struct ecsp_condition with_key = {"kms_key_id", NULL};
static const struct ecsp_condition encrypted = {"encrypted", LIST("true")};

/* `region_id` is where the image is, `to_region_id` where the copy will be. */
static const struct ecsp_param copy_params[] = {
    PARAM("client_token", "ClientToken", STRING, .flags = ECSP_TOKEN, .text = &ecsp_text_token),
    PARAM("description", "DestinationDescription", STRING, .alias = "destination_description",
          .text = &ecsp_text_description),
    PARAM("dry_run", "DryRun", BOOLEAN, .default_value = "false"),
    PARAM_PLAIN("encrypt_algorithm", "EncryptAlgorithm", STRING),
    /* InvalidEncrypted.NotMatchKmsKeyId */
    PARAM("encrypted", "Encrypted", BOOLEAN, .required_when = &with_key),
    PARAM("image_id", "ImageId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_image, .text = &ecsp_text_identifier),
    PARAM("kms_key_id", "KMSKeyId", STRING, .id_of = &ecsp_id_key, .text = &ecsp_text_identifier,
          .only_with = &encrypted),
    PARAM("name", "DestinationImageName", STRING, .alias = "destination_image_name",
          .text = &name_or_family),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("resource_group_id", "ResourceGroupId", STRING, .id_of = &ecsp_id_resource_group,
          .text = &ecsp_text_identifier, .default_value = "the account's default group"),
    PARAM("tags", "Tag", TAGS, .alias = "tag", .max = 20, .text = &ecsp_text_tag_value,
          .key_text = &ecsp_text_tag_key),
    PARAM("to_region_id", "DestinationRegionId", STRING, .alias = "destination_region_id",
          .id_of = &ecsp_id_region, .text = &ecsp_text_region),
    END,
};

static const struct ecsp_field copy_results[] = {
    FIELD("image_id", "ImageId", STRING, .flags = ECSP_IDENTIFIER),
    FIELD_PLAIN("request_id", "RequestId", STRING),
    END,
};

/* Of more than ten accounts "the system processes only the first 10 and ignores the rest". */
static const struct ecsp_param share_params[] = {
    PARAM("add_account", "AddAccount", LIST, .id_of = &ecsp_id_account, .max = 10,
          .text = &ecsp_text_account),
    PARAM_PLAIN("dry_run", "DryRun", BOOLEAN),
    PARAM("image_id", "ImageId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_image, .text = &ecsp_text_identifier),
    PARAM("is_public", "IsPublic", BOOLEAN, .default_value = "false"),
    PARAM_PLAIN("launch_permission", "LaunchPermission", STRING),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    PARAM("remove_account", "RemoveAccount", LIST, .id_of = &ecsp_id_account, .max = 10,
          .text = &ecsp_text_account),
    END,
};

/* What is not given stays as it is, and so does what is given as an empty text: "This parameter is
 * empty by default, which specifies that the original description is retained" (page of 2025-04).
 * So nothing can be taken away again, and the limits refuse an empty text. There is no ClientToken:
 * to set the same twice does no harm. Not here, for `extra`: Status, BootMode, LicenseType,
 * Features. */
static const struct ecsp_param modify_params[] = {
    PARAM("description", "Description", STRING, .text = &ecsp_text_description),
    PARAM_PLAIN("dry_run", "DryRun", BOOLEAN),
    PARAM("image_family", "ImageFamily", STRING, .text = &name_or_family),
    PARAM("image_id", "ImageId", STRING, .alias = "id", .flags = ECSP_REQUIRED,
          .id_of = &ecsp_id_image, .text = &ecsp_text_identifier),
    PARAM("name", "ImageName", STRING, .alias = "image_name", .text = &name_or_family),
    PARAM("region_id", "RegionId", STRING, .flags = ECSP_REQUIRED | ECSP_REGION,
          .text = &ecsp_text_region),
    END,
};

const struct ecsp_operation ecsp_image_describe = {
    ECS_ACTION("image", "describe", "DescribeImages"),
    .ram_resources = ANY_RESOURCE,
    .params = describe_params,
    .results = describe_results,
};

const struct ecsp_operation ecsp_image_from_family = {
    ECS_ACTION("image", "from_family", "DescribeImageFromFamily"),
    .ram_resources = ANY_RESOURCE,
    .params = from_family_params,
    .results = from_family_results,
};

const struct ecsp_operation ecsp_image_delete = {
    ECS_ACTION("image", "delete", "DeleteImage"),
    .ram_resources = LIST(ECS_RESOURCE("image/*")),
    .writes = 1,
    .params = delete_params,
    .results = ecsp_only_request_id,
};

const struct ecsp_operation ecsp_image_copy = {
    ECS_ACTION("image", "copy", "CopyImage"),
    .ram_resources = ANY_RESOURCE,
    .writes = 1,
    .params = copy_params,
    .results = copy_results,
};

const struct ecsp_operation ecsp_image_share = {
    ECS_ACTION("image", "share", "ModifyImageSharePermission"),
    .ram_resources = ANY_RESOURCE,
    .writes = 1,
    .params = share_params,
    .results = ecsp_only_request_id,
};

const struct ecsp_operation ecsp_image_modify = {
    ECS_ACTION("image", "modify", "ModifyImageAttribute"),
    .ram_resources = LIST(ECS_RESOURCE("image/*")),
    .writes = 1,
    .params = modify_params,
    .results = ecsp_only_request_id,
};
