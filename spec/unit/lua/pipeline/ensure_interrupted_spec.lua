-- pipeline.ensure, interrupted before and after every one of its calls, then called again: exactly one new template
-- remains, nothing is lost that was to stay, and the archive is whole.
local cjson = require("cjson").new()
local fake = require("spec.support.fake")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local virtual = require("spec.support.virtual")

local function wanted(fields)
  local args = { name = "web", base_image = "m-2", base_image_type = "IMAGE" }
  for name, value in pairs(fields or {}) do
    args[name] = value
  end
  return args
end

local function read(path)
  local file = io.open(path, "r")
  if not file then
    return nil
  end
  local text = file:read("*a")
  file:close()
  return text
end

-- A transport that dies at its n-th call, before it is sent or before its answer is heard.
local function dying(inner, n, when)
  local calls = 0
  return { send = function(request, deadline)
    calls = calls + 1
    if calls == n and when == "refused" then
      return fake.refusal(403, "Forbidden.RAM")
    elseif calls == n and when == "before" then
      error("killed", 0)
    end
    local reply, err = inner.send(request, deadline)
    if calls == n then
      error("killed", 0)
    end
    return reply, err
  end }
end

local function templates(emulator, name)
  local list = {}
  for _, pipeline in ipairs(emulator:state().pipelines) do
    if name == nil or pipeline.Name == name then
      list[#list + 1] = pipeline.ImagePipelineId
    end
  end
  return list
end

-- One row a way of calling: what is there before, arguments, options, and how many templates then remain.
local ROWS = {
  { what = "create", args = function() return wanted() end, remain = 1, calls = 3 },
  { what = "side by side", old = true, args = function() return wanted() end, remain = 2, calls = 4,
    options = { replace = "side_by_side" } },
  { what = "retire", old = true, args = function() return wanted() end, remain = 1, calls = 7,
    options = { replace = "retire" } },
  { what = "retire by id, renamed", old = true, remain = 1, calls = 9, options = { replace = "retire" },
    args = function(old) return wanted({ id = old, name = "web-2" }) end },
  { what = "retire what builds", old = true, running = true, args = function() return wanted() end, remain = 1,
    calls = 12, options = { replace = "retire", poll = 400 } },
}

local path

-- → client whose calls die, emulator, id of the old template or nil, options
local function scene(row, n, when)
  local client, emulator = virtual.client()
  local old = row.old and assert(client.pipeline.create(wanted({ base_image = "m-1" }))).id or nil
  if old then
    local first = assert(client.execution.start(old))
    if not row.running then
      assert(client.execution.wait(first))
    end
  end
  local options = {}
  for name, value in pairs(row.options or {}) do
    options[name] = value
  end
  if options.replace == "retire" then
    options.archive = path
  end
  return client.with({ transport = dying(emulator:transport(), n, when) }), emulator, old, options, client
end

-- → was it interrupted at all
local function interrupted_at(row, n, when)
  local mortal, emulator, old, options, client = scene(row, n, when)
  local alive, why = pcall(mortal.pipeline.ensure, row.args(old), options)
  if alive then
    return false
  end
  assert.equal("killed", why)
  local again = assert(client.pipeline.ensure(row.args(old), options))
  assert.equal("m-2", again.base_image)
  local left = templates(emulator)
  assert.equal(row.remain, #left, ("%s call %d"):format(when, n))
  assert.equal(again.id, left[#left])
  if options.archive then
    local archive = cjson.decode(read(path) or "{}")
    assert.same({ old, 1, "SUCCESS" }, { archive.pipeline.id, #archive.executions, archive.executions[1].status })
  elseif old then
    assert.equal(old, left[1])
  end
  assert.is_nil(shell.line("ls " .. path .. ".* 2>/dev/null"))
  -- and once more changes nothing
  local third = assert(client.pipeline.ensure(row.args(old), options))
  assert.same({ again.id, false, "none" }, { third.id, third.created, third.plan.action })
  assert.same(left, templates(emulator))
  return true
end

describe("pipeline.ensure, interrupted", function()
  before_each(function()
    path = os.tmpname()
    os.remove(path)
  end)

  after_each(function()
    os.remove(path)
  end)

  for _, row in ipairs(ROWS) do
    for _, when in ipairs({ "before", "after" }) do
      it(when .. " every call of " .. row.what, function()
        local n = 0
        repeat
          n = n + 1
          os.remove(path)
        until not interrupted_at(row, n, when)
        assert.is_true(n > row.calls - 1, "only " .. n - 1 .. " calls were interrupted")
      end)
    end
  end

  for _, row in ipairs(ROWS) do
    it("by a refusal of every call of " .. row.what, function()
      local n, tried = 0, 0
      repeat
        n = n + 1
        os.remove(path)
        local mortal, emulator, old, options, client = scene(row, n, "refused")
        local result, message, err = mortal.pipeline.ensure(row.args(old), options)
        if not result then
          tried = tried + 1
          assert.equal("denied", err.kind)
          assert.matches("^pipeline.ensure: not permitted: ", message)
          assert(client.pipeline.ensure(row.args(old), options))
        end
        assert.equal(row.remain, #templates(emulator))
      until result and n > row.calls
      assert.is_true(tried >= row.calls - 2, "only " .. tried .. " refusals")
    end)
  end

  it("by lost answers instead, which the client hears of", function()
    for _, kind in ipairs({ "lost_answer", "timeout" }) do
      local client, emulator = virtual.client({ retry = false })
      emulator:fault({ kind = kind, action = "CreateImagePipeline" })
      local _, _, err = client.pipeline.ensure(wanted())
      assert.is_truthy(err.hint:find("call ensure again", 1, true))
      assert(client.pipeline.ensure(wanted()))
      assert.equal(1, #templates(emulator))
    end
  end)
end)
