--- The codes of the service, by HTTP status. Source: the error lists of the API pages (ECS 2014-05-26, VPC 2016-04-28)
-- and the codes that terraform-provider-alicloud retries; a code whose status is nowhere documented is under 400.
local M = {}

local pages = {
  [400] = [[
    CreateVSwitch.IncorrectStatus.cbnStatus DeleteVSwitch.IncorrectStatus.cbnStatus DependencyViolation
    DependencyViolation.EnhancedNatgw DependencyViolation.HaVip DependencyViolation.Instance
    DependencyViolation.MulticastDomain DependencyViolation.NatGateway DependencyViolation.NetworkAcl
    DependencyViolation.RouteEntry DependencyViolation.RouteInterface DependencyViolation.RouteTable
    DependencyViolation.RouterInterface DependencyViolation.SNAT DependencyViolation.SecurityGroup
    DependencyViolation.SnatEntry DependencyViolation.Tunnel DependencyViolation.VSwitch Duplicate.TagKey
    DuplicatedCommand.FROM EmptyCommandContent.CMD EmptyCommandContent.COPY EmptyCommandContent.ENTRYPOINT
    EmptyCommandContent.ENV EmptyCommandContent.LABEL EmptyCommandContent.RUN EmptyCommandContent.USER
    EmptyCommandContent.WORKDIR Forbbiden Forbidden.VpcNotFound IdempotentParameterMismatch
    IellgalParameter.OwnerAccount IllegalParam.CidrBlockMask IllegalParam.CidrMask IllegalParam.EnableIpv6
    IllegalParam.IpamPool IllegalParam.Ipv4CidrMask IllegalParam.Ipv6CidrBlock IllegalParam.Ipv6Isp
    IllegalParam.OwnerId IllegalParam.UserCidr IllegalTimestamp IncompleteSignature IncorrectRouteEntryStatus
    IncorrectStatus.cbnStatus IncorrectVSwitchStatus IncorrectVpcStatus InsufficientBalance
    Invalid.InstanceChargeType Invalid.Param Invalid.Scope InvalidAccessKeyId.NotFound InvalidAccount.NotFound
    InvalidAddAccountSize.ExceededMaxNumber InvalidAdvancedOptions.ImageNameSuffix InvalidAliuid
    InvalidBaseImageType.NotSupportedValue InvalidBuildContent.LengthExceeded InvalidCidrBlock.Malformed
    InvalidCidrBlock.Overlapped InvalidCirdrBlock.MaskLength InvalidCommand.Component InvalidCommandContent.CMD
    InvalidCommandContent.COPY InvalidCommandContent.ENTRYPOINT InvalidCommandContent.ENV InvalidCommandContent.FROM
    InvalidCommandContent.RUN InvalidCommandContent.USER InvalidCommandContent.WORKDIR InvalidCommandOrder.FROM
    InvalidComponentType.NotSupportedValue InvalidContent.LengthExceeded InvalidDefaultResourceGroup.NotSupported
    InvalidDescription.Malformed InvalidExecutionId.SizeExceeded InvalidFilterValue.NetworkType
    InvalidImage.ImageOwnerAliasUnsupported InvalidImage.NotSupportRepair InvalidImage.OsTypeUnsupported
    InvalidImageComponent.NotSupported InvalidImageComponentIdSize.ExceededMaxNumber InvalidImageFamily.Malformed
    InvalidImageName.Duplicated InvalidImageName.Malformed InvalidImageOptions.Description
    InvalidImageOwnerAlias.PublicImageUnsupported InvalidImageOwnerAlias.ValueNotSupported
    InvalidImagePipelineIdSize.ExceededMaxNumber InvalidImageTemplateCommand.NotSupported
    InvalidImageTemplateCommandSize.ExceededMaxNumber
    InvalidImportImageOptionsDiskDeviceMappings.LengthLimitExceeded InvalidInstanceType.ValueNotSupported
    InvalidInternetMaxBandwidthOut.NotSupportedValue InvalidIpv6CidrBlock.Malformed InvalidName.Malformed
    InvalidOperation.DiskImageSizeExceeded InvalidOperation.ImageOwnerIdUnsupported InvalidParameter
    InvalidParameter.BuildContent InvalidParameter.ComponentVersion InvalidParameter.Content
    InvalidParameter.ImportImageOptionsArchitecture InvalidParameter.ImportImageOptionsBootMode
    InvalidParameter.ImportImageOptionsDiskDeviceMappingsFormat
    InvalidParameter.ImportImageOptionsDiskDeviceMappingsOSSBucket
    InvalidParameter.ImportImageOptionsDiskDeviceMappingsOSSObject
    InvalidParameter.ImportImageOptionsFeaturesNvmeSupport InvalidParameter.ImportImageOptionsLicenseType
    InvalidParameter.ImportImageOptionsOSType InvalidParameter.ImportImageOptionsPlatform
    InvalidParameter.NvmeSupport InvalidParameter.Owner InvalidParameter.RepairMode InvalidParameter.Status
    InvalidParameter.TestContent InvalidParameterCombination InvalidParamter InvalidRegionId.MalFormed
    InvalidResource.NotFound InvalidResourceGroupId InvalidResourceGroupId.NotFound InvalidSourceInstance.NotFound
    InvalidSpotStrategy InvalidStatus.CancelFailed InvalidStatus.RouteEntry InvalidSystemDiskSize.NotSupportedValue
    InvalidSystemType.NotSupportedValue InvalidTag.Mismatch InvalidTag.NotSupported InvalidTagCount InvalidTagKey
    InvalidTagKey.Malformed InvalidTagValue InvalidTagValue.Malformed InvalidTags.MalFormed
    InvalidToRegionIdSize.ExceededMaxNumber InvalidUserCidr.Malformed InvalidUserCidr.Quota
    InvalidVSwitchDiscription.Malformed InvalidVSwitchName.Malformed InvalidVpcDiscription.Malformed
    InvalidVpcIdNumber.NotSupported InvalidVpcName.Malformed InvalidVswitchID.NotFound InvokeError
    MissingParam.CidrOrCidrMask MissingParam.EnableIpv6 MissingParameter MissingParameter.Content
    MissingParameter.ImagePipelineId NoPermission NotEmptyCommandContent.RESTART NumberExceed.ResourceIds
    NumberExceed.Tags OperationDenied.AvailableCidrInsufficient OperationDenied.CidrInExcludeCidrs
    OperationDenied.CidrUnavailableInPool OperationDenied.IpamPoolNotInRegion OperationDenied.MaskOfCidrIsNotAllowed
    OperationDenied.OtherSubnetProcessing OperationDenied.QuotaExceed OperationDenied.RequestRegionInvalid
    OperationFailed.DistibuteLock OperationFailed.IPv6CidrNotReserved OperationFailed.IdempotentTokenProcessing
    OperationFailed.NotifyCenCreate OperationUnsupported.Ipv6Feature OperationUnsupported.ResourceGroupId
    QuotaExceed.ImageComponent QuotaExceed.ImagePipeline QuotaExceeded.VSwitch QuotaExceeded.Vpc Rejected.Throttling
    ResourceNotAvailable ResourceNotAvailable.Vpc ResourceNotEnough.Ipv6Cidr SignatureNonceUsed System.ServiceBusy
    SystemBusy TOKEN_PROCESSING TaskConflict Throttling Throttling.Api Throttling.DeepPageSkip Throttling.User
    UnknownError UnsupportedFeature.DhcpOptionsSet UnsupportedFeature.IPAM UnsupportedFeature.Ipam
    UnsupportedFeature.Ipv6Isp UnsupportedFeature.VpcDnsHostname UnsupportedParameter ]],
  [403] = [[
    BothEmpty.TagsAndResources CurrentAccount.NotSupportPublicImage Forbidden Forbidden.AccessKeyDisabled
    Forbidden.RAM Forbidden.RiskControl Forbidden.SubUser Forbidden.Unauthorized ImageIsExporting ImageIsImporting
    ImageIsPublic ImagePipeline.NotSupportWindowsInstance ImageUseShared ImageUsingByInstance Invalid.NextToken
    InvalidAction InvalidComponentVersion.Exist InvalidDedicatedHostId.NotFound InvalidFilter.Malformed
    InvalidIdempotenceParameter.Mismatch InvalidImageComponent.InUse InvalidImagePipeline.HasRunningExecution
    InvalidImagePipeline.OSSObjectNeedRestore InvalidImagePipeline.OSSObjectNotAuthorized
    InvalidOSSObject.NeedRestore InvalidOSSObject.NotAuthorized InvalidOperation.NoPermissionCreateServiceLinkedRole
    InvalidOperation.NoRightAccessOSS InvalidOperation.OSSObjectIsImporting InvalidParam.Cores InvalidParam.Memory
    InvalidParam.TypeAndCpuMem.Conflict InvalidParameter.ResourceOwnerId InvalidParameter.Scope
    InvalidResourceId.NotSupported InvalidStatus.ImagePipelineExecution InvalidTagFilter.Malformed
    LastTokenProcessing NoPermission.Tag NoPermissionKey.Scope NumberExceed.TagValues OperationDenied
    OperationDenied.FlavorNotSupported OperationDenied.ImageCopying OperationDenied.RegionIdNotSupported
    OperationDenied.TimestampNotSupported Param.Conflict PermissionDenied.Scope PermissionDenied.TagOwnerBid
    PermissionDenied.TagOwnerUid PermissionDenied.TagsFuzzyQuery QuotaExceed.Tags RealNameAuthenticationError
    TagKey.Duplication ]],
  [404] = [[
    ImageComponent.NotFound IncorrectStatus Invalid.DestinationResource Invalid.IoOptimized Invalid.NetworkCategory
    Invalid.NetworkType Invalid.RegionId Invalid.ResourceType Invalid.SpotStrategy InvalidAcceptLanguage.NotFound
    InvalidArchitecture InvalidFilterKey.NotFound InvalidFilterValue InvalidImage.NotFound
    InvalidImageComponent.NotFound InvalidImageId.NotFound InvalidImagePipeline.BaseImageNotFound
    InvalidImagePipeline.NotFound InvalidImagePipeline.OSSObjectNotFound InvalidImagePipelineExecution.NotFound
    InvalidImagePipelineExecutionId.NotFound InvalidImportImageOptionsDiskDeviceMappingsOSSObject.NotFound
    InvalidInstanceChargeType.NotFound InvalidInstanceType.NotFound InvalidOSType InvalidRegion.NotFound
    InvalidRegionId.NotFound InvalidResourceGroup.NotFound InvalidResourceId.NotFound InvalidResourceType.NotFound
    InvalidUsage InvalidVSwitchId.NotFound InvalidVSwitchIdNumber.NotSupported InvalidVpcId.NotFound
    InvalidVpcIdNumber.NotSupported InvalidZoneId.NotFound MissingParameter.ImageOptionsDiskDeviceMappings
    MissingParameter.ImportImageOptions MissingParameter.ImportImageOptionsDiskDeviceMappingsOSSBucket
    MissingParameter.ImportImageOptionsDiskDeviceMappingsOSSObject MissingParameter.RegionId
    MissingParameter.RepairMode MissingParameter.ResourceIds MissingParameter.ResourceType
    MissingParameter.TagOwnerBid MissingParameter.TagOwnerUid MissingParameter.Tags NotSupportedCommand.FROM
    ResourceNotFound.IpamPool Unavailable.Regions ]],
  [409] = [[
    OperationConflict ]],
  [429] = [[
    Throttling ]],
  [500] = [[
    InternalError ServiceUnavailable StartImagePipelineExecution.Failed ]],
  [503] = [[
    ServiceUnavailable ServiceUnavailable.RegionMaintaining ]],
}

