-- Whole calls from an nginx to the emulator in another nginx over TLS, in every phase that can wait; and what a worker
-- has in its memory then.
local hooks_harness = require("spec.openresty.hooks_harness")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local harness

setup(function()
  harness = hooks_harness.open()
end)

teardown(function()
  harness:close()
end)

before_each(function()
  harness:ask("POST", "reset")
end)

-- terraform's example, with all that nginx has to carry: tags, lists, a long build content.
local ARGS = { name = "web-base", base_image = "ubuntu_22_04_x64_20G_alibase_20240926.vhd", base_image_type = "IMAGE",
  build_content = "RUN apt-get update\nRUN echo" .. (" 0123456789"):rep(600), system_disk_size = 60,
  delete_instance_on_failure = false, tags = { team = "web", ["key with spaces"] = "äöü" },
  to_region_id = { "cn-qingdao", "cn-zhangjiakou" }, add_account = { "1234567890" } }

for _, phase in ipairs({ "content", "access", "rewrite", "timer" }) do
  describe("whole calls, " .. phase .. " phase:", function()
    local remote, client

    setup(function()
      remote = harness:remote(phase)
      client = remote:client(harness.options)
    end)

    teardown(function()
      client.close()
      remote:close()
    end)

    it("a pipeline from create to delete", function()
      local made = assert(client.pipeline.create(ARGS))
      local found = assert(client.pipeline.describe(made.id))
      for name, value in pairs(ARGS) do
        assert.same(value, found[name], name)
      end
      assert.equal(made.id, assert(client.pipeline.list({ name_regex = "^web-" }))[1].id)
      assert.equal("none", assert(client.pipeline.plan(assert(client.pipeline.import(made.id)))).action)
      assert.same({ true, false }, { assert(client.pipeline.delete(made.id)).deleted,
        assert(client.pipeline.delete(made.id)).deleted })
      local _, message, err = client.pipeline.describe(made.id)
      assert.equal("not_found", err.kind)
      assert.is_truthy(message:find("^pipeline.describe: not found"))
    end)

    it("a build from start to image, which is seen to be in the way of a second one", function()
      harness:durations(0, 1.5, 0)
      local made = assert(client.pipeline.create(ARGS))
      local started = assert(client.execution.start(made.id))
      local _, _, err = client.execution.start(made.id)
      assert.same({ "conflict", started.id }, { err.kind, err.execution_id })
      local result = assert(client.execution.wait(started.id, { poll = 0.5, timeout = 30 }))
      assert.same({ true, "success" }, { result.ok, result.outcome })
      assert.is_string(result.image_id)
      harness:durations(0, 1, 0)
      assert.is_true(assert(client.execution.build(made.id, { poll = 0.5, timeout = 30, client_token = "again" })).ok)
      assert.same({ cancelled = false, status = "SUCCESS", execution_id = started.id },
        assert(client.execution.cancel(started.id)))
    end)

    it("repeats what was refused for a moment, with the same ClientToken", function()
      harness:ask("POST", "fault", { action = "CreateImagePipeline", kind = "error", code = "ServiceUnavailable",
        status = 503, times = 2 })
      assert(client.pipeline.create(ARGS))
      local state = harness:ask("GET", "state")
      assert.same({ 3, 1 }, { state.count.CreateImagePipeline, #state.pipelines })
      local tokens = {}
      for _, request in ipairs(state.requests) do
        tokens[request.client_token] = true
      end
      local token = next(tokens)
      assert.is_nil(next(tokens, token))
    end)
  end)
end

describe("a worker after all that", function()
  local function maps(pid)
    local text = assert(shell.read("/proc/" .. pid .. "/maps"))
    return text:find("/ecs_pipeline/core%.so") ~= nil, text:match("[^\n/]*libcurl[^\n/]*"),
      text:match("[^\n]*/ecs_pipeline/curl%.so")
  end

  it("has our core in its maps, and no libcurl", function()
    local first, second = harness:both()
    for _, remote in ipairs({ first, second }) do
      local client = remote:client(harness.options)
      assert(client.pipeline.list())
      assert.same({ true }, { maps(("%.0f"):format(remote:pid())) })
    end
    -- the same look finds it where it is
    first:run("require('ecs_pipeline').new{ transport = 'curl', credentials = { access_key_id = 'a',"
      .. " access_key_secret = 'b' }, region = 'cn-hangzhou', endpoint = 'http://127.0.0.1:1', retry = false,"
      .. " log = 'off' }.pipeline.list()")
    local core, libcurl, ours = maps(("%.0f"):format(first:pid()))
    assert.same({ true, true, true }, { core, libcurl ~= nil, ours ~= nil })
    assert.same({ true }, { maps(("%.0f"):format(second:pid())) })
    first:close()
    second:close()
  end)
end)
