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
  -- How many modules of ours are loaded; and nothing of what only some programs need.
  local COUNT = [[
    local function count()
      local found = 0
      for name in pairs(package.loaded) do
        if name:find("^ecs_pipeline") then
          found = found + 1
        end
      end
      return found
    end
    local function check(most)
      local found = count()
      assert(found > 1 and found <= most, found .. " modules are loaded, more than " .. most)
      for _, name in ipairs({ "bake.bake", "concurrency", "credentials.profile", "doctor", "emulator", "openresty",
        "pipeline.ensure", "pipeline.plan", "policy", "preload" }) do
        assert(not package.loaded["ecs_pipeline." .. name], name .. " is loaded")
      end
    end
  ]]

  it("loads few modules", function()
    run(COUNT .. [[
      require("ecs_pipeline")
      check(10)
    ]])
  end)

  it("and a first pipeline.create load at most 50", function()
    run(COUNT .. [[
      local ecs = require("ecs_pipeline")
      local client = ecs.new({ region = "cn-hangzhou", log = "off",
        credentials = { access_key_id = "id", access_key_secret = "secret" },
        transport = { send = function()
          return { status = 200, headers = {}, body = '{"RequestId":"R","ImagePipelineId":"ip-1"}' }
        end } })
      assert(client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "bake" }).id == "ip-1")
      check(50)
      assert(not package.loaded["ecs_pipeline.hints"], "hints are for failures")
    ]])
  end)

  it("and one that fails, with libcurl and keys of the environment, too", function()
    run(COUNT .. [[
      local ecs = require("ecs_pipeline")
      local variables = { ALIBABA_CLOUD_ACCESS_KEY_ID = "id", ALIBABA_CLOUD_ACCESS_KEY_SECRET = "secret" }
      local client = ecs.new({ region = "cn-hangzhou", endpoint = "http://127.0.0.1:1", log = "off", retry = false,
        proxy = false, platform = { env = function(name) return variables[name] end } })
      local _, _, err = client.pipeline.create({ base_image = "m-1", base_image_type = "IMAGE", name = "bake" })
      assert(err.kind == "transport", tostring(err))
      assert(err.hint, "no hint")
      assert(package.loaded["ecs_pipeline.curl"])
      check(50)
    ]])
  end)

  it("and ecs.new build no table of the operations", function()
    run([[
      local core = require("ecs_pipeline.core")
      core.operations = function() error("core.operations was called") end
      local ecs = require("ecs_pipeline")
      ecs.new({ region = "cn-hangzhou", credentials = { access_key_id = "id", access_key_secret = "secret" } })
    ]])
  end)

  it("lets the first call of a group raise at the caller's line", function()
    run([[
      local ecs = require("ecs_pipeline")
      local _, thrown = pcall(function()
        ecs.pipeline.create("m-1") -- line 3
      end)
      assert(thrown:find(arg[0] .. ":3: pipeline.create: arguments must be a table", 1, true), thrown)
      _, thrown = pcall(function() return ecs.map({}) end)
      assert(thrown:find(arg[0] .. ":6: ecs.map", 1, true), thrown)
    ]])
  end)

  it("tells a failure also where the files of its hints cannot be read any more", function()
    run([[
      local errors = require("ecs_pipeline.errors")
      local path = package.path
      package.path = ""
      local _, message, err = errors.fail("x.y", { kind = "api", code = "Throttling", message = "slow down" })
      assert(err.kind == "throttled" and message:find("^x.y: throttled: slow down"), message)
      assert(err.hint == nil)
      package.path = path
      _, _, err = errors.fail("x.y", { kind = "transport", code = "DNS", message = "unknown host" })
      assert(err.hint, "no hint")
    ]])
  end)

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
      -- By os.execute: of a pipe this process still has both ends for a moment.
      local function descriptors()
        local count = 0
        for number = 0, 1023 do -- a process started to look would race with popen's own pipe
          local file = io.open("/proc/self/fdinfo/" .. number)
          if file then
            file:close()
            count = count + 1
          end
        end
        assert(count > 0)
        return count
      end
      local before = {}
      for name in pairs(_G) do before[name] = true end
      local locale = os.setlocale()
      collectgarbage() collectgarbage()
      local open = descriptors()
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
