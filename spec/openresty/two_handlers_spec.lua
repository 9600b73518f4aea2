-- Two handlers at the same prefix in one nginx, with one dictionary, for two accounts: nothing of one is seen or done
-- by the other. Handlers whose keys are renewed all the time. Handlers that would share state are refused.
local ecs = require("ecs_pipeline")
local emulator = require("ecs_pipeline.emulator.nginx.server")
local hooks_harness = require("spec.openresty.hooks_harness")
local shell = require("ecs_pipeline.emulator.nginx.shell")

-- Where a handler is made → lines of nginx.conf. Each virtual host has one.
local MAKE = [[require("spec.support.openresty_nginx.handlers").make("@PREFIX@/options.lua", "%s")]]
local MADE = [[require("spec.support.openresty_nginx.handlers").all.%s]]
local ALL = [[require("spec.support.openresty_nginx.handlers").make_all("@PREFIX@/options.lua")]]

local function servers(of)
  local lines = {}
  for _, name in ipairs({ "a", "b" }) do
    lines[#lines + 1] = ([[
  server {
    listen 127.0.0.1:%%d;
    server_name %s;
    location = /keys { content_by_lua_block { require("spec.support.openresty_nginx.handlers").show_keys() } }
    location / { content_by_lua_block { %s() } }
  }]]):format(name, of:format(name))
  end
  return table.concat(lines, "\n")
end

local DICTS = "lua_shared_dict ecs_pipeline 1m; lua_shared_dict notes 1m;\n"

local HTTP = {
  init_by_lua = DICTS .. "init_by_lua_block { " .. ALL .. " }\n" .. [[
    init_worker_by_lua_block {
      for _, handler in pairs(require("spec.support.openresty_nginx.handlers").all) do handler() end
    }
  ]] .. servers(MADE),
  ["each worker"] = DICTS .. "init_worker_by_lua_block { for _, handler in pairs(" .. ALL .. ") do handler() end }\n"
    .. servers(MADE),
  ["each request"] = DICTS .. servers(MAKE),
  ["each request, lua_code_cache off"] = DICTS .. "lua_code_cache off;\n" .. servers(MAKE),
}

local function account(name)
  return { [name .. "-key"] = { secret = name .. "-secret" } }
end

-- A service whose clock is the real one, so that builds that are cancelled must end soon.
local function service_of(name)
  return { credentials = account(name), seed = name, builds = { durations = { CANCELLING = 0.5 } } }
end

-- Handlers a and b, each with an account, a service and a pipeline of its own. `change(options of both)`.
local function open(http, change)
  local other = assert(emulator.start({ emulator = service_of("b") }))
  local harness
  local opened, why = pcall(hooks_harness.open, { http = http, emulator = service_of("a"),
    options = function(self)
      self.clients = {}
      local all = {}
      for name, service in pairs({ a = self.service, b = other }) do
        local client = { region = "cn-hangzhou", proxy = false, log = "off", retry = { base = 0.05, cap = 0.2 },
          endpoint = ("https://localhost:%d"):format(service.https_port),
          credentials = { access_key_id = name .. "-key", access_key_secret = name .. "-secret" } }
        self.clients[name] = ecs.new({ region = "cn-hangzhou", proxy = false, log = "off", endpoint = client.endpoint,
          credentials = client.credentials, ca_file = service.ca_file })
        local id = assert(self.clients[name].pipeline.create({ base_image = "m-bp1example", base_image_type = "IMAGE",
          name = "web-" .. name })).id
        all[name] = { client = client, handler = { secret = self.secret, pipelines = { web = id }, poll = 0.3 } }
      end
      -- nginx trusts one authority: for b over plain HTTP
      all.b.client.endpoint = ("http://127.0.0.1:%d"):format(other.http_port)
      return change and change(all, self) or all
    end })
  if not opened then
    other.stop()
    error(why, 0)
  end
  harness = why
  finally(function()
    harness:close()
    other.stop()
  end)
  return harness
end

local function execution_of(harness, host, execution)
  local bake
  assert(shell.wait(20, function()
    bake = harness:bake(host)
    return bake.execution_id == execution and bake.status ~= nil
  end), harness.server.log():sub(-3000))
  return bake
end

