--- Every Code of the service that this library knows, and the codes of its own transports: the kind
-- of the error, how its request is repeated, what to do about it. Pure. The tables in
-- docs/errors.md have the same rows (spec/unit/lua/error_codes_spec.lua).
--
-- Classes, from what a failure says about the request:
--
--   * `unsent`     nothing reached the service
--   * `throttled`  refused before anything was done, asked to come later
--   * `skew`       refused because of our clock, before anything was done
--   * `expired`    refused because the credentials have expired, before anything was done
--   * `busy`       refused for now, nothing was done
--   * `pending`    an earlier request with this ClientToken is still being carried out
--   * `lost`       outcome unknown: it may have been carried out
--   * `later`      nothing was sent, and this call has no time left; another call may succeed
--   * `final`      repeating will not help
--
-- call/retry.lua decides by class when a request is repeated.
--
-- A row lists codes. "*" in a code stands for any text. Its fields:
--
--   * `kind`: `err.kind`. Without it: "api" for a Code of the service
--   * `class`: one of those above. Without it: "final" for a kind that repeating does not cure;
--     otherwise the HTTP status decides
--   * `settles`: a change of a network that is still going on: creating and deleting a VPC or a
--     vSwitch waits for its end (as terraform-provider-alicloud does)
--   * `hint`: `err.hint`, also that of a build that failed with this code
--
-- Sources: the error lists of ECS 2014-05-26, VPC 2016-04-28, STS 2015-04-01; the codes that
-- terraform-provider-alicloud and the CLI repeat. Misspellings are the service's.
local error_codes = {}

local TOP_UP = "the account has no money left for this: top it up, or settle its bills"
local TRUSTED_BUCKET = "let the service read the bucket: give it the tag "
  .. "allowImageBuilderAccess:true"
local COPIED = "wait until it has been copied: image.wait_available"
local NO_REGION = "there is no such region at this endpoint: check region and endpoint"
local NO_VSWITCH = "vswitch.list() shows the vSwitches of the region; without vswitch_id the "
  .. "service makes a temporary one for each build"
local NO_IMAGE = "no such image in this region, or it is not shared with this account: "
  .. "image.list() shows the images"
local OTHER_ARGUMENTS = "this client_token was used with other arguments: use a new one"

