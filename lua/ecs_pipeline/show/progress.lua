--- `ecs.progress`: functions for the option `on_progress` that write what is reported.
--
-- The bar leaves the cursor at the beginning of its line. So whatever is written next (a message,
-- the prompt after Ctrl-C) begins there; and if the terminal becomes narrower and wraps the bar,
-- the cursor is still before it, and the whole bar can be cleared.
local columns = require("ecs_pipeline.show.columns")
local core = require("ecs_pipeline.core")
local errors = require("ecs_pipeline.errors")
local options = require("ecs_pipeline.call.options")
local platform = require("ecs_pipeline.platform")
local secrets = require("ecs_pipeline.build_content.secrets")
local sorted_json = require("ecs_pipeline.sorted_json")

local CELLS, FEWEST = 20, 4 -- of the bar itself; with fewer it says nothing
local CLEAR = "\r\27[J" -- from the beginning of the line to the end of the screen

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

-- The bar in what is left beside the time and the phase.
local function bar_of(share, room)
  local cells = math.min(CELLS, room - 3)
  if cells < FEWEST then
    return ""
  end
  local full = math.floor(share * cells)
  local head = full < cells and ">" or ""
  return "[" .. ("="):rep(full) .. head .. (" "):rep(cells - full - 1) .. "] "
end

local function text_of(report)
  local message = secrets.masked_line(columns.clean(tostring(report.message or "")))
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
    local times = clock(report.elapsed or 0)
      .. (left and left > 0 and " of about " .. clock((report.elapsed or 0) + left) or "") .. "  "
    -- one cell stays free: in the last one some terminals begin a new line
    local most = math.max(1, (width(stream) or 80) - 1)
    local needed = columns.width(times .. columns.clean(tostring(report.phase or ""))) + 1
    local line = (share and bar_of(share, most - needed) or "") .. times .. text_of(report)
    stream:write(CLEAR, columns.cut(line, most), "\r")
    shown = true
    if report.phase == "ended" then
      clear()
      stream:write(line_of(report), "\n")
    end
    stream:flush()
  end, clear
end

-- A line for each change, of each thing in each region: several can be waited for at the same time.
-- That the percentage is another one is no change.
local function lines(stream)
  local last = {}
  return function(report)
    local about = subject(report) .. " " .. tostring(report.region)
    local key = text_of(report):gsub("%d+ ?%%", "")
    if key ~= last[about] then
      last[about] = key
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
      if kind == "string" then
        plain[name] = secrets.masked_line(value)
      elseif kind == "number" or kind == "boolean" then
        plain[name] = value
      end
    end
    stream:write(sorted_json.encode(plain), "\n")
    stream:flush()
  end
end

local function nothing()
end

local STREAM = "a file, or an object with write(self, …)"
local OPTIONS = { stream = { "userdata", "table", wants = STREAM }, columns = { "function" },
  mode = options.one_of("auto", "bar", "lines", "json", "off") }

-- The stream with the two functions that are used here: an object may have no `flush`.
local function checked(stream)
  local ok, write = pcall(function() return stream.write end)
  if not ok or type(write) ~= "function" then
    errors.raise("ecs.progress: option \"stream\" must be " .. STREAM)
  end
  if stream.flush then
    return stream
  end
  return { write = function(_, ...) stream:write(...) end, flush = nothing }
end

local function chosen(mode, stream, width)
  if mode ~= "auto" then
    return mode
  end
  local plain = platform.env("NO_COLOR") or platform.env("TERM") == "dumb"
  return width(stream) and not plain and "bar" or "lines"
end

--- Functions that show the progress of a call.
-- @function ecs.progress
-- @tparam ?table options
--
--   * `stream`: a file, or an object with `write(self, …)`; default `io.stderr`
--   * `mode`: "bar" (one line of a terminal, written again and again), "lines" (a line for each
--     change), "json" (a line of JSON for each report), "off", or "auto" (default: a bar on a
--     terminal, unless NO_COLOR is set or TERM is "dumb"; otherwise lines)
--   * `columns`: function(stream) → the width of a terminal in cells, or nil if the stream is none;
--     for tests, and for terminals that are no files
-- @treturn function for the option `on_progress`
-- @treturn function to call after the call: it takes the bar away
-- @raise wrong options
return function(given)
  given = given or {}
  options.check("ecs.progress", given, OPTIONS)
  local stream = given.stream or rawget(_G, "io") and io.stderr
  local width = given.columns or core.terminal
  local mode = chosen(given.mode or "auto", stream, width)
  local write, finish = nothing, nothing
  local out = checked(stream)
  if mode == "bar" then
    write, finish = bar(out, width)
  elseif mode ~= "off" then
    write = (mode == "json" and json or lines)(out)
  end
  return write, finish
end