describe("two handlers at the same prefix, made in", function()
  for where, http in pairs(HTTP) do
    it(where .. ", share nothing", function()
      local harness = open(http)
      local ours = harness:webhook("a", "start")
      assert.equal(202, ours.status, ours.body)
      local seen = harness:bake("b")
      assert.same({ "idle" }, { seen.state, seen.execution_id })
      local theirs = harness:webhook("b", "start")
      assert.same({ 202, false }, { theirs.status, theirs.json.adopted }, theirs.body)
      for host, answer in pairs({ a = ours, b = theirs }) do
        local bake = execution_of(harness, host, answer.json.execution_id)
        assert.same({ "running", nil }, { bake.state, bake.error })
        assert.equal(1, #assert(harness.clients[host].execution.list({ pipeline = bake.pipeline_id })))
      end
      shell.run("sleep 1.5") -- each worker's timer has polled, whichever list it reads
      for host, answer in pairs({ a = ours, b = theirs }) do
        local bake = harness:bake(host)
        assert.same({ "running", answer.json.execution_id }, { bake.state, bake.execution_id })
      end
      assert.equal(202, harness:webhook("b", "cancel").status)
      assert.is_true(shell.wait(20, function() return harness:bake("b").state == "ended" end))
      assert.equal("running", harness:bake("a").state)
      local function ended(host)
        return harness:send(host, "GET", "/bakes/metrics").body:match('bakes_total{[^}]*"cancelled"} (%d+)')
      end
      assert.same({ "0", "1" }, { ended("a"), ended("b") })
      assert.is_nil(harness.server.log():find("lost", 1, true))
    end)

    it(where .. ", are refused when they have the name, the credentials and other options", function()
      local opened, harness = pcall(open, http, function(all)
        all.b.client, all.b.handler.pipelines = all.a.client, { web = "ip-other" }
        return all
      end)
      local said = opened and harness.server.log() or tostring(harness)
      if opened then
        for _ = 1, 8 do
          for _, host in ipairs({ "a", "b" }) do
            if harness:send(host, "GET", "/bakes/status.json").status == 500 then
              said = harness.server.log()
            end
          end
        end
      end
      assert.truthy(said:find('another one of the name "/bakes/" and with the same credentials exists', 1, true), said)
    end)
  end

  it("init_by_lua, take a message once", function()
    local harness = open(HTTP.init_by_lua)
    local message = harness:webhook("a", "start")
    assert.equal(202, message.status, message.body)
    for _ = 1, 4 do
      assert.equal("REPLAYED", harness:webhook("a", nil, message.again).json.error.code)
      assert.equal("REPLAYED", harness:webhook("b", nil, message.again).json.error.code)
    end
  end)

  it("init_by_lua, take no message of the other one, if they have different names", function()
    local harness = open(HTTP.init_by_lua, function(all)
      all.b.handler.name = "the other one"
      return all
    end)
    local message = harness:webhook("a", "show")
    assert.equal("BAD_SIGNATURE", harness:webhook("b", nil, message.again).json.error.code)
    assert.equal(200, harness:webhook("b", "show", { name = "the other one" }).status)
  end)
end)

describe("a handler whose keys are renewed every two seconds", function()
  it("has the same keys in the dictionary, one execution, and follows it to its end", function()
    local keys = account("a")
    for number = 0, 9 do
      keys["temporary-" .. number] = { secret = "secret-" .. number, token = "token-" .. number }
    end
    local harness = hooks_harness.open({ http = HTTP["each worker"], emulator = { credentials = keys },
      options = function(self, port)
        local client = ecs.new({ region = "cn-hangzhou", proxy = false, log = "off", endpoint = self.options.endpoint,
          credentials = { access_key_id = "a-key", access_key_secret = "a-secret" }, ca_file = self.service.ca_file })
        self.watching = client
        self.id = assert(client.pipeline.create({ base_image = "m-bp1example", base_image_type = "IMAGE" })).id
        return { a = { uri = ("http://127.0.0.1:%d/keys"):format(port), client = { region = "cn-hangzhou",
          proxy = false, log = "off", endpoint = self.options.endpoint }, handler = { secret = self.secret,
          pipelines = { web = self.id }, poll = 0.3 } } }
      end })
    finally(function() harness:close() end)
    harness:durations(4, 3, 1)
    local answer = harness:webhook("a", "start", { key = "3f2a91c" })
    assert.equal(202, answer.status, answer.body)
    local used = {}
    assert.is_true(shell.wait(30, function()
      local again = harness:webhook("a", "start", { key = "3f2a91c" })
      assert.same({ 202, true, answer.json.execution_id },
        { again.status, again.json.adopted, again.json.execution_id }, again.body)
      return harness:bake("a").state == "ended"
    end))
    assert.equal("success", harness:bake("a").outcome)
    for _, request in ipairs(harness:ask("GET", "state").requests) do
      used[request.access_key_id or "none"] = true
    end
    local scopes = {}
    for _, key in ipairs(harness:run("return ngx.shared.ecs_pipeline:get_keys(0)")) do
      scopes[key:match("^ecs:handler:/bakes/:(%x+):") or "none"] = true
    end
    scopes.none = nil
    local count = 0
    for _ in pairs(scopes) do
      count = count + 1
    end
    assert.equal(1, count)
    local keys_used = 0
    for name in pairs(used) do
      keys_used = keys_used + (name:find("^temporary") and 1 or 0)
    end
    assert.is_true(keys_used >= 3, keys_used)
  end)
end)
