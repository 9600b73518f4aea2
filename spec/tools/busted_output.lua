-- busted output handler: one line per failure with its cause, at the end "N passed, N failed".
-- A pending test is a failure unless spec/tools/allowed_skips.txt names it with a reason. busted's own exit code is
-- not used by anything of ours: it is the number of failures modulo 256.
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

  local function testEnd(_, _, status)
    if verbose and status == "success" then
      say("ok: ", handler.successes[#handler.successes].name)
    end
    return nil, true
  end

  local function suiteEnd()
    local passed, failed = handler.successesCount, handler.failuresCount + handler.errorsCount
    for _, entry in ipairs(handler.failures) do
      explain("FAILED", entry)
    end
    for _, entry in ipairs(handler.errors) do
      explain("ERROR", entry)
    end
    for _, entry in ipairs(handler.pendings) do
      local reason = allowed[entry.name]
      if reason then
        say("skipped: ", entry.name, ": ", reason)
      else
        failed = failed + 1
        say("SKIPPED, which counts as failed: ", entry.name, ": ", tostring(entry.message))
      end
    end
    if passed == 0 and failed == 0 then
      failed = 1
      say("FAILED: no test was found")
    end
    say(passed, " passed, ", failed, " failed")
    io.stdout:flush()
    return nil, true
  end

  busted.subscribe({ "test", "end" }, testEnd, { predicate = handler.cancelOnPending })
  busted.subscribe({ "suite", "end" }, suiteEnd)
  return handler
end
