// The parameters of the actions: their names in the SDK's request models, in our Lua arguments, and the kind of value
// that the generator makes. checks/models.js compares the first column with the SDK's own models, ours.lua the second
// with our core. If the Lua name is null, we have no argument for it: it is sent through `extra`, with the API's name (an
// object with the names of what is in it).
"use strict";

const owner = [
  ["ownerAccount", null, "text", "OwnerAccount"],
  ["ownerId", null, "integer", "OwnerId"],
  ["resourceOwnerAccount", null, "text", "ResourceOwnerAccount"],
  ["resourceOwnerId", null, "integer", "ResourceOwnerId"],
];

const diskDeviceMapping = [
  ["diskImageSize", "disk_image_size", "integer"],
  ["format", "format", "text"],
  ["OSSBucket", "oss_bucket", "text"],
  ["OSSObject", "oss_object", "text"],
];

const importImageOptions = [
  ["architecture", "architecture", "text"],
  ["bootMode", "boot_mode", "text"],
  ["description", "description", "text"],
  ["diskDeviceMappings", "disk_device_mappings", "objects", diskDeviceMapping],
  [
    "features",
    "features",
    "object",
    [
      ["imdsSupport", "imds_support", "text"],
      ["nvmeSupport", "nvme_support", "text"],
    ],
  ],
  ["imageName", "image_name", "text"],
  ["importImageTags", "import_image_tags", "tags"],
  ["licenseType", "license_type", "text"],
  ["OSType", "os_type", "text"],
  ["platform", "platform", "text"],
  ["retainImportedImage", "retain_imported_image", "boolean"],
  ["retentionStrategy", "retention_strategy", "text"],
  ["roleName", "role_name", "text"],
];

const imageOptions = [
  ["description", "description", "text"],
  ["imageFamily", "image_family", "text"],
  ["imageFeatures", "image_features", "object", [["nvmeSupport", "nvme_support", "text"]]],
  ["imageName", "image_name", "text"],
  ["imageTags", "image_tags", "tags"],
];

const advancedOptions = [
  ["imageNameSuffix", "image_name_suffix", "text"],
  ["retainCloudAssistant", "retain_cloud_assistant", "boolean"],
];

const create = [
  ["addAccount", "add_account", "accounts"],
  ["advancedOptions", "advanced_options", "object", advancedOptions],
  ["baseImage", "base_image", "text"],
  ["baseImageType", "base_image_type", "text"],
  ["buildContent", "build_content", "script"],
  ["clientToken", "client_token", "text"],
  ["deleteInstanceOnFailure", "delete_instance_on_failure", "boolean"],
  ["description", "description", "text"],
  ["imageFamily", "image_family", "text"],
  ["imageName", "image_name", "text"],
  ["imageOptions", "image_options", "object", imageOptions],
  ["importImageOptions", "import_image_options", "object", importImageOptions],
  ["instanceType", "instance_type", "text"],
  ["internetMaxBandwidthOut", "internet_max_bandwidth_out", "integer"],
  ["name", "name", "text"],
  ["nvmeSupport", "nvme_support", "text"],
  ["regionId", "region_id", "text"],
  ["repairItem", "repair_item", "texts"],
  ["repairMode", "repair_mode", "text"],
  ["resourceGroupId", "resource_group_id", "text"],
  ["systemDiskSize", "system_disk_size", "integer"],
  ["tag", "tags", "tags"],
  ["testContent", "test_content", "script"],
  ["toRegionId", "to_region_id", "texts"],
  ["vSwitchId", "vswitch_id", "text"],
  ...owner,
];

const describe = [
  ["imagePipelineId", "ids", "texts"],
  ["maxResults", "max_results", "integer"],
  ["name", "name", "text"],
  ["nextToken", "next_token", "text"],
  ["regionId", "region_id", "text"],
  ["resourceGroupId", "resource_group_id", "text"],
  ["tag", "tags", "tags"],
  ...owner,
];

const remove = [["imagePipelineId", "image_pipeline_id", "text"], ["regionId", "region_id", "text"], ...owner];

