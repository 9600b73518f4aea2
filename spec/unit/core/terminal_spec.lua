-- core.terminal: is a stream a terminal, and how wide? core.await_input: has somebody typed something?
local core = require("ecs_pipeline.core")
local child_lua = require("spec.support.child_lua")

-- What a child on a terminal of its own prints.
local function on_terminal(columns)
  local print = "io.write(tostring(require(\"ecs_pipeline.core\").terminal(io.stdout)))"
  local program = ("stty cols %d; LD_PRELOAD='%s' %s -e '%s'"):format(columns, os.getenv("LD_PRELOAD") or "",
    child_lua.interpreter, print)
  local pipe = assert(io.popen("LD_PRELOAD= script -qec \"" .. program:gsub("[\"\\$]", "\\%0")
    .. "\" /dev/null </dev/null"))
  local text = pipe:read("*a")
  pipe:close()
  return text:match("%d+") or text
end

describe("core.terminal", function()
  it("is the width of a terminal; of one that does not tell it is 80", function()
    assert.equal("123", on_terminal(123))
    assert.equal("80", on_terminal(0))
  end)

  it("is nil for files, closed files, and all other values", function()
    local file = assert(io.tmpfile())
    assert.is_nil(core.terminal(file))
    file:close()
    for _, value in ipairs({ file, 1, "io.stdout", {}, false, core.clock, setmetatable({}, {}) }) do
      assert.is_nil(core.terminal(value))
    end
    assert.is_nil(core.terminal(nil))
    assert.is_nil(core.terminal(core.credentials({ access_key_id = "id", access_key_secret = "s" })))
    assert.has_error(function() core.terminal() end)
  end)
end)

describe("core.await_input", function()
  local WAIT = "i=0; while [ ! -%s ] && [ $i -lt 400 ]; do sleep 0.05; i=$((i+1)); done; "

  -- What a child says that asks on a terminal, while the commands in `typing` type; `$F` is a file for both. They begin
  -- when it asks, and its terminal is there until it has said something. `script` itself leaks: a sanitizer stays out.
  local function asked(typing)
    local program = "io.open(os.getenv([[F]]) .. [[.up]], [[w]]):close() "
      .. "local ok, line = pcall(function() core.await_input(io.stdin) return io.read() end) "
      .. "local file = io.open(os.getenv([[F]]), [[a]]) file:write(tostring(line), [[;]]) file:close()"
    local child = ("LD_PRELOAD='%s' %s -e 'local core = require([[ecs_pipeline.core]]) %s'"):format(
      os.getenv("LD_PRELOAD") or "", child_lua.interpreter, program)
    local pipe = assert(io.popen(("export F=$(mktemp) LD_PRELOAD=; { %s sleep 0.2; %s; %s } | script -qec \"%s\" "
      .. "/dev/null >/dev/null; cat $F; rm -f $F $F.up"):format(WAIT:format("e $F.up"), typing, WAIT:format("s $F"),
      child)))
    local text = pipe:read("*a")
    pipe:close()
    return text
  end

  it("waits for a line", function()
    assert.equal("yes;", asked("echo yes"))
  end)

  it("ends with Ctrl-C, not with the next line", function()
    assert.matches("^[^;]*interrupted!;typed\n$",
      asked("printf '\\003'; sleep 2; echo typed >>$F; echo late"))
  end)

  it("returns at once for files, closed files, and all other values", function()
    local file = assert(io.tmpfile())
    core.await_input(file)
    file:close()
    for _, value in ipairs({ file, 1, "io.stdin", {} }) do
      core.await_input(value)
    end
    core.await_input(nil)
    assert.has_error(function() core.await_input() end)
  end)
end)
