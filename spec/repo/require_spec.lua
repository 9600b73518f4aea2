-- `require("ecs_pipeline")` does nothing but define: no transport, no setting of the host touched, nothing opened.
local repo = require("spec.support.repo")

local function run(code)
  local file = os.tmpname()
  local handle = assert(io.open(file, "w"))
  handle:write(code)
  handle:close()
  local lines, ok = repo.run(repo.lua_name() .. " " .. file .. " 2>&1")
  os.remove(file)
  assert.is_true(ok, table.concat(lines, "\n"))
end

describe('require("ecs_pipeline")', function()
  it("loads no transport", function()
    run([[
      require("ecs_pipeline")
      assert(package.loaded["ecs_pipeline.curl"] == nil, "curl.so was loaded")
      assert(package.loaded["ecs_pipeline.emulator"] == nil, "the emulator was loaded")
      assert(package.loaded["socket"] == nil and package.loaded["ssl"] == nil)
      for line in io.lines("/proc/self/maps") do
        assert(not line:find("libcurl", 1, true), line)
      end
    ]])
  end)

  it("makes no client's transport either until the first call", function()
    run([[
      local ecs = require("ecs_pipeline")
      local client = ecs.new({ region = "cn-hangzhou",
        credentials = { access_key_id = "id", access_key_secret = "secret" } })
      assert(package.loaded["ecs_pipeline.curl"] == nil, "curl.so was loaded")
      client.close()
    ]])
  end)

  it("leaves the shared cjson as it was", function()
    run([[
      local cjson = require("cjson")
      cjson.encode_number_precision(7)
      cjson.decode_invalid_numbers(true)
      cjson.encode_sparse_array(true, 3, 5)
      cjson.decode_max_depth(55)
      local ecs = require("ecs_pipeline")
      ecs.new({ region = "cn-hangzhou",
        credentials = { access_key_id = "id", access_key_secret = "secret" } })
      assert(cjson.encode_number_precision() == 7)
      assert(cjson.decode_invalid_numbers() == true)
      assert(select(2, cjson.encode_sparse_array()) == 3)
      assert(cjson.decode_max_depth() == 55)
    ]])
  end)

  it("sets no global and no locale, opens no file", function()
    run([[
      -- no other process: in a pipe to one, its own ends come and go
      local function descriptors()
        local count = 0
        for number = 0, 255 do
          local info = io.open("/proc/self/fdinfo/" .. number)
          if info then
            info:close()
            count = count + 1
          end
        end
        return count
      end
      local before = {}
      for name in pairs(_G) do before[name] = true end
      local locale = os.setlocale()
      local open = descriptors()
      assert(open >= 3)
      collectgarbage() collectgarbage()
      require("ecs_pipeline")
      collectgarbage() collectgarbage()
      for name in pairs(_G) do assert(before[name], "new global " .. name) end
      assert(os.setlocale() == locale)
      assert(descriptors() == open, "a file stayed open")
    ]])
  end)

  it("takes the string library as the host left it", function()
    run([[
      local before = {}
      for _, library in ipairs({ "string", "table", "math", "io", "os", "package" }) do
        before[library] = {}
        for name, value in pairs(_G[library]) do before[library][name] = value end
      end
      require("ecs_pipeline")
      for library, names in pairs(before) do
        for name, value in pairs(_G[library]) do
          assert(names[name] == value, library .. "." .. name .. " was changed")
        end
      end
      local meta = getmetatable("")
      assert(meta.__index == string)
    ]])
  end)
end)
