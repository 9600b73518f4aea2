// The parameters of the three actions: their names in the SDK's request models, in our Lua arguments, and the kind of
// value that the generator makes. checks/models.js holds the first column to the SDK's own models, ours.lua the second
// to our core. Where the Lua name is null we have no argument: it goes out through `extra`, in the API's spelling.
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

module.exports = {
  "pipeline.create": { action: "CreateImagePipeline", fields: create },
  "pipeline.describe": { action: "DescribeImagePipelines", fields: describe },
  "pipeline.delete": { action: "DeleteImagePipeline", fields: remove },
};
