--- `ecs.build_content`: writes, reads, checks and compares build contents. Offline; nothing here
-- blocks, but for the builder's `script`, which reads a file.
local builder = require("ecs_pipeline.build_content.builder")
local errors = require("ecs_pipeline.errors")
local lint = require("ecs_pipeline.build_content.lint")
local parser = require("ecs_pipeline.build_content.parser")

local build_content = {}

local function text_of(where, content)
  local text = builder.plain(content)
  if type(text) ~= "string" then
    errors.raise("build_content." .. where .. ": wants a string or a builder, not a " .. type(text))
  end
  return text
end

--- A builder: `build_content.new():run("apt-get update"):text()`.
-- Verbs, each returning the builder: `run script file env workdir copy user component label cmd
-- entrypoint restart comment`. `text()` and `tostring` give the content.
-- @function build_content.new
-- @treturn table builder
-- @raise every verb: an argument that the service would refuse or read differently
build_content.new = builder.new

--- The commands of a content.
-- @function build_content.parse
-- @tparam string|table content text or builder
-- @treturn table list of `{ verb, argument (continued lines joined), known, line, last_line, raw }`
--   and, by verb: ENV, LABEL `pairs = { { key, value, quoted, open } }`, ENV `form` ("pairs",
--   "single"); COPY `source, sources, target, is_url, has_query`; COMPONENT `id` or `arn, region,
--   account, name, separator, version`, and `parameters = { { name, value } }`; CMD, ENTRYPOINT
--   `form` ("exec", "shell"), `words`; WORKDIR `path`, USER `user`, FROM `image`; RUN that the
--   builder's `script` wrote `script = { program, text }`; `doubtful = true` if it could end at
--   another line for another reader. Of YAML:
--   `{ notation = "yaml", bytes }`
-- @raise if it is neither a string nor a builder; never because of the text itself
function build_content.parse(content)
  return parser.parse(text_of("parse", content))
end

--- Checks a content: finds text that the service would refuse, or that will fail or do something
-- unexpected later.
-- @function build_content.lint
-- @tparam string|table content text, builder, or the arguments of `pipeline.create` (its
--   `build_content` and `test_content` are read) or of `component.create` (`content`)
-- @tparam ?table options
--
--   * `disable`: list of codes
--   * `base_image`: name, id or family; default that of the arguments
--   * `platform`: default that of the arguments
--   * `internet_max_bandwidth_out`: default that of the arguments
--   * `target`: "pipeline", default, or "component"
--   * `args`: the arguments of `pipeline.create` with which the text is used
-- @treturn table list of `{ code, severity = "error", "warning" or "note", line, message, fix,
--   param }`, by line; empty when there are no findings. A finding about arguments comes first and
--   has no line. A finding never shows a secret
-- @raise wrong types, unknown options and codes
function build_content.lint(content, options)
  return lint.run(content, options)
end

--- A hash that is equal for contents that do the same: docs/build_content.md says which.
-- @function build_content.hash
-- @tparam string|table content text or builder
-- @treturn string "sha256:" and 64 digits
-- @raise if it is neither a string nor a builder
function build_content.hash(content)
  return parser.hash(text_of("hash", content))
end

--- The group's functions for a client; none needs it.
-- @treturn table group
function build_content.bind()
  return { new = build_content.new, parse = build_content.parse, lint = build_content.lint,
    hash = build_content.hash }
end

return build_content