-- Not on those pages: seen in the code and the reports of other clients, and on the common error page.
local others = {
  [400] = [[
    InvalidAccountStatus.NotEnoughBalance InvalidAccountStatus.NotAvailable Account.Arrearage QuotaExceed.Image
    OperationDenied.NoStock Zone.NotOnSale IdempotentProcessing OperationFailed.LastTokenProcessing
    SignatureDoesNotMatch InvalidAccessKeyId InvalidAccessKeyId.Inactive InvalidTimeStamp.Expired
    InvalidTimeStamp.Format InvalidSecurityToken.Expired InvalidSecurityToken.Malformed
    InvalidSecurityToken.MismatchWithAccessKey SecurityTokenExpired MissingSecurityToken MissingAccessKeyId
    InvalidVersion OperationDenied.ImageCopyConflict IncorrectImageStatus OperationBusy ServiceBusy
    Operation.Conflict ]],
  [403] = [[
    InvalidStatus.ImageIsCreating ImageIsCreating IncorrectDestinationRegion SnapshotCreatedImage
    SnapshotCreatedDisk IncorrectDiskStatus.CreatingSnapshot InvalidOperation.RelatedSnapshotNotFinished ]],
  [404] = [[
    InvalidAction.NotFound ]],
  [500] = "Not.On.Any.Page",
}

--- List of { code =, status = }.
M.list = {}
for _, source in ipairs({ pages, others }) do
  for status, codes in pairs(source) do
    for code in codes:gmatch("%S+") do
      M.list[#M.list + 1] = { code = code, status = status }
    end
  end
end

return M
