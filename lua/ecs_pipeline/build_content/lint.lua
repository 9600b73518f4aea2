--- The linter: checks its options, reads the texts, sorts the findings. The checks are in the
-- lint_*.lua files, one concern each; `codes.lua` lists every code.
local builder = require("ecs_pipeline.build_content.builder")
local codes = require("ecs_pipeline.build_content.codes")
local errors = require("ecs_pipeline.errors")
local options = require("ecs_pipeline.call.options")
local lint_scripts = require("ecs_pipeline.build_content.lint_scripts")
local lint_text = require("ecs_pipeline.build_content.lint_text")
local lint_verbs = require("ecs_pipeline.build_content.lint_verbs")
local lint_yaml = require("ecs_pipeline.build_content.lint_yaml")
local parser = require("ecs_pipeline.build_content.parser")

local lint = {}

local WHERE = "build_content.lint: "

local OPTIONS = {
  disable = { "table" }, args = { "table" }, target = options.one_of("pipeline", "component"),
  base_image = { "string" }, platform = { "string" },
  internet_max_bandwidth_out = { "number", "string" },
}

-- Arguments that have a content, and what the content is for.
local CONTENTS = { { "build_content", "pipeline" }, { "test_content", "pipeline" },
  { "content", "component" } }

local function disabled(list)
  local off = {}
  for _, code in ipairs(list or {}) do
    if not codes.SEVERITY[code] then
      errors.raise(WHERE .. "option \"disable\": no code " .. tostring(code)
        .. options.did_you_mean(tostring(code), codes.SEVERITY))
    end
    off[code] = true
  end
  return off
end

-- Reads the facts about a content from the arguments that it belongs to. `args` may contain
-- anything: it has not been checked.
local function facts_of(given, args, target)
  local import = args and args.import_image_options
  local bandwidth = given.internet_max_bandwidth_out
    or args and args.internet_max_bandwidth_out
  local system, image = lint_scripts.system({ given.platform or "", given.base_image or "",
    args and args.base_image or "", type(import) == "table" and import.platform or "" })
  return { target = target, bandwidth = bandwidth, system = system, image = image,
    knows_bandwidth = args ~= nil or bandwidth ~= nil }
end

local function examine(text, report, facts)
  lint_text.size(text, report)
  if #text > lint_text.MAX_READ or not lint_text.encoding(text, report) then
    return
  end
  local content = parser.read(text)
  local secret = lint_text.secrets(content, report)
  if content.notation == "yaml" then
    lint_yaml.run(content, report, facts, secret)
    return
  end
  lint_text.count(content, report)
  lint_text.bytes(text, report)
  lint_text.continuations(content, report)
  facts.is_script = content.physical[1]:sub(1, 2) == "#!"
  lint_verbs.run(content.commands, report, facts)
  lint_scripts.run(content.commands, report, facts)
end

-- Findings of one text, by line; those of one line in the order of `codes.LIST`.
local function findings(text, param, facts, off)
  local list, rank = {}, codes.RANK
  -- `at`: a line, or a command of the parser. An error is certain only of a command that every
  -- reader of the text sees.
  local function report(code, at, message, fix)
    local line, severity = at, codes.SEVERITY[code]
    if type(at) == "table" then
      line, severity = at.line, at.doubtful and severity == "error" and "warning" or severity
    end
    if not off[code] then
      list[#list + 1] = { code = code, severity = severity, line = line, message = message,
        fix = fix, param = param, index = #list,
        source = severity == "error" and codes.SOURCE[code] or nil }
    end
  end
  examine(text, report, facts)
  table.sort(list, function(a, b)
    if a.line ~= b.line then
      return a.line < b.line
    elseif a.code ~= b.code then
      return rank[a.code] < rank[b.code]
    end
    return a.index < b.index
  end)
  for _, finding in ipairs(list) do
    finding.index = nil
  end
  return list
end

-- The only finding about arguments beside a content. It has no line.
local function same_name(args, off)
  local advanced = args.advanced_options
  local same = type(advanced) == "table" and advanced.image_name_suffix == "disable"
  if off.same_image_name or not same then
    return {}
  end
  return { { code = "same_image_name", severity = codes.SEVERITY.same_image_name,
    param = "advanced_options.image_name_suffix", message = "every image of the pipeline gets the "
      .. "same name: a build fails at its end if an image has that name",
    fix = "leave image_name_suffix out, or delete or rename the image before each build" } }
end

local function of_arguments(args, given, off)
  local list = same_name(args, off)
  for _, row in ipairs(CONTENTS) do
    local text = builder.plain(args[row[1]])
    if type(text) == "string" and text ~= "" then
      local facts = facts_of(given, args, given.target or row[2])
      for _, finding in ipairs(findings(text, row[1], facts, off)) do
        list[#list + 1] = finding
      end
    end
  end
  return list
end

--- See `build_content.lint`.
function lint.run(content, given)
  given = given or {}
  options.check("build_content.lint", given, OPTIONS)
  local off = disabled(given.disable)
  local text = builder.plain(content)
  if type(text) == "string" then
    return findings(text, nil, facts_of(given, given.args, given.target or "pipeline"), off)
  elseif type(text) == "table" then
    return of_arguments(text, given, off)
  end
  errors.raise(WHERE .. "wants a text, a builder or the arguments of pipeline.create, not a "
    .. type(content))
end

return lint