const start = [
  ["clientToken", "client_token", "text"],
  ["imagePipelineId", "image_pipeline_id", "text"],
  ["regionId", "region_id", "text"],
  ["tag", "tags", "tags"],
  ["templateTag", "template_tags", "tags"],
  ...owner,
];

const cancel = [
  ["executionId", "execution_id", "text"],
  ["regionId", "region_id", "text"],
  ["templateTag", "template_tags", "tags"],
  ...owner,
];

const executions = [
  ["executionId", "execution_id", "text"],
  ["imagePipelineId", "image_pipeline_id", "text"],
  ["maxResults", "max_results", "integer"],
  ["nextToken", "next_token", "text"],
  ["regionId", "region_id", "text"],
  ["status", "status", "text"],
  ["tag", "tags", "tags"],
  ...owner,
];

const createComponent = [
  ["clientToken", "client_token", "text"],
  ["componentType", "component_type", "text"],
  ["componentVersion", "component_version", "text"],
  ["content", "content", "script"],
  ["description", "description", "text"],
  ["name", "image_component_name", "text"],
  ["regionId", "region_id", "text"],
  ["resourceGroupId", "resource_group_id", "text"],
  ["systemType", "system_type", "text"],
  ["tag", "tags", "tags"],
  ...owner,
];

const components = [
  ["componentType", "component_type", "text"],
  ["componentVersion", "component_version", "text"],
  ["imageComponentId", "ids", "texts"],
  ["maxResults", "max_results", "integer"],
  ["name", "image_component_name", "text"],
  ["nextToken", "next_token", "text"],
  ["owner", "owner", "text"],
  ["regionId", "region_id", "text"],
  ["resourceGroupId", "resource_group_id", "text"],
  ["systemType", "system_type", "text"],
  ["tag", "tags", "tags"],
  ...owner,
];

const removeComponent = [["imageComponentId", "image_component_id", "text"], ["regionId", "region_id", "text"], ...owner];

const resources = [
  ["regionId", "region_id", "text"],
  ["resourceId", "resource_ids", "texts"],
  ["resourceType", "resource_type", "text"],
];

// TagResources alone has no resourceOwnerId.
const tag = [...resources, ["tag", "tags", "tags"], ...owner.slice(0, 3)];

const untag = [...resources, ["all", "all", "boolean"], ["tagKey", "tag_keys", "texts"], ...owner];

const tagFilter = [
  ["tagKey", "tag_key", "text"],
  ["tagValues", "tag_values", "texts"],
];

const tagged = [
  ...resources,
  ["nextToken", "next_token", "text"],
  ["tag", "tags", "tags"],
  ["tagFilter", "tag_filters", "objects", tagFilter],
  ...owner,
];

const join = [
  ["regionId", "region_id", "text"],
  ["resourceGroupId", "resource_group_id", "text"],
  ["resourceId", "resource_id", "text"],
  ["resourceType", "resource_type", "text"],
  ...owner,
];

const imageFilter = [
  ["key", "key", "text"],
  ["value", "value", "text"],
];

const images = [
  ["actionType", "action_type", "text"],
  ["architecture", "architecture", "text"],
  ["dryRun", "dry_run", "boolean"],
  ["filter", "filters", "objects", imageFilter],
  ["imageFamily", "image_family", "text"],
  ["imageId", "image_id", "text"],
  ["imageName", "image_name", "text"],
  ["imageOwnerAlias", "owners", "text"],
  ["imageOwnerId", "image_owner_id", "integer"],
  ["instanceType", "instance_type", "text"],
  ["isPublic", "is_public", "boolean"],
  ["isSupportCloudinit", "is_support_cloud_init", "boolean"],
  ["isSupportIoOptimized", "is_support_io_optimized", "boolean"],
  ["OSType", "os_type", "text"],
  ["pageNumber", "page_number", "integer"],
  ["pageSize", "page_size", "integer"],
  ["regionId", "region_id", "text"],
  ["resourceGroupId", "resource_group_id", "text"],
  ["showExpired", "show_expired", "boolean"],
  ["snapshotId", "snapshot_id", "text"],
  ["status", "status", "text"],
  ["tag", "tags", "tags"],
  ["usable", "usable", "boolean"],
  ["usage", "usage", "text"],
  ...owner,
];

