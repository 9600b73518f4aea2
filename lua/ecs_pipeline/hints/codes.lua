--- Hints that depend only on the Code.
local codes = {}

local HINTS = {
  ["InvalidImagePipeline.HasRunningExecution"] =
    "wait until the running execution has ended, or cancel it",
  ["IdempotentParameterMismatch"] =
    "this client_token was used with other arguments: use a new one",
  ["QuotaExceed.ImageComponent"] =
    "delete image components that are no longer needed, or ask for a higher quota",
  ["InvalidComponentVersion.Exist"] =
    "this name already has that version: give a higher component_version, or leave it out",
  ["InvalidImageComponent.InUse"] =
    "delete the pipelines whose build_content or test_content names it first",
  ["ImageComponent.NotFound"] =
    "a COMPONENT line names a component that does not exist: see component.list of the pipeline's "
    .. "region",
  ["ImageUsingByInstance"] =
    "instances were created from it; force = true deletes it in spite of that, and they can no "
    .. "longer be reset to it",
  ["ImageUseShared"] = "stop sharing it first: image.share with remove_account",
  ["ImageIsPublic"] = "make it private first: image.share with is_public = false",
  ["SnapshotCreatedImage"] = "delete the image first: image.delete, or image.prune with "
    .. "snapshots = true",
  ["SnapshotCreatedDisk"] = "disks were created from it; force = true deletes it in spite of that, "
    .. "and they can no longer be reset to it",
  ["OperationDenied.ImageCopying"] = "wait until it has been copied: image.wait_available",
  ["OperationDenied.ImageCopyConflict"] = "wait until it has been copied: image.wait_available",
  ["InvalidStatus.ImageIsCreating"] = "wait until it has been created: image.wait_available",
  ["IncorrectImageStatus"] = "only an image that is Available can be copied",
  ["InvalidResourceType.NotFound"] =
    "the service does not know this resource_type; upper and lower case matter",
  ["QuotaExceed.ImagePipeline"] =
    "delete image pipelines that are no longer needed, or ask for a higher quota",
  ["InvalidRegionId.NotFound"] =
    "there is no such region at this endpoint: check region and endpoint",
  ["QuotaExceeded.Vpc"] = "delete VPCs that are no longer needed, or ask for a higher quota",
  ["QuotaExceeded.VSwitch"] =
    "delete vSwitches that are no longer needed, or ask for a higher quota",
  ["InvalidCidrBlock.Overlapped"] =
    "another vSwitch of the VPC, or a route, has a part of this block: vswitch.list{ vpc_id = … } "
    .. "shows the vSwitches",
  ["InvalidZoneId.NotFound"] = "zone.list() shows the zones of the region",
  ["RealNameAuthenticationError"] = "the account must complete real-name registration first",
  ["InsufficientBalance"] = "the account's balance does not allow this: top it up",
}

--- The hint for a Code.
-- @tparam table err `code`
-- @treturn ?string
function codes.hint(err)
  return HINTS[err.code]
end

return codes
