// As fields.js, for the environment of a pipeline: regions, zones, instance types, resource groups, the account and
// its roles, VPCs and vSwitches. Actions of products other than ECS name the product: { product, version }.
"use strict";

// Our name is the SDK's in snake case, unless it is given.
const snake = (name) => name.replace(/GPU/, "Gpu").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, "");
const rows = (kind, ...names) => names.map((name) => [name, snake(name), kind]);

const owner = [
  ["ownerAccount", null, "text", "OwnerAccount"],
  ["ownerId", null, "integer", "OwnerId"],
  ["resourceOwnerAccount", null, "text", "ResourceOwnerAccount"],
  ["resourceOwnerId", null, "integer", "ResourceOwnerId"],
];
const tags = ["tag", "tags", "tags"];
const page = rows("integer", "pageNumber", "pageSize");

const regions = [...rows("text", "acceptLanguage", "instanceChargeType", "resourceType"), ...owner];

const zones = [
  ...rows("text", "acceptLanguage", "instanceChargeType", "regionId", "spotStrategy"),
  ...rows("boolean", "verbose"),
  ...owner,
];

const available = [
  ...rows("text", "dataDiskCategory", "dedicatedHostId", "destinationResource", "instanceChargeType", "instanceType"),
  ...rows("text", "ioOptimized", "networkCategory", "regionId", "resourceType", "scope", "spotStrategy"),
  ...rows("text", "systemDiskCategory", "zoneId"),
  ...rows("integer", "cores", "spotDuration"),
  ...rows("number", "memory"),
  ...owner,
];

const instanceTypes = [
  ...rows("texts", "additionalAttributes", "cpuArchitectures", "gpuSpecs", "instanceCategories"),
  ...rows("texts", "instanceTypeFamilies", "localStorageCategories", "physicalProcessorModels"),
  ["instanceTypes", "ids", "texts"],
  ...rows("text", "cpuArchitecture", "GPUSpec", "instanceCategory", "instanceFamilyLevel", "instanceTypeFamily"),
  ...rows("text", "localStorageCategory", "nextToken", "nvmeSupport", "physicalProcessorModel"),
  ...rows("integer", "maxResults", "maximumCpuCoreCount", "maximumGPUAmount", "minimumBaselineCredit"),
  ...rows("integer", "minimumCpuCoreCount", "minimumDiskQuantity", "minimumEniIpv6AddressQuantity"),
  ...rows("integer", "minimumEniPrivateIpAddressQuantity", "minimumEniQuantity", "minimumEriQuantity"),
  ...rows("integer", "minimumGPUAmount", "minimumInitialCredit", "minimumInstanceBandwidthRx"),
  ...rows("integer", "minimumInstanceBandwidthTx", "minimumInstancePpsRx", "minimumInstancePpsTx"),
  ...rows("integer", "minimumLocalStorageAmount", "minimumLocalStorageCapacity", "minimumPrimaryEniQueueNumber"),
  ...rows("integer", "minimumQueuePairNumber", "minimumSecondaryEniQueueNumber"),
  ...rows("number", "maximumCpuSpeedFrequency", "maximumCpuTurboFrequency", "maximumMemorySize"),
  ...rows("number", "minimumCpuSpeedFrequency", "minimumCpuTurboFrequency", "minimumMemorySize"),
  ...owner,
];

// This one alone has no ownerAccount.
const supported = [
  ...rows("text", "actionType", "imageId", "regionId"),
  ["filter", "filter", "objects", rows("text", "key", "value")],
  ...owner.slice(1),
];

const groups = [
  ...rows("text", "displayName", "name", "resourceGroupId", "status"),
  ["resourceGroupIds", "ids", "texts"],
  ...rows("boolean", "includeTags"),
  ...page,
  tags,
];

