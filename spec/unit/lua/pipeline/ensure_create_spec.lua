-- pipeline.ensure creates at most once: the ClientToken is computed from the arguments.
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local client, emulator

local function wanted(fields)
  local args = { name = "web", base_image = "m-1", base_image_type = "IMAGE" }
  for name, value in pairs(fields or {}) do
    args[name] = value
  end
  return args
end

local function ids()
  local list = {}
  for index, pipeline in ipairs(emulator:state().pipelines) do
    list[index] = pipeline.ImagePipelineId
  end
  return list
end

local function count(action)
  return emulator:state().count[action] or 0
end

before_each(function()
  client, emulator = virtual.client()
end)

describe("pipeline.ensure", function()
  it("makes one for two that ask at the same time", function()
    local tokens = {}
    local inner = emulator:transport()
    local function racing(before)
      return { send = function(request, deadline)
        if request.headers["x-acs-action"] == "CreateImagePipeline" then
          tokens[#tokens + 1] = request.url:match("ClientToken=(%w+)")
          before()
        end
        return inner.send(request, deadline)
      end }
    end
    local once = true
    local other = client.with({ transport = racing(function() end) })
    local mine = client.with({ transport = racing(function()
      if once then
        once = false
        assert(other.pipeline.ensure(wanted()))
      end
    end) })
    assert(mine.pipeline.ensure(wanted()))
    assert.equal(1, #ids())
    assert.equal(2, #tokens)
    assert.same({ tokens[1], 64 }, { tokens[2], #tokens[1] })
  end)

  it("makes none more when the service does not show yet what was made", function()
    local first = assert(client.pipeline.ensure(wanted())).id
    local inner, looks = emulator:transport(), 0
    local blind = client.with({ transport = { send = function(request, deadline)
      if request.headers["x-acs-action"] == "DescribeImagePipelines" then
        looks = looks + 1
        if looks <= 3 then
          return fake.reply(200, "{\"RequestId\":\"R\",\"ImagePipeline\":{\"ImagePipelineSet\":[]}}")
        end
      end
      return inner.send(request, deadline)
    end } })
    assert.equal(first, assert(blind.pipeline.ensure(wanted())).id)
    assert.same({ first }, ids())
    assert.equal(2, count("CreateImagePipeline"))
  end)

  it("makes it again after somebody deleted it, whatever the service remembers of the token", function()
    local first = assert(client.pipeline.ensure(wanted())).id
    assert(client.pipeline.delete(first))
    local second = assert(client.pipeline.ensure(wanted()))
    assert.is_true(second.created)
    assert.same({ second.id }, ids())
    assert(client.pipeline.delete(second))
    assert(client.pipeline.ensure(wanted({ system_disk_size = 40 })))
    assert.equal(1, #ids())
  end)

  it("takes a token of the caller's, and fails if that is used up", function()
    local first = assert(client.pipeline.ensure(wanted(), { client_token = "mine" })).id
    assert(client.pipeline.delete(first))
    local _, message, err = client.pipeline.ensure(wanted(), { client_token = "mine" })
    assert.same({ "conflict", "create" }, { err.kind, err.plan.action })
    assert.matches("has been deleted", message)
    _, _, err = client.pipeline.ensure(wanted({ name = "other" }), { client_token = "mine" })
    assert.equal("IdempotentParameterMismatch", err.code)
    assert.equal(0, #ids())
  end)

  it("keeps the name and resource group of the old template where the arguments give none", function()
    local old = assert(client.pipeline.create(wanted({ resource_group_id = "rg-1", tags = { a = "1" } })))
    local new = assert(client.pipeline.ensure({ id = old, base_image = "m-2", base_image_type = "IMAGE" },
      { replace = "side_by_side" }))
    assert.same({ "web", "rg-1", { ["ecs_pipeline:follows"] = old.id } },
      { new.name, new.resource_group_id, new.tags })
  end)

  it("passes the follows tag on to what retires its holder", function()
    local first = assert(client.pipeline.ensure(wanted())).id
    local second = assert(client.pipeline.ensure(wanted({ base_image = "m-2" }), { replace = "side_by_side" })).id
    local third = assert(client.pipeline.ensure(wanted({ base_image = "m-3" }),
      { replace = "retire", archive = false }))
    assert.same({ ["ecs_pipeline:retires"] = second, ["ecs_pipeline:follows"] = first }, third.tags)
  end)

  it("fails when what it created may not be read, and the next call finds it", function()
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelines", skip = 1, times = 1 })
    local _, message, err = client.pipeline.ensure(wanted())
    assert.same({ "denied", "create" }, { err.kind, err.plan.action })
    assert.matches("^pipeline%.ensure: not permitted: ", message)
    assert.equal(ids()[1], assert(client.pipeline.ensure(wanted())).id)
    assert.equal(1, #ids())
  end)
end)
