-- core.terminal: is a stream a terminal, and how wide?
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