const createVpc = [
  ...rows("text", "cidrBlock", "clientToken", "description", "ipv4IpamPoolId", "ipv6CidrBlock", "ipv6IpamPoolId"),
  ...rows("text", "ipv6Isp", "regionId", "resourceGroupId", "vpcName"),
  ...rows("boolean", "dryRun", "enableDnsHostname", "enableIpv6"),
  ...rows("integer", "ipv4CidrMask", "ipv6CidrMask"),
  ["userCidr", "user_cidrs", "joined"],
  tags,
  ...owner,
];

const vpcs = [
  ...rows("text", "dhcpOptionsSetId", "regionId", "resourceGroupId", "vpcName"),
  ...rows("boolean", "dryRun", "enableIpv6", "isDefault"),
  ...rows("integer", "vpcOwnerId"),
  ["vpcId", "ids", "joined"],
  ...page,
  tags,
  ...owner,
];

const vpc = [...rows("boolean", "dryRun", "isDefault"), ...rows("text", "regionId", "vpcId"), ...owner];

const deleteVpc = [
  ...rows("text", "clientToken", "regionId", "vpcId"),
  ...rows("boolean", "dryRun", "forceDelete"),
  ...owner,
];

const vSwitchId = ["vSwitchId", "vswitch_id", "text"];
const vSwitchName = ["vSwitchName", "vswitch_name", "text"];

const createVSwitch = [
  ...rows("text", "cidrBlock", "clientToken", "description", "regionId", "vpcId", "vpcIpv6CidrBlock", "zoneId"),
  ...rows("integer", "cidrMask", "ipv6CidrMask"),
  ["ipv6CidrBlock", "ipv6_cidr_block_mask", "integer"],
  vSwitchName,
  tags,
  ...owner,
];

const vSwitches = [
  ...rows("text", "regionId", "resourceGroupId", "routeTableId", "vpcId", "zoneId"),
  ...rows("boolean", "dryRun", "enableIpv6", "isDefault"),
  ["vSwitchOwnerId", "vswitch_owner_id", "integer"],
  vSwitchId,
  vSwitchName,
  ...page,
  tags,
  ...owner,
];

const vSwitch = [...rows("boolean", "dryRun"), ...rows("text", "regionId"), vSwitchId, ...owner];

const assumeRole = [
  ...rows("integer", "durationSeconds"),
  ...rows("text", "externalId", "policy", "roleArn", "roleSessionName", "sourceIdentity"),
];

const STS = { product: "sts", version: "2015-04-01" };
const VPC = { product: "vpc", version: "2016-04-28" };

module.exports = {
  "region.list": { action: "DescribeRegions", fields: regions },
  "zone.list": { action: "DescribeZones", fields: zones },
  "zone.available": { action: "DescribeAvailableResource", fields: available },
  "instance_type.list": { action: "DescribeInstanceTypes", fields: instanceTypes },
  "instance_type.supported": { action: "DescribeImageSupportInstanceTypes", fields: supported },
  "resource_group.list": {
    action: "ListResourceGroups",
    fields: groups,
    product: "resourcemanager",
    version: "2020-03-31",
  },
  "account.describe": { action: "GetCallerIdentity", fields: [], ...STS },
  "sts.assume_role": { action: "AssumeRole", fields: assumeRole, ...STS },
  "vpc.create": { action: "CreateVpc", fields: createVpc, ...VPC },
  "vpc.list": { action: "DescribeVpcs", fields: vpcs, ...VPC },
  "vpc.describe": { action: "DescribeVpcAttribute", fields: vpc, ...VPC },
  "vpc.delete": { action: "DeleteVpc", fields: deleteVpc, ...VPC },
  "vswitch.create": { action: "CreateVSwitch", fields: createVSwitch, ...VPC },
  "vswitch.list": { action: "DescribeVSwitches", fields: vSwitches, ...VPC },
  "vswitch.describe": { action: "DescribeVSwitchAttributes", fields: vSwitch, ...VPC },
  "vswitch.delete": { action: "DeleteVSwitch", fields: vSwitch, ...VPC },
};
