-- Seen on the outside: `ecs.exit_code` answered 11 ("try again") for a certificate of an unknown authority, for a CA
-- file that is not there and for a proxy that refuses, and a wait went on for four hours behind such a proxy. None of
-- these passes by itself. It answered 11 for a create that was sent and may have been carried out, too: who tries that
-- again creates a second pipeline. The harness of `make faults` holds the exit code of every row; here are those about
-- TLS and proxies.
local ecs = require("ecs_pipeline")
local families = require("spec.faults.rows")
local fake = require("spec.support.fake")
local harness = require("spec.faults.harness")

local ABOUT = { "proxy", "CA file", "unknown authority", "has expired", "connection refused", "no such host",
  "an alert" }

local function is_about(row)
  for _, words in ipairs(ABOUT) do
    if row.fault:find(words, 1, true) then
      return true
    end
  end
  return false
end

describe("a failure that never passes", function()
  local open, seen = nil, { final = 0, unsent = 0 }

  setup(function() open = harness.open() end)
  teardown(function() open:close() end)

  for _, family in ipairs(families) do
    for _, row in ipairs(family.rows) do
      if is_about(row) and not row.slow then
        it("is told from one that may: " .. row.fault, function()
          seen[row.class] = seen[row.class] + 1
          local outcome = open:run(row, "create", "always")
          assert.same({}, outcome.problems)
          assert.equal(row.class ~= "final", outcome.retryable)
        end)
      end
    end
  end

  it("is met above, and its opposite too", function()
    assert.is_true(seen.final >= 10 and seen.unsent >= 10)
  end)

  it("ends a wait; a failure that may pass does not", function()
    local refused = { failed = { kind = "transport", code = "PROXY", reason = "refused", sent = false,
      message = "403" } }
    local client, transport = fake.client({ refused })
    local _, _, err = client.execution.wait("exec-1")
    assert.same({ "PROXY", 1 }, { err.code, #transport.requests })
    local ended = fake.reply(200, { RequestId = "R", TotalCount = 1, ImagePipelineExecution = {
      ImagePipelineExecutionSet = { { ExecutionId = "exec-1", Status = "FAILED" } } } })
    client, transport = fake.client({ fake.unsent(), fake.unsent(), fake.unsent(), ended }, { retry = false })
    assert.equal("failed", assert(client.execution.wait("exec-1")).outcome)
    assert.equal(4, #transport.requests)
  end)

  it("is told from what was sent and may have been carried out", function()
    local client = fake.client({ fake.lost("transport") }, { retry = false })
    local args = { base_image = "m-1", base_image_type = "IMAGE" }
    assert.equal(13, ecs.exit_code(client.pipeline.create(args)))
    args.client_token = "t" -- the same token again: safe
    assert.equal(11, ecs.exit_code(client.pipeline.create(args)))
    assert.equal(11, ecs.exit_code(client.pipeline.describe("ip-1")))
    assert.equal(11, ecs.exit_code(client.pipeline.delete("ip-1")))
  end)
end)
