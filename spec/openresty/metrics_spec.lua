-- The metrics of examples/openresty, and its alerts, as Prometheus' own tool reads them.
local bakes_harness = require("spec.openresty.bakes_harness")
local shell = require("ecs_pipeline.emulator.nginx.shell")

-- → whether promtool is content, what it says
local function promtool(command)
  assert(shell.run("command -v promtool >/dev/null"),
    "promtool is not installed: `make test-openresty` brings it (Debian: apt-get install prometheus)")
  local pipe = assert(io.popen(("promtool %s 2>&1; echo $?"):format(command)))
  local text, status = pipe:read("*a"):match("^(.-)(%d+)\n$")
  pipe:close()
  return status == "0", text
end

describe("Prometheus", function()
  it("reads the metrics of a handler that has baked, without a complaint", function()
    local harness = bakes_harness.open()
    local path = os.tmpname()
    finally(function()
      os.remove(path)
      harness:close()
    end)
    assert.equal(202, harness:webhook({ action = "start", pipeline = "web" }).status)
    harness:advance(600)
    harness:wait_for(function(bake) return bake.phase == "building" end)
    harness:advance(86400)
    assert.equal("success", harness:wait_for(function(bake) return bake.state == "ended" end).outcome)
    assert.equal(401, harness:send("POST", "webhook", "{}").status)
    local text = harness:get("metrics").body
    shell.write(path, text)
    local content, said = promtool("check metrics < " .. shell.quote(path))
    assert.same({ true, "" }, { content, said })
    for _, sample in ipairs({ 'bakes_total{pipeline="web",outcome="success"} 1',
      'bake_duration_seconds_count{pipeline="web",outcome="success"} 1',
      'bake_duration_seconds_bucket{pipeline="web",outcome="success",le="+Inf"} 1',
      'api_calls_total{code="OK"} %d+', 'last_good_image_age_seconds{pipeline="web"} %d+',
      'webhooks_total{action="none",status="401"} 1' }) do
      assert.matches("\necs_pipeline_" .. sample:gsub("%+Inf", "%%+Inf"):gsub("[-]", "%%-") .. "[%.%d]*\n", text)
    end
  end)

  it("accepts the alerts, and each fires when it should", function()
    local content, said = promtool("check rules examples/openresty/alerts.yml")
    assert.is_true(content, said)
    assert.matches("3 rules found", said)
    content, said = promtool("test rules spec/openresty/alerts_test.yml")
    assert.is_true(content, said)
  end)
end)
