-- core.terminal: is a stream a terminal, and how wide? core.await_input: has somebody typed something?
local core = require("ecs_pipeline.core")
local child_lua = require("spec.support.child_lua")

-- What a child on a terminal of its own prints.
local function on_terminal(columns)
  local print = "io.write(tostring(require(\"ecs_pipeline.core\").terminal(io.stdout)))"
  local program = ("stty cols %d; %s -e '%s'"):format(columns, child_lua.interpreter, print)
  local pipe = assert(io.popen("script -qec \"" .. program:gsub("[\"\\$]", "\\%0") .. "\" /dev/null </dev/null"))
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
  -- What a child says that asks on a terminal, while the commands in `typing` type; `$F` is a file for both.
  local function asked(typing)
    local program = "local ok, line = pcall(function() core.await_input(io.stdin) return io.read() end) "
      .. "local file = io.open(os.getenv([[F]]), [[a]]) file:write(tostring(line), [[;]]) file:close()"
    local child = ("%s -e 'local core = require([[ecs_pipeline.core]]) %s'"):format(child_lua.interpreter, program)
    local pipe = assert(io.popen(("F=$(mktemp) && export F && { %s; } | script -qec \"%s\" /dev/null >/dev/null; "
      .. "cat $F; rm $F"):format(typing, child)))
    local text = pipe:read("*a")
    pipe:close()
    return text
  end

  it("waits for a line", function()
    assert.equal("yes;", asked("sleep 0.3; echo yes; sleep 0.3"))
  end)

  it("ends with Ctrl-C, not with the next line", function()
    assert.matches("^[^;]*interrupted!;typed\n$",
      asked("sleep 0.5; printf '\\003'; sleep 2; echo typed >>$F; echo late"))
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
