--- The service's error codes with their HTTP statuses and texts. Codes not listed answer 400.

local M = {}

-- Statuses as the pages of the actions for image pipelines and their executions, and the common
-- error page (ECS 2014-05-26), give them. Missing parameters do come as 404.
local by_status = {
  [403] = [[ Forbidden.RAM Forbidden.SubUser Forbidden.Unauthorized Invalid.NextToken
    InvalidImagePipeline.HasRunningExecution ImagePipeline.NotSupportWindowsInstance
    InvalidOSSObject.NotAuthorized InvalidOperation.NoPermissionCreateServiceLinkedRole
    InvalidOSSObject.NeedRestore InvalidOperation.NoRightAccessOSS LastTokenProcessing
    InvalidOperation.OSSObjectIsImporting InvalidIdempotenceParameter.Mismatch
    InvalidStatus.ImagePipelineExecution InvalidImagePipeline.OSSObjectNotAuthorized
    InvalidImagePipeline.OSSObjectNeedRestore
    InvalidComponentVersion.Exist InvalidImageComponent.InUse
    InvalidResourceId.NotSupported TagKey.Duplication QuotaExceed.Tags Param.Conflict
    BothEmpty.TagsAndResources PermissionDenied.TagsFuzzyQuery
    ImageUsingByInstance ImageUseShared ImageIsPublic OperationDenied.ImageCopying
    InvalidStatus.ImageIsCreating SnapshotCreatedImage SnapshotCreatedDisk
    IncorrectDestinationRegion CurrentAccount.NotSupportPublicImage
    InvalidParam.TypeAndCpuMem.Conflict InvalidParam.Cores InvalidParam.Memory
    InvalidParameter.Scope ]],
  [404] = [[ InvalidAccessKeyId.NotFound InvalidAction.NotFound InvalidImagePipeline.NotFound
    InvalidImage.NotFound InvalidResourceGroup.NotFound ImageComponent.NotFound
    InvalidInstanceType.NotFound InvalidVSwitchId.NotFound InvalidRegionId.NotFound
    InvalidImportImageOptionsDiskDeviceMappingsOSSObject.NotFound
    InvalidImagePipelineExecution.NotFound InvalidImagePipelineExecutionId.NotFound
    InvalidImagePipeline.BaseImageNotFound InvalidImagePipeline.OSSObjectNotFound
    NotSupportedCommand.FROM InvalidImageComponent.NotFound
    InvalidResourceType.NotFound InvalidResourceId.NotFound
    InvalidImageId.NotFound InvalidFilterKey.NotFound InvalidFilterValue InvalidUsage InvalidOSType
    InvalidSnapshotId.NotFound
    InvalidArchitecture InvalidAccount.NotFound InvalidVpcId.NotFound InvalidZoneId.NotFound
    InvalidInstanceChargeType.NotFound InvalidAcceptLanguage.NotFound Invalid.DestinationResource
    Invalid.SpotStrategy Invalid.IoOptimized Invalid.NetworkCategory Invalid.ResourceType ]],
  [405] = [[ UnsupportedHTTPMethod ]],
  [409] = [[ OperationConflict ]],
  [500] = [[ InternalError StartImagePipelineExecution.Failed ]],
  [503] = [[ ServiceUnavailable ServiceUnavailable.RegionMaintaining ]],
}

-- Against the custom of the other missing parameters.
by_status[400] = [[ MissingParameter.Content ]]

local status_of = {}
for status, codes in pairs(by_status) do
  for code in codes:gmatch("%S+") do
    status_of[code] = status
  end
end