const fromFamily = [["imageFamily", "image_family", "text"], ["regionId", "region_id", "text"], ...owner];

const removeImage = [
  ["dryRun", "dry_run", "boolean"],
  ["force", "force", "boolean"],
  ["imageId", "image_id", "text"],
  ["regionId", "region_id", "text"],
  ...owner,
];

const copyImage = [
  ["clientToken", "client_token", "text"],
  ["destinationDescription", "description", "text"],
  ["destinationImageName", "name", "text"],
  ["destinationRegionId", "to_region_id", "text"],
  ["dryRun", "dry_run", "boolean"],
  ["encryptAlgorithm", "encrypt_algorithm", "text"],
  ["encrypted", "encrypted", "boolean"],
  ["imageId", "image_id", "text"],
  ["KMSKeyId", "kms_key_id", "text"],
  ["regionId", "region_id", "text"],
  ["resourceGroupId", "resource_group_id", "text"],
  ["tag", "tags", "tags"],
  ...owner,
];

const shareImage = [
  ["addAccount", "add_account", "accounts"],
  ["dryRun", "dry_run", "boolean"],
  ["imageId", "image_id", "text"],
  ["isPublic", "is_public", "boolean"],
  ["launchPermission", "launch_permission", "text"],
  ["regionId", "region_id", "text"],
  ["removeAccount", "remove_account", "accounts"],
  ...owner,
];

const modifyImage = [
  ["bootMode", null, "text", "BootMode"],
  ["description", "description", "text"],
  ["dryRun", "dry_run", "boolean"],
  [
    "features",
    null,
    "object",
    [
      ["imdsSupport", null, "text", "Features.ImdsSupport"],
      ["nvmeSupport", null, "text", "Features.NvmeSupport"],
    ],
  ],
  ["imageFamily", "image_family", "text"],
  ["imageId", "image_id", "text"],
  ["imageName", "name", "text"],
  ["licenseType", null, "text", "LicenseType"],
  ["regionId", "region_id", "text"],
  ["status", null, "text", "Status"],
  ...owner,
];

// no regionId: the host says where
const removeSnapshot = [["force", "force", "boolean"], ["snapshotId", "snapshot_id", "text"], ...owner];

module.exports = {
  "pipeline.create": { action: "CreateImagePipeline", fields: create },
  "pipeline.describe": { action: "DescribeImagePipelines", fields: describe },
  "pipeline.delete": { action: "DeleteImagePipeline", fields: remove },
  "execution.start": { action: "StartImagePipelineExecution", fields: start },
  "execution.cancel": { action: "CancelImagePipelineExecution", fields: cancel },
  "execution.describe": { action: "DescribeImagePipelineExecutions", fields: executions },
  "component.create": { action: "CreateImageComponent", fields: createComponent },
  "component.describe": { action: "DescribeImageComponents", fields: components },
  "component.delete": { action: "DeleteImageComponent", fields: removeComponent },
  "tags.add": { action: "TagResources", fields: tag },
  "tags.remove": { action: "UntagResources", fields: untag },
  "tags.list": { action: "ListTagResources", fields: tagged },
  "resource_group.join": { action: "JoinResourceGroup", fields: join },
  "image.describe": { action: "DescribeImages", fields: images },
  "image.from_family": { action: "DescribeImageFromFamily", fields: fromFamily },
  "image.delete": { action: "DeleteImage", fields: removeImage },
  "image.copy": { action: "CopyImage", fields: copyImage },
  "image.share": { action: "ModifyImageSharePermission", fields: shareImage },
  "image.modify": { action: "ModifyImageAttribute", fields: modifyImage },
  "snapshot.delete": { action: "DeleteSnapshot", fields: removeSnapshot },
  ...require("./fields_network"),
};
