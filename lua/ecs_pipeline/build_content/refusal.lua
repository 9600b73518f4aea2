--- What the linter says of a build content that the service refused: the finding that is the likely
-- reason becomes the hint of the error. The linter is loaded only then.
local refusal = {}

-- Codes of CreateImagePipeline and CreateImageComponent (ECS 2014-05-26) about a content.
local CODES = { "^InvalidImageTemplateCommand", "^EmptyCommandContent%.",
  "^InvalidCommandContent%.", "^NotEmptyCommandContent%.", "^DuplicatedCommand%.",
  "^InvalidCommandOrder%.", "^NotSupportedCommand%.", "^InvalidCommand%.",
  "^Invalid%a*Content%.LengthExceeded$", "^InvalidParameter%.%a*Content$" }

local function is_about_content(code)
  for _, pattern in ipairs(CODES) do
    if type(code) == "string" and code:find(pattern) then
      return true
    end
  end
  return false
end

-- The likely reason: an error; else the first warning about the notation, not about what runs.
local function reason(findings)
  local codes = require("ecs_pipeline.build_content.codes")
  local warning
  for _, finding in ipairs(findings) do
    if finding.severity == "error" then
      return finding
    elseif codes.RANK[finding.code] < codes.RANK.access_key or finding.code:find("^yaml_") then
      warning = warning or finding
    end
  end
  return warning
end

--- Adds `findings`, and the likely reason as `hint`, to an error that is about a content.
-- @tparam table args the arguments that were refused
-- @tparam table err of `errors.fail`; changed
function refusal.explain(args, err)
  if not is_about_content(err.code) then
    return
  end
  err.findings = require("ecs_pipeline.build_content.lint").run(args)
  local finding = reason(err.findings)
  if finding then
    err.hint = ("%s, line %d: %s; %s"):format(finding.param, finding.line, finding.message,
      finding.fix)
  end
end

return refusal
