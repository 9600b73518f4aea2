-- The metrics of a handler.
local builds = require("ecs_pipeline.openresty.builds")
local fake_ngx = require("spec.support.fake_ngx")
local fake_request = require("spec.support.fake_request")
local metrics = require("ecs_pipeline.openresty.metrics")
local openresty = require("ecs_pipeline.openresty")
local store = require("ecs_pipeline.openresty.store")

local function hook_of(names)
  local host = fake_ngx.new()
  local pipelines = {}
  for _, name in ipairs(names) do
    pipelines[name] = { name = name, key = "cn-hangzhou/ip-1:" .. name }
  end
  return { store = store.find("x", host), host = host, keys = "hook:", names = names, pipelines = pipelines,
    wall = host.wall }
end

describe("the metrics", function()
  local bakes = {
    { pipeline = "api", state = "not_found", progress = 0, waiting = true },
    { pipeline = "we\"b\\\n", state = "running", progress = 0.25, elapsed = 100.5, estimate = 300, stalled = true },
  }

  it("are Prometheus' text format: HELP and TYPE before samples, names and labels as they must be", function()
    local hook = hook_of({ "api", "we\"b\\\n" })
    metrics.webhook(hook, "start", 202)
    metrics.webhook(hook, "start", 202)
    metrics.webhook(hook, nil, 401)
    metrics.ended(hook, hook.pipelines.api, { execution_id = "exec-1", outcome = "success", elapsed = 2400 })
    metrics.ended(hook, hook.pipelines.api, { execution_id = "exec-1", outcome = "success", elapsed = 2400 })
    metrics.ended(hook, hook.pipelines.api, { execution_id = "exec-2" })
    metrics.ended(hook, hook.pipelines.api, { execution_id = "exec-3", outcome = "success", elapsed = 300 })
    metrics.ended(hook, hook.pipelines.api, { execution_id = "exec-4", outcome = "success", elapsed = 99999.5 })
    metrics.skip(hook, hook.pipelines.api, "exec-5")
    metrics.ended(hook, hook.pipelines.api, { execution_id = "exec-5", outcome = "failed", elapsed = 1 })
    builds.add(hook, hook.pipelines.api, { { execution_id = "exec-1", ok = true, ended_at = 1795491800 } })
    metrics.promised(hook, hook.pipelines.api, "lost")
    local text = metrics.text(hook, bakes)
    local helped, typed, samples = {}, {}, {}
    for line in text:gmatch("([^\n]*)\n") do
      local name = line:match("^# HELP ([%w_]+) %S")
      local kind_of, kind = line:match("^# TYPE ([%w_]+) (%a+)$")
      local sample, labels, value = line:match("^([%w_]+){(.*)} (%-?[%d.]+)$")
      assert.truthy(name or kind_of or sample, line)
      if name then
        helped[name] = true
      elseif kind_of then
        assert.truthy(helped[kind_of])
        local counted = kind_of:find("_total$") and "counter"
        assert.equal(counted or kind_of:find("_duration_") and "histogram" or "gauge", kind)
        for _, ending in ipairs(kind == "histogram" and { "_bucket", "_sum", "_count" } or { "" }) do
          typed[kind_of .. ending] = true
        end
      else
        assert.truthy(typed[sample], line)
        samples[sample .. "{" .. labels .. "}"] = value
      end
    end
    assert.equal("2", samples['ecs_pipeline_webhooks_total{action="start",status="202"}'])
    assert.equal("1", samples['ecs_pipeline_webhooks_total{action="none",status="401"}'])
    assert.equal("3", samples['ecs_pipeline_bakes_total{pipeline="api",outcome="success"}'])
    assert.equal("0", samples['ecs_pipeline_bakes_total{pipeline="api",outcome="failed"}'])
    local DURATION = 'ecs_pipeline_bake_duration_seconds_%s{pipeline="api",outcome="success"%s}'
    for bound, count in pairs({ ["300"] = "1", ["1800"] = "1", ["2700"] = "2", ["14400"] = "2", ["+Inf"] = "3" }) do
      assert.equal(count, samples[DURATION:format("bucket", ',le="' .. bound .. '"')], bound)
    end
    assert.same({ "102699.500", "3" }, { samples[DURATION:format("sum", "")], samples[DURATION:format("count", "")] })
    assert.equal("1", samples['ecs_pipeline_bakes_total{pipeline="api",outcome="lost"}'])
    assert.equal("1795491800", samples['ecs_pipeline_last_success_timestamp_seconds{pipeline="api"}'])
    assert.equal("43", samples['ecs_pipeline_last_good_image_age_seconds{pipeline="api"}'])
    assert.equal("0", samples['ecs_pipeline_bake_running{pipeline="api"}'])
    assert.equal("1", samples['ecs_pipeline_starts_lost_total{pipeline="api"}'])
    assert.equal("0", samples['ecs_pipeline_starts_resumed_total{pipeline="api"}'])
    assert.equal("1", samples['ecs_pipeline_not_found{pipeline="api"}'])
    assert.equal("1", samples['ecs_pipeline_starts_waiting{pipeline="api"}'])
    local web = '{pipeline="we\\"b\\\\\\n"}'
    assert.equal("1", samples["ecs_pipeline_bake_running" .. web])
    assert.equal("0", samples["ecs_pipeline_not_found" .. web])
    assert.equal("0.250", samples["ecs_pipeline_bake_progress_ratio" .. web])
    assert.equal("100.500", samples["ecs_pipeline_bake_elapsed_seconds" .. web])
    assert.equal("300", samples["ecs_pipeline_bake_left_seconds" .. web])
    assert.equal("1", samples["ecs_pipeline_bake_stalled" .. web])
    assert.is_nil(samples['ecs_pipeline_bake_stalled{pipeline="api"}'])
  end)

  it("count the API calls of the client by code, and not more codes than a service should have", function()
    local hook, listener = hook_of({ "web" }), nil
    hook.client = { listen = function(fn) listener = fn end }
    metrics.count_calls(hook)
    local function value(code)
      return metrics.text(hook, {}):match('ecs_pipeline_api_calls_total{code="' .. code .. '"} (%d+)\n')
    end
    listener({ type = "attempt" })
    listener({ type = "retry", code = "Throttling.User", kind = "throttled" })
    listener({ type = "attempt" })
    listener({ type = "result" })
    listener({ type = "warning", code = "X" })
    listener({ type = "error", kind = "timeout" })
    listener({ type = "error", code = "a\"b", kind = "api" })
    listener({ type = "error", code = ("x"):rep(65), kind = "api" })
    assert.same({ "1", "1", "1", "2" }, { value("Throttling.User"), value("OK"), value("timeout"), value("other") })
    assert.is_nil(value("X"))
    for index = 1, 200 do
      listener({ type = "error", code = "Code" .. index })
    end
    local _, codes = metrics.text(hook, {}):gsub("ecs_pipeline_api_calls_total{", "")
    assert.equal(60, codes)
    assert.equal(tostring(2 + 200 - 56), value("other"))
    hook.client = {} -- of other code
    metrics.count_calls(hook)
  end)

  it("grow no label from what strangers send", function()
    local host = fake_ngx.new()
    host.get_phase = function() return "content" end
    local handler = openresty.handler({ secret = fake_request.SECRET, pipelines = { web = "ip-1" }, host = host,
      client = {} })
    local function lines()
      local _, count = fake_request.serve(host, handler, { uri = "/bakes/metrics" }).body:gsub("\n", "")
      return count
    end
    fake_request.serve(host, handler, { method = "PUT" })
    local none = fake_request.serve(host, handler, { uri = "/bakes/metrics" }).body
    assert.is_nil(none:find("\necs_pipeline_webhooks_total{", 1, true)) -- it was none
    local function storm()
      for index = 1, 40 do
        fake_request.webhook(host, handler, { action = "show", pipeline = "p" .. index })
        fake_request.webhook(host, handler, { action = "a" .. index, pipeline = "p", nonce = "n" .. index })
        fake_request.serve(host, handler, { uri = "/bakes/webhook", method = "M" .. index,
          address = "192.0.2." .. index })
      end
    end
    storm()
    local before = lines()
    host.sleep(1)
    storm()
    assert.equal(before, lines())
  end)
end)
