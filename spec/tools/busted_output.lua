-- busted output handler: one line per failure with its cause, at the end "N passed, N failed".
-- A pending test is a failure unless spec/tools/allowed_skips.txt names it with a reason. busted's own exit code is
-- not used by anything of ours: it is the number of failures modulo 256.
-- With ECSP_ROWS=file, a row for each spec file that came to its end is added to that file: passed, failed,
-- milliseconds, and where in the output (from, to) its part lies, then its name, all with tabs between them.
local allowed = {}
for line in io.lines("spec/tools/allowed_skips.txt") do
  local name, reason = line:match("^([^#\t][^\t]*)\t+(.+)$")
  if name then
    allowed[name] = reason
  end
end

return function(options)
  local busted = require("busted")
  local handler = require("busted.outputHandlers.base")()
  local verbose = os.getenv("V") == "1"

  local function say(...)
    io.stdout:write(table.concat({ ... }), "\n")
  end

  local function explain(kind, entry)
    local message = entry.message
    if type(message) ~= "string" then
      message = message == nil and "nil error" or require("pl.pretty").write(message)
    end
    local where = entry.element.trace
      and entry.element.trace.short_src .. ":" .. entry.element.trace.currentline or "?"
    say(kind, ": ", entry.name, "  (", where, ")")
    say("    ", (message:gsub("\n", "\n    ")))
    if options.verbose and entry.trace and entry.trace.traceback then
      say("    ", (entry.trace.traceback:gsub("\n", "\n    ")))
    end
  end

  local function testEnd(element, _, status)
    if verbose and status == "success" then
      say("ok: ", handler.successes[#handler.successes].name, (" (%.0f ms)"):format(element.duration * 1000))
    end
    return nil, true
  end

  local told = { successes = 0, failures = 0, errors = 0, pendings = 0 }
  local passed, failed = 0, 0

  -- Entries of a list that were not told yet, and their number.
  local function tell_new(list, tell)
    local before = told[list]
    for i = before + 1, #handler[list] do
      tell(handler[list][i])
    end
    told[list] = #handler[list]
    return told[list] - before
  end

  local function nothing()
  end

  -- Explains and counts what came since the last time. → passed, failed
  local function tell()
    local more_passed = tell_new("successes", nothing)
    local more_failed = tell_new("failures", function(entry)
      explain("FAILED", entry)
    end) + tell_new("errors", function(entry)
      explain("ERROR", entry)
    end)
    tell_new("pendings", function(entry)
      local reason = allowed[entry.name]
      if reason then
        say("skipped: ", entry.name, ": ", reason)
      else
        more_failed = more_failed + 1
        say("SKIPPED, which counts as failed: ", entry.name, ": ", tostring(entry.message))
      end
    end)
    passed, failed = passed + more_passed, failed + more_failed
    return more_passed, more_failed
  end

  local rows = os.getenv("ECSP_ROWS")
  local from, path, cpath

  -- How much has been written to the output, by whoever writes there; 0 when it is no file.
  local function position()
    io.stdout:flush()
    return io.stdout:seek("end") or 0
  end

  local function fileStart()
    tell() -- files that do not compile fail before the first one runs
    from, path, cpath = position(), package.path, package.cpath
    return nil, true
  end

  -- The tests of a file that is over would keep all that they made until the process ends.
  local function forget(element)
    for _, child in ipairs(busted.children(element)) do
      forget(child)
    end
    for field, value in pairs(element) do
      if type(value) == "table" and field ~= "attributes" and field ~= "trace" and field ~= "run" then
        element[field] = nil
      elseif type(value) == "function" then
        element[field] = nil
      end
    end
  end

  local function fileEnd(file)
    local well, badly = tell()
    if well + badly == 0 then
      badly, failed = 1, failed + 1
      say("FAILED: no test was found")
    end
    if rows then
      local out = assert(io.open(rows, "a"))
      out:write(table.concat({ well, badly, math.floor((busted.monotime() - file.starttick) * 1000), from,
        position(), file.name }, "\t"), "\n")
      out:close()
    end
    -- busted gives the next file its own globals and modules, not its own search paths.
    package.path, package.cpath = path, cpath
    for _, child in ipairs(busted.children(file)) do
      forget(child)
    end
    return nil, true
  end

  local function suiteEnd()
    tell()
    if passed == 0 and failed == 0 then
      failed = 1
      say("FAILED: no test was found")
    end
    say(passed, " passed, ", failed, " failed")
    io.stdout:flush()
    return nil, true
  end

  busted.subscribe({ "test", "end" }, testEnd, { predicate = handler.cancelOnPending })
  busted.subscribe({ "file", "start" }, fileStart)
  busted.subscribe({ "file", "end" }, fileEnd)
  busted.subscribe({ "suite", "end" }, suiteEnd)
  return handler
end