--- The rows of the service, in the order in which codes with "*" are compared. A code that is
-- written out comes first, wherever it stands.
error_codes.SERVICE = {
  -- may pass by itself
  { "*Throttling*", kind = "throttled", class = "throttled" },
  { "Throttling.DeepPageSkip", kind = "validation",
    hint = "the list is too long to be read to this page: filter it" },
  { "ServiceUnavailable", "ServiceUnavailable.RegionMaintaining", "InternalError",
    "StartImagePipelineExecution.Failed", class = "lost" },
  -- the first copy of a request that was sent again on a stale connection may have worked
  { "SignatureNonceUsed", class = "lost" },
  { "UnknownError", "OperationFailed.NotifyCenCreate", class = "lost", settles = true },
  { "*IdempotentProcessing", "*TokenProcessing", "TOKEN_PROCESSING", class = "pending" },
  { "OperationConflict", "Operation.Conflict", "TaskConflict", "System.ServiceBusy", "SystemBusy",
    "InvokeError", "OperationFailed.DistibuteLock", "OperationDenied.OtherSubnetProcessing",
    "InvalidOperation.OSSObjectIsImporting", class = "busy" },
  { "InvalidTimeStamp.Expired", "IllegalTimestamp", class = "skew" },
  { "InvalidSecurityToken.Expired", "SecurityTokenExpired", kind = "credentials",
    class = "expired" },

  -- keys and signatures
  { "SignatureDoesNotMatch", "IncompleteSignature", kind = "credentials" },
  { "InvalidAccessKeyId", "InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.Inactive",
    "Forbidden.AccessKeyDisabled", "MissingSecurityToken", kind = "credentials" },
  { "InvalidSecurityToken*", kind = "credentials" },
  { "MissingAccessKeyId", kind = "credentials" },
  { "InvalidTimeStamp*", class = "final" },

  -- the account
  { "*NotEnoughBalance*", "*InsufficientBalance*", "*Arrearage*", kind = "denied", hint = TOP_UP },
  { "RealNameAuthenticationError", kind = "denied",
    hint = "the account must complete real-name registration first" },
  { "InvalidAccountStatus*", kind = "denied",
    hint = "the account can use nothing that costs money at present: the console shows why" },
  { "Forbidden.RiskControl", kind = "denied",
    hint = "the vendor has restricted the account: its messages in the console say why" },

  -- permissions
  { "InvalidOSSObject.NotAuthorized", "InvalidImagePipeline.OSSObjectNotAuthorized",
    kind = "denied", hint = TRUSTED_BUCKET },
  { "Forbidden.VpcNotFound", kind = "not_found" },
  { "InvalidOperation.NoPermissionCreateServiceLinkedRole", kind = "denied" },
  { "*NoPermission*", "PermissionDenied*", "*NotAuthorized", "*NoRightAccess*", "Forbidden*",
    "Forbbiden", kind = "denied" },

  -- quotas
  { "QuotaExceed.ImagePipeline", class = "final",
    hint = "delete image pipelines that are no longer needed, or ask for a higher quota" },
  { "QuotaExceed.ImageComponent", class = "final",
    hint = "delete image components that are no longer needed, or ask for a higher quota" },
  { "QuotaExceed.Image", class = "final",
    hint = "delete images that are no longer needed (image.prune), or ask for a higher quota" },
  { "QuotaExceeded.Vpc", class = "final",
    hint = "delete VPCs that are no longer needed, or ask for a higher quota" },
  { "QuotaExceeded.VSwitch", class = "final",
    hint = "delete vSwitches that are no longer needed, or ask for a higher quota" },
  { "*QuotaExceed*", "InvalidUserCidr.Quota", class = "final",
    hint = "delete what is no longer needed, or ask for a higher quota" },

  -- what is on sale
  { "*NoStock*", "*NotOnSale*", class = "final",
    hint = "it is sold out there: take another instance_type (instance_type.list{ zone_id = … } "
      .. "shows those on sale), or the vswitch_id of another zone" },
  { "ResourceNotAvailable*", class = "final",
    hint = "the zone does not offer this: zone.list() shows the zones" },
  { "ResourceNotEnough.Ipv6Cidr", "OperationDenied.AvailableCidrInsufficient",
    "OperationFailed.IPv6CidrNotReserved", "CurrentAccount.NotSupportPublicImage",
    "Unavailable.Regions", "InvalidOperation.*", "OperationDenied", class = "final" },

  -- the state of things
  { "InvalidImagePipeline.HasRunningExecution", kind = "conflict",
    hint = "wait until the running execution has ended, or cancel it" },
  { "IdempotentParameterMismatch", "InvalidIdempotenceParameter.Mismatch", kind = "conflict",
    hint = OTHER_ARGUMENTS },
  { "InvalidImageName.Duplicated", kind = "conflict",
    hint = "an image has this name: delete it, or take another name; without advanced_options = { "
      .. "image_name_suffix = \"disable\" } each image of a pipeline has a name of its own" },
  { "InvalidComponentVersion.Exist", kind = "conflict", hint = "this name already has that "
    .. "version: give a higher component_version, or leave it out" },
  { "InvalidImageComponent.InUse", kind = "conflict",
    hint = "delete the pipelines whose build_content or test_content names it first" },
  { "ImageUsingByInstance", kind = "conflict", hint = "instances were created from it; force = "
    .. "true deletes it in spite of that, and they can no longer be reset to it" },
  { "ImageUseShared", kind = "conflict", hint = "stop sharing it first: image.share with "
    .. "remove_account" },
  { "ImageIsPublic", kind = "conflict", hint = "make it private first: image.share with is_public "
    .. "= false" },
  { "SnapshotCreatedImage", kind = "conflict", hint = "delete the image first: image.delete, or "
    .. "image.prune with snapshots = true" },
  { "SnapshotCreatedDisk", kind = "conflict", hint = "disks were created from it; force = true "
    .. "deletes it in spite of that, and they can no longer be reset to it" },
  { "IncorrectDiskStatus.CreatingSnapshot", "InvalidOperation.RelatedSnapshotNotFinished",
    kind = "conflict" },
  { "OperationDenied.ImageCopying", "OperationDenied.ImageCopyConflict", kind = "conflict",
    hint = COPIED },
  { "InvalidStatus.ImageIsCreating", "ImageIsCreating", kind = "conflict",
    hint = "wait until it has been created: image.wait_available" },
  { "ImageIsImporting", "ImageIsExporting", kind = "conflict",
    hint = "wait until that has ended; image.describe shows the status" },
  { "IncorrectImageStatus", kind = "conflict", hint = "only an image that is Available can be "
    .. "copied" },
  { "InvalidStatus.CancelFailed", kind = "conflict", hint = "it has ended already" },
  { "InvalidOSSObject.NeedRestore", "InvalidImagePipeline.OSSObjectNeedRestore", kind = "conflict",
    hint = "the object is in cold storage: restore it in OSS first" },
  { "InvalidCidrBlock.Overlapped", kind = "conflict",
    hint = "another vSwitch of the VPC, or a route, has a part of this block: "
      .. "vswitch.list{ vpc_id = … } shows the vSwitches" },
  { "Incorrect*Status", "*.IncorrectStatus.*", "DependencyViolation*", "InvalidStatus.RouteEntry",
    kind = "conflict", settles = true },
  { "*HasRunningExecution", "InvalidStatus.*", "*.Overlapped", "*.Duplicated", "*.InUse",
    kind = "conflict" },

  -- what does not exist
  { "InvalidRegionId.NotFound", "InvalidRegion.NotFound", kind = "not_found", hint = NO_REGION },
  { "InvalidZoneId.NotFound", kind = "not_found",
    hint = "zone.list() shows the zones of the region" },
  { "InvalidVSwitchId.NotFound", "InvalidVswitchID.NotFound", kind = "not_found",
    hint = NO_VSWITCH },
  { "InvalidInstanceType.NotFound", kind = "not_found",
    hint = "instance_type.list() shows the types of the region" },
  { "InvalidImage.NotFound", "InvalidImageId.NotFound", "InvalidImagePipeline.BaseImageNotFound",
    kind = "not_found", hint = NO_IMAGE },
  { "InvalidResourceGroup.NotFound", "InvalidResourceGroupId.NotFound", kind = "not_found",
    hint = "resource_group.list() shows the resource groups" },
  { "ImageComponent.NotFound", kind = "not_found", hint = "a COMPONENT line names a component that "
    .. "does not exist: see component.list of the pipeline's region" },
  { "InvalidResourceType.NotFound", kind = "validation", hint = "the service does not know this "
    .. "resource_type; upper and lower case matter" },
  { "InvalidFilterKey.NotFound", "InvalidInstanceChargeType.NotFound",
    "InvalidAcceptLanguage.NotFound", kind = "validation" },
  { "InvalidAction*", class = "final",
    hint = "the product has no such action in this version: check product, version and action" },
  { "*NotFound", "ResourceNotFound.*", kind = "not_found" },

  -- arguments
  { "InvalidResourceId.NotSupported", kind = "validation", hint = "the service does not tag this "
    .. "resource" },
  { "InvalidBuildContent.LengthExceeded", "InvalidContent.LengthExceeded", kind = "validation",
    hint = "move a part of it into an image component, or into a script that a command downloads" },
  { "Invalid*", "Illegal*", "Iellgal*", "Missing*", "Unsupported*", "OperationUnsupported.*",
    "NumberExceed.*", "BothEmpty.*", "Duplicate.TagKey", "TagKey.Duplication", "Param.Conflict",
    "IncorrectDestinationRegion", kind = "validation" },
  { "EmptyCommand*", "NotEmptyCommand*", "Duplicate*Command*", "NotSupportedCommand*",
    "ImagePipeline.NotSupport*", kind = "validation" },
  { "OperationDenied.*NotSupported", "OperationDenied.MaskOfCidrIsNotAllowed",
    "OperationDenied.RequestRegionInvalid", "OperationDenied.CidrInExcludeCidrs",
    "OperationDenied.CidrUnavailableInPool", "OperationDenied.IpamPoolNotInRegion",
    kind = "validation" },
}

