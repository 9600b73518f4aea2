--- The fingerprint of a build: four short digests of its inputs, stored in a tag of the execution.
-- Two builds with equal digests would do the same, as far as that is known without building. Pure.
--
--   * `content`: build_content and test_content, in the spelling that `build_content.hash` hashes
--   * `base_image`: the id of the image, also if the pipeline names a family
--   * `components`: the components that the contents name, in order, with their present versions
--   * `arguments`: all others that affect the image, its name, its copies or who may use it;
--     arguments that affect only the build or the pipeline are listed in `ASIDE`
local canonical = require("ecs_pipeline.pipeline.canonical")
local core = require("ecs_pipeline.core")
local hash = require("ecs_pipeline.build_content.parser").hash

local fingerprint = {}

--- The parts, in the order in which they are named.
fingerprint.PARTS = { "arguments", "base_image", "components", "content" }

local VERSION = "1"
local DIGITS = 16

local ASIDE = {
  "build_content", "test_content", "base_image", "base_image_type", "description", "tags",
  "resource_group_id", "vswitch_id", "instance_type", "internet_max_bandwidth_out",
  "delete_instance_on_failure", "import_image_options.retention_strategy",
  "import_image_options.retain_imported_image", "import_image_options.role_name",
}

local function digest(text)
  return core.sign.sha256_hex(text):sub(1, DIGITS)
end

-- An image has the pipeline's name unless the arguments give another one. If the name of the
-- pipeline is its id, the service chose it.
local function arguments_of(pipeline, region)
  local form = canonical.form(pipeline, region)
  for _, path in ipairs(ASIDE) do
    form[path] = nil
  end
  if form["image_options.image_name"] or pipeline.name == pipeline.id then
    form.name = nil
  end
  return canonical.text(form)
end

local function content_of(pipeline)
  local parts = {}
  for index, name in ipairs({ "build_content", "test_content" }) do
    local text = pipeline[name]
    parts[index] = text and text ~= "" and hash(text) or "none"
  end
  return table.concat(parts, " ")
end

--- The fingerprint of a pipeline.
-- @tparam table pipeline as describe gives it
-- @tparam table resolved `{ base_image = id, components = list of { id, version } }`
-- @tparam ?string region of the call
-- @treturn table part → digest
function fingerprint.of(pipeline, resolved, region)
  local components = {}
  for index, component in ipairs(resolved.components) do
    components[index] = component.id .. " " .. (component.version or "")
  end
  return {
    arguments = digest(arguments_of(pipeline, region)),
    base_image = digest(resolved.base_image or ""),
    components = digest(table.concat(components, "\n")),
    content = digest(content_of(pipeline)),
  }
end

--- A fingerprint as the value of a tag.
-- @tparam table parts
-- @treturn string at most 128 characters
function fingerprint.text(parts)
  local words = { VERSION }
  for index, name in ipairs(fingerprint.PARTS) do
    words[index + 1] = name .. "=" .. parts[name]
  end
  return table.concat(words, " ")
end

--- Reads a fingerprint from the value of a tag.
-- @tparam ?string text
-- @treturn ?table parts; nil if there is none, or it has another version
function fingerprint.read(text)
  if type(text) ~= "string" or text:match("^(%S+)") ~= VERSION then
    return nil
  end
  local parts = {}
  for _, name in ipairs(fingerprint.PARTS) do
    parts[name] = (text .. " "):match(" " .. name .. "=(%x+) ")
  end
  return parts
end

--- The parts that differ.
-- @tparam table before
-- @tparam table now
-- @treturn table sorted list of names
function fingerprint.changed(before, now)
  local list = {}
  for _, name in ipairs(fingerprint.PARTS) do
    if before[name] ~= now[name] then
      list[#list + 1] = name
    end
  end
  return list
end

return fingerprint