local messages = {
  ["IncompleteSignature"] = "The request signature does not conform to Aliyun standards.",
  ["SignatureNonceUsed"] = "Specified signature nonce was used already.",
  ["InvalidTimeStamp.Expired"] = "Specified time stamp or date value is expired.",
  ["InvalidTimeStamp.Format"] = "Specified time stamp or date value is not well formatted.",
  ["InvalidAccessKeyId.NotFound"] = "Specified access key is not found.",
  ["InvalidAccessKeyId.Inactive"] = "Specified access key is disabled.",
  ["InvalidSecurityToken.Expired"] = "Specified SecurityToken is expired.",
  ["InvalidSecurityToken.Malformed"] = "Specified SecurityToken is malformed.",
  ["InvalidSecurityToken.MismatchWithAccessKey"] =
    "Specified SecurityToken mismatch with the AccessKey.",
  ["MissingSecurityToken"] = "SecurityToken is mandatory for this action.",
  ["MissingAccessKeyId"] = "AccessKeyId is mandatory for this action.",
  ["InvalidAction.NotFound"] = "Specified api is not found, please check your url and method.",
  ["InvalidVersion"] = "Specified parameter Version is not valid.",
  ["UnsupportedHTTPMethod"] = "This http method is not supported.",
  ["Forbidden.RAM"] = "User not authorized to operate on the specified resource, "
    .. "or this API doesn't support RAM.",
  ["Throttling"] = "Request was denied due to request throttling.",
  ["Throttling.User"] = "Request was denied due to user flow control.",
  ["InternalError"] =
    "The request processing has failed due to some unknown error, exception or failure.",
  ["ServiceUnavailable"] = "The request has failed due to a temporary failure of the server.",
  ["IdempotentParameterMismatch"] =
    "The request uses the same client token as a previous, but non-identical request.",
  ["Invalid.NextToken"] = "The specified NextToken is invalid.",
  ["InvalidImagePipeline.NotFound"] = "The specified image pipeline does not exist.",
  ["InvalidImagePipeline.HasRunningExecution"] =
    "The specified image pipeline has an execution that is running.",
  ["InvalidImagePipeline.BaseImageNotFound"] =
    "The base image of the specified image pipeline does not exist.",
  ["InvalidImagePipelineExecution.NotFound"] =
    "The specified image pipeline execution does not exist.",
  ["InvalidStatus.CancelFailed"] =
    "The specified image pipeline execution has ended and cannot be cancelled.",
  ["InvalidStatus.ImagePipelineExecution"] =
    "The status of the specified image pipeline execution does not support this operation.",
  ["InvalidImagePipelineIdSize.ExceededMaxNumber"] =
    "The number of specified image pipeline IDs exceeds the maximum of 20.",
  ["InvalidResourceType.NotFound"] = "The ResourceType provided does not exist in our records.",
  ["InvalidResourceId.NotFound"] = "The specified ResourceIds are not found in our records.",
  ["InvalidResourceId.NotSupported"] = "The specified ResourceId does not support tagging.",
  ["NumberExceed.ResourceIds"] = "The maximum number of ResourceIds is exceeded.",
  ["NumberExceed.Tags"] = "The maximum number of Tags is exceeded.",
  ["BothEmpty.TagsAndResources"] = "The specified Tags and ResourcesIds are both empty.",
  ["InvalidImageComponent.NotFound"] = "The specified image component does not exist.",
  ["InvalidImageComponent.InUse"] = "The specified image component is used by an image pipeline.",
  ["ImageComponent.NotFound"] = "An image component named in the content does not exist.",
  ["InvalidComponentVersion.Exist"] = "The specified component version already exists.",
  ["QuotaExceed.ImageComponent"] = "The quota of image components in the region is used up.",
  ["QuotaExceed.ImagePipeline"] = "The quota of image pipelines in the region is used up.",
  ["Duplicate.TagKey"] = "The Tag.N.Key contain duplicate key.",
  ["InvalidTagKey.Malformed"] = "The specified Tag.N.Key is not valid.",
  ["InvalidTagValue.Malformed"] = "The specified Tag.N.Value is not valid.",
  ["InvalidTagCount"] = "The specified tags are beyond the permitted range.",
  ["DryRunOperation"] = "Request validation has been passed with DryRun flag set.",
  ["ImageUsingByInstance"] = "The specified image has been used to create instances.",
  ["ImageUseShared"] = "The specified image has been shared to others.",
  ["ImageIsPublic"] = "A public image cannot be deleted: make it private first.",
  ["InvalidStatus.ImageIsCreating"] = "The specified image is being created.",
  ["OperationDenied.ImageCopying"] = "The specified image is being copied.",
  ["SnapshotCreatedImage"] = "The snapshot has been used to create user defined image(s).",
  ["SnapshotCreatedDisk"] = "The snapshot has been used to create disk(s).",
  ["OperationDenied.ImageCopyConflict"] = "The image is being copied to that region already.",
  ["IncorrectImageStatus"] = "The image is not available.",
  ["IncorrectDestinationRegion"] = "The destination region must be another than the source region.",
  ["InvalidImageName.Duplicated"] = "The image name is in use in the region.",
  ["IncorrectVpcStatus"] = "The VPC is not in the Available state.",
  ["IncorrectVSwitchStatus"] = "The vSwitch, or another one of its VPC, is being processed.",
  ["DependencyViolation"] = "The vSwitch is in use by other resources.",
  ["DependencyViolation.VSwitch"] = "The VPC still has vSwitches.",
  ["InvalidCidrBlock.Overlapped"] = "The CIDR block overlaps that of another vSwitch.",
  ["InvalidCirdrBlock.MaskLength"] = "The mask of the CIDR block must be 16 to 29 bits long.",
  ["IllegalParam.CidrBlockMask"] = "The mask of the CIDR block must be 8 to 28 bits long.",
  ["ResourceNotAvailable"] = "The resource is not available in the specified zone.",
  ["QuotaExceeded.Vpc"] = "The quota of VPCs in the region is used up.",
  ["QuotaExceeded.VSwitch"] = "The quota of vSwitches in the VPC is used up.",
  ["InvalidRegionId.NotFound"] = "The specified RegionId does not exist.",
}

