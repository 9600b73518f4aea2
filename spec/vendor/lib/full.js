// A pipeline with every parameter of the SDK's request model, which the service would accept, and the service's reply
// for it.
"use strict";

const AWKWARD = "a+b c%20d/é镜'()*!~&=?#;\"<>\\ 🚀";

function full(more) {
  return {
    addAccount: [1234567890123456, 1511928242963727],
    advancedOptions: { imageNameSuffix: "disable", retainCloudAssistant: true },
    baseImage: "m-bp1base",
    baseImageType: "OSS",
    buildContent: "RUN echo '100% * ~' && printf \"a\\tb\"\r\nENV A=b\n# 注释\nRUN true\n",
    clientToken: `token-${Math.random().toString(36).slice(2)}`,
    deleteInstanceOnFailure: false,
    description: AWKWARD,
    imageFamily: "web-family",
    imageName: "web-image",
    imageOptions: {
      description: `image ${AWKWARD}`,
      imageFamily: "web-family",
      imageFeatures: { nvmeSupport: "auto" },
      imageName: "web-image",
      imageTags: [
        { key: "layer", value: "镜 像" },
        { key: "empty", value: "" },
      ],
    },
    importImageOptions: {
      architecture: "arm64",
      bootMode: "UEFI",
      description: "from a bucket",
      diskDeviceMappings: [
        { diskImageSize: 40, format: "QCOW2", OSSBucket: "bucket-1", OSSObject: "path/to/镜像 (1).qcow2" },
        { diskImageSize: 2048, format: "RAW", OSSBucket: "bucket-2", OSSObject: "a+b&c=d.raw" },
      ],
      features: { imdsSupport: "v2", nvmeSupport: "supported" },
      imageName: "imported",
      importImageTags: [{ key: "origin", value: "oss*~" }],
      licenseType: "BYOL",
      OSType: "linux",
      platform: "Rocky Linux",
      retainImportedImage: false,
      retentionStrategy: "RetainOnlyFailed",
      roleName: "AliyunECSImageImportDefaultRole",
    },
    instanceType: "ecs.g6.large",
    internetMaxBandwidthOut: 0,
    name: "web-base",
    nvmeSupport: "auto",
    ownerAccount: "owner@example.com",
    ownerId: 155780923770,
    regionId: "cn-hangzhou",
    repairItem: ["Network", "Disk"],
    repairMode: "Customized",
    resourceGroupId: "rg-bp67acfmxazb4p",
    resourceOwnerAccount: "owner@example.com",
    resourceOwnerId: 155780923770,
    systemDiskSize: 500,
    tag: [
      { key: "team", value: "web+db & more" },
      { key: "空", value: "" },
      { key: "team2", value: "%41" },
    ],
    testContent: "RUN test -e /etc/passwd\n",
    toRegionId: ["cn-qingdao", "cn-beijing", "ap-southeast-1"],
    vSwitchId: "vsw-bp67acfmxazb4p",
    ...more,
  };
}

const tagged = (list) => list.map(({ key, value }) => ({ tagKey: key, tagValue: value }));

// What DescribeImagePipelines is to answer for it, in the SDK's response model's names.
function asRead(sent) {
  const { clientToken, regionId, ownerAccount, ownerId, resourceOwnerAccount, resourceOwnerId, ...out } = sent;
  const { addAccount, toRegionId, repairItem, tag, ...read } = out;
  read.addAccounts = { addAccount: addAccount.map(String) };
  read.toRegionIds = { toRegionId };
  read.repairItems = { repairItem };
  read.tags = { tag: tagged(tag) };
  read.imageOptions = { ...sent.imageOptions, imageTags: { imageTag: tagged(sent.imageOptions.imageTags) } };
  read.importImageOptions = {
    ...sent.importImageOptions,
    diskDeviceMappings: { diskDeviceMapping: sent.importImageOptions.diskDeviceMappings },
    importImageTags: { importImageTag: sent.importImageOptions.importImageTags },
  };
  return read;
}

module.exports = { full, asRead, AWKWARD };
