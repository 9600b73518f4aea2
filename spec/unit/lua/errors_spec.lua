local errors = require("ecs_pipeline.errors")

describe("errors.kind_of", function()
  local kinds = {
    validation = { "MissingParameter.RepairMode", "InvalidName.Malformed", "InvalidParamter",
      "UnsupportedParameter",
      "InvalidBuildContent.LengthExceeded", "EmptyCommandContent.RUN", "DuplicatedCommand.FROM",
      "Duplicate.TagKey",
      "TagKey.Duplication", "InvalidImage.OsTypeUnsupported", "Throttling.DeepPageSkip",
      "NumberExceed.Tags",
      "IellgalParameter.OwnerAccount", "InvalidResourceType.NotFound",
      "ImagePipeline.NotSupportWindowsInstance" },
    credentials = { "SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound",
      "InvalidSecurityToken.Expired",
      "IncompleteSignature", "Forbidden.AccessKeyDisabled" },
    not_found = { "InvalidImagePipeline.NotFound", "InvalidImage.NotFound",
      "ImageComponent.NotFound",
      "InvalidImagePipeline.BaseImageNotFound", "Forbidden.VpcNotFound" },
    conflict = { "InvalidImagePipeline.HasRunningExecution", "InvalidImageName.Duplicated",
      "InvalidStatus.CancelFailed",
      "DependencyViolation.VSwitch", "InvalidImageComponent.InUse", "IdempotentParameterMismatch",
      "IncorrectVSwitchStatus", "DeleteVSwitch.IncorrectStatus.cbnStatus", "InvalidStatus.RouteEntry",
      "InvalidCidrBlock.Overlapped" },
    throttled = { "Throttling", "Throttling.User", "Rejected.Throttling" },
    denied = { "NoPermission", "Forbidden.RAM", "Forbbiden",
      "InvalidOperation.NoPermissionCreateServiceLinkedRole",
      "InvalidOSSObject.NotAuthorized", "PermissionDenied.TagOwnerUid",
      "InvalidOperation.NoRightAccessOSS" },
    api = { "InternalError", "ServiceUnavailable", "QuotaExceed.ImagePipeline",
      "OperationConflict", "TaskConflict",
      "SignatureNonceUsed", "InvalidTimeStamp.Expired", "Never.Heard.Of.It" },
  }
  for kind, codes in pairs(kinds) do
    for _, code in ipairs(codes) do
      it(code .. " is " .. kind, function()
        assert.equal(kind, errors.kind_of(code))
      end)
    end
  end
end)

describe("errors.fail", function()
  it("makes three values and one readable message", function()
    local none, message, err = errors.fail("pipeline.create",
      { kind = "api", code = "InvalidName.Malformed", message = "The name is malformed.",
      request_id = "R-1", status = 400 })
    assert.is_nil(none)
    assert.equal("pipeline.create: arguments refused: The name is malformed. [InvalidName.Malformed, R-1]", message)
    assert.equal(message, err.message)
    assert.equal(message, tostring(err))
    assert.equal("validation", err.kind)
    assert.equal("pipeline.create", err.operation)
    assert.is_false(err.retryable)
  end)

  it("names the status when the reply had no Code", function()
    local _, message = errors.fail("pipeline.create", { kind = "api", status = 502,
      message = "Bad Gateway" })
    assert.equal("pipeline.create: HTTP status 502: Bad Gateway", message)
  end)

  it("lists broken rules, five at most, and keeps all of them", function()
    local failures = {}
    for n = 1, 7 do
      failures[n] = { param = "p" .. n, message = "p" .. n .. ": broken" }
    end
    local _, message, err = errors.fail("pipeline.create", { kind = "validation",
      failures = failures })
    assert.matches("p1: broken; p2: broken; .*p5: broken; and 2 more$", message)
    assert.equal("p1", err.param)
    assert.equal(7, #err.failures)
  end)

  it("has something to say about every kind", function()
    for kind, phrase in pairs(errors.KINDS) do
      local _, message, err = errors.fail("x.y", { kind = kind, message = "why", code = "C" })
      if kind ~= "api" then
        assert.equal("x.y: " .. phrase .. ": why [C]", message)
        assert.equal(kind, err.kind)
      end
    end
  end)

  it("keeps secrets out of the message and the raw reply", function()
    local _, message, err = errors.fail("x.y", { kind = "api", code = "SignatureDoesNotMatch",
      message = "mismatch, server string to sign is:POST&SecurityToken%3DCANARY",
      raw = { Message = "server string to sign is:CANARY" } })
    assert.is_nil(message:find("CANARY", 1, true))
    assert.is_nil(err.raw.Message:find("CANARY", 1, true))
  end)

  it("gives hints: the Code's, the RAM action, the token to repeat with", function()
    local function hint(err)
      return select(3, errors.fail("pipeline.create", err)).hint
    end
    assert.matches("ecs:CreateImagePipeline",
      hint({ kind = "api", code = "Forbidden.RAM", ram_action = "ecs:CreateImagePipeline" }))
    assert.matches("execution", hint({ kind = "api",
      code = "InvalidImagePipeline.HasRunningExecution" }))
    assert.matches("err.client_token", hint({ kind = "timeout", outcome = "unknown",
      client_token = "t" }))
    assert.matches("check that", hint({ kind = "timeout", outcome = "unknown" }))
  end)

  it("finds the running execution in a conflict", function()
    local _, _, err = errors.fail("pipeline.delete", { kind = "api",
      code = "InvalidImagePipeline.HasRunningExecution",
      message = "The execution exec-5fb8facb8ed7427c**** is running" })
    assert.equal("exec-5fb8facb8ed7427c", err.execution_id)
  end)

  it("keeps a hint that is there, and gives an unknown kind a known one", function()
    local _, message, err = errors.fail("pipeline.create", { kind = "odd", message = "x", hint = "do this" })
    assert.equal("protocol", err.kind)
    assert.equal("do this", err.hint)
    assert.is_string(message)
  end)
end)

describe("errors.shown", function()
  it("returns as many values as it got", function()
    local function count(...) return select("#", ...) end
    assert.same({ 0, 1, 3 }, { count(errors.shown()), count(errors.shown(12)), count(errors.shown(nil, "x", {})) })
  end)
end)

describe("errors.raise", function()
  it("points at the line outside the library", function()
    local tags = require("ecs_pipeline.tags")
    local ok, thrown = pcall(function()
      tags.from_list({ {} })
    end)
    assert.is_false(ok)
    assert.matches("errors_spec.lua:%d+: tags.from_list", thrown)
  end)
end)