--- The classes of the codes that this library gives itself, with kind "transport", "timeout",
-- "protocol" or "throttled". "PROXY credentials" is the code PROXY with the reason "credentials".
-- Codes without a class may pass by themselves: whether the request was sent, and the HTTP status,
-- decide between `unsent`, `lost` and `final`.
error_codes.OWN = {
  { "DNS", "CONNECT", "PROXY", "RESET", "TIMEOUT", "MEMORY", "OTHER", "PROTOCOL", "BAD_REPLY" },
  { "TLS", "PROXY credentials", "PROXY refused", "PROXY unsupported", "NO_TRANSPORT",
    "REQUEST", "REDIRECT", "TOO_LARGE", "CRYPTO", class = "final" },
  { "DEADLINE", "LOCAL_RATE_LIMIT", class = "later" },
}

-- "*.Duplicated" → "^.*%.Duplicated$"
local function pattern_of(code)
  return "^" .. code:gsub("[%.%-]", "%%%0"):gsub("%*", ".*") .. "$"
end

-- Codes that are written out → row; list of { pattern, row } of the others.
local function index(rows)
  local exact, patterns = {}, {}
  for _, row in ipairs(rows) do
    for _, code in ipairs(row) do
      if code:find("*", 1, true) then
        patterns[#patterns + 1] = { pattern_of(code), row }
      else
        exact[code] = row
      end
    end
  end
  return exact, patterns
end

local exact, patterns, own

-- Made by the first failure: most programs start without one.
local function make_indexes()
  exact, patterns = index(error_codes.SERVICE)
  own = index(error_codes.OWN)
end

-- No Code of the service is longer. A text from elsewhere is not compared with the patterns.
local LONGEST = 128

--- The row of a Code of the service.
-- @param code a string; nil and other types have no row
-- @treturn table row, empty for an unknown Code
function error_codes.of(code)
  code = code ~= nil and tostring(code) or ""
  if not exact then
    make_indexes()
  end
  if exact[code] then
    return exact[code]
  elseif #code <= LONGEST then
    for _, entry in ipairs(patterns) do
      if code:find(entry[1]) then
        return entry[2]
      end
    end
  end
  return {}
end

--- Does a Code say that a region does not exist?
-- @tparam ?string code
-- @treturn boolean
function error_codes.names_region(code)
  return (code or ""):find("^Invalid%a*Region%a*%.NotFound$") ~= nil
end

-- The row of a code of this library.
local function of_own(err)
  local code = tostring(err.code)
  if not own then
    make_indexes()
  end
  return own[code .. " " .. tostring(err.reason)] or own[code] or {}
end

local FINAL_KIND = {
  validation = true, credentials = true, not_found = true, conflict = true, denied = true,
  cancelled = true, storage = true,
}

-- Errors of these kinds are not of the service: a transport, a gateway or this library made them.
local OWN_KIND = { transport = true, timeout = true, protocol = true }

local PASSES = { unsent = true, throttled = true, busy = true, pending = true, lost = true,
  later = true }

-- Credentials whose source could not be reached just now: the source has retried that itself. One
-- that is not set up on this machine (`absent`) will not be reached later either.
local function of_source(err)
  local cause = err.kind == "credentials" and not err.absent and err.cause
  return type(cause) == "table" and PASSES[error_codes.classify(cause)] and "later" or "final"
end

--- Class of a failure.
-- @tparam table err `kind`, `code`, `reason`, `status`, `sent`, and with kind
--   credentials `cause` (the failure behind it), `absent`
-- @treturn string one of the classes above
function error_codes.classify(err)
  local is_own = OWN_KIND[err.kind] or err.kind == nil or err.sent == false
  local row = is_own and of_own(err) or error_codes.of(err.code)
  if row.class then
    return row.class
  elseif FINAL_KIND[err.kind] then
    return of_source(err)
  elseif err.kind == "throttled" or (err.kind == "protocol" and err.status == 429) then
    return "throttled" -- a gateway's 429 page has no Code
  elseif err.sent == false then
    return "unsent"
  elseif err.status and err.status >= 300 and err.status < 500 then
    return "final"
  elseif err.status and err.status >= 500 or OWN_KIND[err.kind] then
    return "lost"
  end
  return "final"
end

--- May this failure pass by itself?
-- @tparam table err
-- @treturn boolean
function error_codes.passes(err)
  return PASSES[error_codes.classify(err)] or false
end

-- Does this failure say only that there is no answer of the service? Its refusals have a Code.
local function without_answer(err)
  return OWN_KIND[err.kind] or err.kind == "cancelled"
    or err.kind == "api" and (err.code or "") == ""
end

--- After this failure, may the request have been carried out? This does not mean that a retry is
-- useful: what answers with an error page, a redirect or a reply that is too large does so again;
-- the service may have carried the request out in spite of that. TLS may end, and a task may be
-- cancelled, after the request was sent.
-- @tparam table err
-- @treturn boolean
function error_codes.uncertain(err)
  local class = error_codes.classify(err)
  return class == "lost" or class == "pending"
    or class == "final" and err.sent ~= false and without_answer(err) or false
end

return error_codes
