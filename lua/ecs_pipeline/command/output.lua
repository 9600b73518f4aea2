--- What a command writes: results to stdout, everything else to stderr; for people, as JSON, or as
-- ids.
local json = require("ecs_pipeline.sorted_json")
local tables = require("ecs_pipeline.tables")
local wording = require("ecs_pipeline.command.wording")

local output = {}

local Output = {}
Output.__index = Output

local WRITE_FAILED = 12

-- Fields of results that are maps: an empty one is {}, an empty list is [].
local MAPS = { adopted = true, headers = true, image_tags = true, images = true,
  images_missing = true, images_unusable = true, import_image_tags = true, parameters = true,
  partial = true, regions = true, tags = true }

-- A copy that can be written: without functions, empty lists marked as lists.
local function plain(value, name)
  if type(value) == "function" or type(value) == "userdata" then
    return nil
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for key, item in pairs(value) do
    copy[key] = plain(item, key)
  end
  return next(copy) == nil and not MAPS[name] and json.array(copy) or copy
end

-- The ids that a result stands for, in order.
local function ids(value, out)
  if type(value) == "string" then
    out[#out + 1] = value
  elseif value.outcome then
    out[#out + 1] = value.image_id
  elseif type(value.deleted) == "table" then -- of prune
    ids(value.applied and value.deleted or value.delete, out)
  elseif value.adopted and value.images then -- of copy
    ids(value.images, out)
  elseif value.id or value.execution_id or value.image_id then
    out[#out + 1] = value.id or value.execution_id or value.image_id
  elseif value[1] ~= nil then
    for _, item in ipairs(value) do
      ids(item, out)
    end
  else
    for _, key in ipairs(tables.sorted_keys(value)) do
      if type(value[key]) == "table" or key:find("^%l%l%-") then -- by region
        ids(value[key], out)
      end
    end
  end
  return out
end

--- @tparam table host of `command.main`
-- @tparam table options `output`, `quiet`, `no_color`
-- @treturn table output
function output.new(host, options)
  return setmetatable({ host = host, format = options.output or "table",
    silent = options.quiet and not options.output, quiet = options.quiet,
    no_color = options.no_color or (host.env("NO_COLOR") or "") ~= "" }, Output)
end

--- The width of a terminal; nil if the stream is none.
-- @param stream
-- @treturn ?integer
function Output:columns(stream)
  if self.host.columns then
    return self.host.columns(stream)
  end
  return require("ecs_pipeline.core").terminal(stream)
end

--- Options of `ecs.show` for a stream.
function Output:style(stream, more)
  local columns = self:columns(stream)
  local style = { color = columns ~= nil and not self.no_color, width = columns }
  return tables.merge(style, more or {})
end

--- Writes text to stdout as it is.
function Output:text(text)
  self.host.stdout:write(text)
end

--- Writes a warning of the library to stderr, on one line.
-- @tparam table context
-- @tparam string message
function Output:warning(context, message)
  local text = message:gsub("%c", " ")
  self:note("ecs-pipeline: warning: " .. wording.of(context.command, text) .. "\n")
end

--- Writes a note for people to stderr.
function Output:note(text)
  if not self.quiet then
    self.host.stderr:write(text)
  end
end

local function text_for(self, context, result, stream)
  local text = context.nothing or context.ecs.show(result, self:style(stream, context.show))
  if context.names_options or result.outcome and not result.dry_run then -- a plan quotes scripts
    text = wording.of(context.command, text)
  end
  return text:find("\n$") and text or text .. "\n"
end

--- Writes the result of a command.
-- @tparam table context `show` = more options for `ecs.show`; `nothing` = the text instead;
--   `always_json` = JSON, whatever --output says;
--   `names_options` = the text names options of the library
-- @param result a string is written as it is
-- @tparam boolean bad does it report a failure, such as that of a build? `--quiet` shows that, too
function Output:result(context, result, bad)
  if self.silent then
    if bad then
      self.host.stderr:write(text_for(self, context, result, self.host.stderr))
    end
  elseif type(result) == "string" then
    self:text(result)
  elseif self.format == "json" or context.always_json then
    self:text(json.encode(plain(result), true) .. "\n")
  elseif self.format == "id" then
    for _, id in ipairs(ids(result, {})) do
      self:text(id .. "\n")
    end
  else
    self:text(text_for(self, context, result, self.host.stdout))
  end
end

--- Writes an error to stderr.
-- @tparam table context
-- @tparam string message
-- @tparam ?table err
function Output:error(context, message, err)
  local text
  if self.format == "json" then
    text = json.encode({ error = plain(err or { kind = "usage", message = message }) })
  elseif err then
    text = context.ecs.show(err, self:style(self.host.stderr, context.show)):gsub("\n+$", "")
  end
  if self.format ~= "json" then
    text = "ecs-pipeline: " .. wording.of(context.command, text or message, err)
  end
  self.host.stderr:write(text, "\n")
end

--- The end: was everything written?
-- @tparam integer code
-- @treturn integer exit code
function Output:close(code)
  local done, why = self.host.stdout:flush()
  if not done then
    self.host.stderr:write("ecs-pipeline: the result could not be written: ", tostring(why), "\n")
    return WRITE_FAILED
  end
  return code
end

return output
