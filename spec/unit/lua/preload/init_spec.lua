-- preload: after it, and inside nginx after `require`, no call loads a module of ours.
local child_lua = require("spec.support.child_lua")

-- Prints the modules of lua/ that are not loaded, but for those that match.
local MISSING = [[
  local function missing(...)
    local found = {}
    local files = io.popen("find lua -name '*.lua' | LC_ALL=C sort")
    for path in files:lines() do
      local name = path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
      local wanted = true
      for _, pattern in ipairs({ ... }) do
        wanted = wanted and not name:find(pattern)
      end
      if wanted and not package.loaded[name] then
        found[#found + 1] = name
      end
    end
    files:close()
    print(table.concat(found, " "))
  end
]]

describe("preload", function()
  it("loads all but the hooks of nginx, the command, the emulator and libcurl", function()
    local ok, printed = child_lua.run(MISSING .. [[
      require("ecs_pipeline")
      missing("%.command", "%.emulator", "%.openresty")
      require("ecs_pipeline.preload")
      missing("%.command", "%.emulator", "%.openresty")
      print(package.loaded["ecs_pipeline.emulator"], package.loaded["ecs_pipeline.curl"])]])
    assert.is_true(ok, printed)
    local before, after, never = printed:match("^([^\n]*)\n([^\n]*)\n([^\n]*)\n$")
    assert.matches("ecs_pipeline.call.client ", before)
    assert.equal("", after)
    assert.equal("nil\tnil", never)
  end)

  it("is what the library does itself inside nginx, and the hooks load all of theirs", function()
    local ok, printed = child_lua.run(MISSING .. [[
      ngx = { sleep = function() end }
      require("ecs_pipeline")
      missing("%.command", "%.emulator", "%.openresty")
      require("ecs_pipeline.openresty")
      missing("%.command", "%.emulator")]])
    assert.is_true(ok, printed)
    assert.equal("\n\n", printed)
  end)
end)
