--- `ecs.progress`: functions for the option `on_progress` that write what is reported.
local columns = require("ecs_pipeline.show.columns")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local platform = require("ecs_pipeline.platform")
local sorted_json = require("ecs_pipeline.sorted_json")

local MODES = { auto = true, bar = true, lines = true, json = true, off = true }
local CELLS = 20 -- of the bar itself
local CLEAR = "\r\27[K"

local function clock(seconds)
  seconds = math.max(0, math.floor(seconds))
  if seconds >= 3600 then
    return ("%d:%02d:%02d"):format(math.floor(seconds / 3600), math.floor(seconds / 60) % 60,
      seconds % 60)
  end
  return ("%d:%02d"):format(math.floor(seconds / 60), seconds % 60)
end

-- How far the call is, 0 to 1; nil if nothing tells.
local function share_of(report)
  local elapsed, left = report.elapsed or 0, tonumber(report.estimate)
  local percent = tonumber(report.progress)
  if percent then
    return math.min(1, math.max(0, percent / 100))
  elseif left and elapsed + left > 0 then
    return math.min(1, elapsed / (elapsed + math.max(0, left)))
  end
  return nil
end

local function bar_of(share)
  local full = math.floor(share * CELLS)
  local head = full < CELLS and ">" or ""
  return "[" .. ("="):rep(full) .. head .. (" "):rep(CELLS - full - 1) .. "] "
end

local function text_of(report)
  local message = columns.clean(tostring(report.message or ""))
  local phase = columns.clean(tostring(report.phase or ""))
  return phase .. (message ~= "" and ": " .. message or "")
end

-- What a call is about, by the most telling id.
local function subject(report)
  local id = report.image_id or report.execution_id or report.pipeline_id or report.vpc_id
    or report.vswitch_id
  return id and " (" .. columns.clean(tostring(id)) .. ")" or ""
end

local function line_of(report)
  return ("%7s  %s%s"):format(clock(report.elapsed or 0), text_of(report), subject(report))
end

local function bar(stream, width)
  local shown = false
  local function clear()
    if shown then
      stream:write(CLEAR)
      stream:flush()
      shown = false
    end
  end
  return function(report)
    local share, left = share_of(report), tonumber(report.estimate)
    local line = (share and bar_of(share) or "") .. clock(report.elapsed or 0)
      .. (left and left > 0 and " of about " .. clock((report.elapsed or 0) + left) or "") .. "  "
      .. text_of(report)
    -- one cell stays free: in the last one some terminals begin a new line
    stream:write(CLEAR, columns.cut(line, math.max(1, (width(stream) or 80) - 1)))
    shown = true
    if report.phase == "ended" then
      clear()
      stream:write(line_of(report), "\n")
    end
    stream:flush()
  end, clear
end

local function lines(stream)
  local last
  return function(report)
    local key = text_of(report) .. subject(report)
    if key ~= last then
      last = key
      stream:write(line_of(report), "\n")
      stream:flush()
    end
  end
end

local function json(stream)
  return function(report)
    local plain = {}
    for name, value in pairs(report) do
      local kind = type(value)
      plain[name] = (kind == "string" or kind == "number" or kind == "boolean") and value or nil
    end
    stream:write(sorted_json.encode(plain), "\n")
    stream:flush()
  end
end

local function nothing()
end

local OPTIONS = { stream = true, mode = true, columns = true }

local function check(options)
  if type(options) ~= "table" then
    errors.raise("ecs.progress: options must be a table, not a " .. type(options))
  end
  for name in pairs(options) do
    if not OPTIONS[name] then
      errors.raise("ecs.progress: unknown option \"" .. tostring(name) .. "\"")
    end
  end
  if options.mode ~= nil and not MODES[options.mode] then
    errors.raise("ecs.progress: option \"mode\" must be \"auto\", \"bar\", \"lines\", \"json\" or "
      .. "\"off\"")
  end
end

local function chosen(mode, stream, width)
  if mode ~= "auto" then
    return mode
  end
  local plain = platform.env("NO_COLOR") or platform.env("TERM") == "dumb"
  return width(stream) and not plain and "bar" or "lines"
end

-- See `ecs.progress` in init.lua. `columns`: function(stream) → width or nil, for tests.
return function(options)
  options = options or {}
  check(options)
  local stream, width = options.stream or io.stderr, options.columns or core.terminal
  local mode = chosen(options.mode or "auto", stream, width)
  local write, finish = nothing, nothing
  if mode == "bar" then
    write, finish = bar(stream, width)
  elseif mode ~= "off" then
    write = (mode == "json" and json or lines)(stream)
  end
  return write, finish
end