-- "InvalidName.Malformed" → "The specified Name is not valid." and so on, for codes without a text.
local function sentence(code)
  local missing = code:match("^MissingParameter%.(.+)$")
  if missing then
    return "The input parameter \"" .. missing
      .. "\" that is mandatory for processing this request is not supplied."
  end
  local named = code:match("^InvalidParameter%.(.+)$") or code:match("^Invalid(%w+)%.Malformed$")
    or code:match("^Invalid(%w+)%.NotSupportedValue$")
  if named then
    return "The specified " .. named .. " is not valid."
  end
  local unfound = code:match("^Invalid(%w+)%.NotFound$")
  if unfound then
    return "The specified " .. unfound .. " does not exist."
  end
  return "The request was refused (" .. code .. ")."
end

--- The HTTP status the service documents for `code`.
function M.status(code)
  if status_of[code] then
    return status_of[code]
  end
  return code:find("^MissingParameter%.") and 404 or 400
end

--- One refusal: { status, code, message }. `message` may be left out.
function M.new(code, message, status)
  return {
    status = status or M.status(code), code = code,
    message = message or messages[code] or sentence(code),
  }
end

--- The refusal of one parameter's value for which the service has no code of its own.
function M.parameter(name)
  return M.new("InvalidParameter", "The specified parameter \"" .. name .. "\" is not valid.")
end

--- The refusal because of an execution that has not ended, by its id.
function M.has_running_execution(id)
  local code = "InvalidImagePipeline.HasRunningExecution"
  return M.new(code, messages[code]:gsub("%.$", ": ") .. id .. ".")
end

--- The reply's body, as the service spells it.
function M.body(failure, request_id, host)
  return {
    RequestId = request_id,
    HostId = (host:gsub(":%d+$", "")),
    Code = failure.code,
    Message = failure.message,
    Recommend = ("https://api.aliyun.com/troubleshoot?q=%s&product=Ecs&requestId=%s")
      :format(failure.code, request_id),
    AccessDeniedDetail = failure.denied,
  }
end

return M
