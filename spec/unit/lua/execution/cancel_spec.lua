-- execution.cancel, and what a refusal to cancel means.
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local DONE = fake.reply(200, { RequestId = "R-2" })

local function set(...)
  local list = {}
  for index, pair in ipairs({ ... }) do
    list[index] = { ExecutionId = pair[1], ImagePipelineId = "ip-1", Status = pair[2] }
  end
  return fake.reply(200, { RequestId = "R-3", ImagePipelineExecution = { ImagePipelineExecutionSet = list } })
end

describe("execution.cancel", function()
  local TOO_LATE = fake.refusal(400, "InvalidStatus.CancelFailed")
  local NOT_NOW = fake.refusal(403, "InvalidStatus.ImagePipelineExecution")

  local rows = { -- label, script, cancelled, status
    { "is accepted", { DONE }, true, nil },
    { "finds it ended", { TOO_LATE, set({ "exec-1", "SUCCESS" }) }, false, "SUCCESS" },
    { "finds it cancelled by somebody", { TOO_LATE, set({ "exec-1", "CANCELLED" }) }, false, "CANCELLED" },
    { "counts a lost answer as its own", { fake.lost(), TOO_LATE, set({ "exec-1", "CANCELLED" }) }, true, "CANCELLED" },
    { "repeats while it is being cancelled", { NOT_NOW, set({ "exec-1", "CANCELLING" }) }, true, "CANCELLING" },
    { "meets the end on the way", { NOT_NOW, set({ "exec-1", "FAILED" }) }, false, "FAILED" },
    { "believes the service when it cannot look", { TOO_LATE, fake.refusal(403, "Forbidden.RAM") }, false, nil },
  }
  for _, row in ipairs(rows) do
    it(row[1], function()
      local client = fake.client(row[2])
      local result = assert(client.execution.cancel("exec-1"))
      assert.same({ cancelled = row[3], status = row[4] }, { cancelled = result.cancelled, status = result.status })
      assert.equal("exec-1", result.execution_id)
    end)
  end

  it("is a conflict in a state that cannot be cancelled, and says in which", function()
    local _, message, err = (fake.client({ NOT_NOW, set({ "exec-1", "DISTRIBUTING" }) })).execution.cancel("exec-1")
    assert.same({ "conflict", "exec-1", "DISTRIBUTING" }, { err.kind, err.execution_id, err.execution_status })
    assert.matches("^execution.cancel: in conflict", message)
    assert.is_string(err.hint)
  end)

  it("fails with other errors, and under dry_run sends nothing", function()
    local client = fake.client({ fake.refusal(404, "InvalidImagePipelineExecution.NotFound") })
    assert.equal("not_found", select(3, client.execution.cancel("exec-1")).kind)
    assert.equal("validation", select(3, client.execution.cancel({})).kind)
    local dry, transport = fake.client({ DONE })
    local rendered = assert(dry.execution.cancel("exec-1", { dry_run = true }))
    assert.same({ true, 0 }, { rendered.dry_run, #transport.requests })
    assert.is_nil(rendered.cancelled)
  end)

  it("can be repeated against the service from start to end", function()
    local client, emulator = virtual.client()
    local _, id = virtual.build(client, emulator)
    assert.is_true(assert(client.execution.cancel(id)).cancelled)
    local again = assert(client.execution.cancel(id))
    assert.same({ true, "CANCELLING" }, { again.cancelled, again.status })
    emulator:advance(60)
    again = assert(client.execution.cancel(id))
    assert.same({ false, "CANCELLED" }, { again.cancelled, again.status })
  end)
end)
