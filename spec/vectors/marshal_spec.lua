-- The vendor's 26 marshalling inputs through client.call, and the 18 of our typed operations through them as well.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local vectors = require("spec.support.vectors")
local refused = require("spec.vectors.refused")

local cases = vectors.cases("marshal")

local typed = {
  CreateImagePipeline = "pipeline.create",
  DescribeImagePipelines = "pipeline.describe",
  DeleteImagePipeline = "pipeline.delete",
}

local keys = { access_key_id = "LTAIvectors", access_key_secret = "secret" }

-- A client whose transport keeps what it was given.
local function capturing_client(reply)
  local sent = {}
  local client = ecs.new({
    region = "cn-hangzhou",
    credentials = keys,
    retry = false,
    log = "off",
    transport = {
      name = "capture",
      send = function(request)
        sent[#sent + 1] = request
        return { status = 200, headers = { ["content-type"] = "application/json" }, body = reply }
      end,
    },
  })
  return client, sent
end

local function attempt(options)
  return vectors.merge({
    credentials = assert(core.credentials(keys)),
    endpoint = "https://ecs.cn-hangzhou.aliyuncs.com",
  }, options or {})
end

local function session()
  return core.session({
    decode = vectors.decode,
    user_agent = "vectors",
    signature_version = "auto",
    placement = "auto",
  })
end

describe("client.call", function()
  it("has all 26 cases to answer for", function()
    assert.equal(26, #cases)
  end)

  for _, case in ipairs(cases) do
    it("sends " .. case.name, function()
      local client, sent = capturing_client('{"RequestId":"R-1"}')
      assert(client.call("Ecs", case.version, case.action, case.input))
      assert.equal(1, #sent)
      assert.same(case.wire, (vectors.sent_parameters(sent[1])))
      client.close()
    end)
  end
end)

describe("core.prepare", function()
  for _, case in ipairs(cases) do
    it("writes " .. case.name .. " as a generic call", function()
      local operation = { product = "Ecs", version = case.version, action = case.action }
      local request, err = core.prepare(session(), operation, case.input, attempt())
      assert.is_table(request, err and err.message)
      assert.same(case.wire, (vectors.sent_parameters(request)))
    end)
  end

  local count = 0
  for _, case in ipairs(cases) do
    local operation = typed[case.action]
    if operation then
      count = count + 1
      it("writes " .. case.name .. " by " .. operation .. ", unchecked", function()
        local request, err = core.prepare(session(), operation, case.input_lua_names, attempt({ validate = "off" }))
        assert.is_table(request, err and err.message)
        assert.same(case.wire, (vectors.sent_parameters(request)))
      end)

      it("judges " .. case.name .. " by the strict rules as the list says", function()
        local request, err = core.prepare(session(), operation, case.input_lua_names, attempt())
        local expected, found = refused[case.name] or {}, {}
        for _, failure in ipairs(not request and err.failures or {}) do
          found[#found + 1] = failure.param .. ": " .. failure.rule
        end
        table.sort(found)
        local listed = {}
        for _, entry in ipairs(expected) do
          listed[#listed + 1] = entry.param .. ": " .. entry.rule
        end
        table.sort(listed)
        assert.same(listed, found)
        if request then
          assert.same(case.wire, (vectors.sent_parameters(request)))
        else
          assert.equal("validation", err.kind)
        end
      end)
    end
  end

  it("has 18 typed cases to answer for", function()
    assert.equal(18, count)
  end)

  it("knows every case that the list of refusals names", function()
    local names = {}
    for _, case in ipairs(cases) do
      names[case.name] = typed[case.action] ~= nil
    end
    for name, entries in pairs(refused) do
      assert.is_true(names[name], name)
      for _, entry in ipairs(entries) do
        assert.is_string(entry.why, name .. " " .. entry.param)
      end
    end
  end)
end)

describe("client.pipeline.create", function()
  for _, case in ipairs(cases) do
    if case.action == "CreateImagePipeline" then
      it("sends " .. case.name .. ", with a ClientToken of its own", function()
        local client, sent = capturing_client('{"RequestId":"R-1","ImagePipelineId":"ip-1"}')
        local made, message = client.pipeline.create(case.input_lua_names, { validate = "off" })
        assert.is_table(made, message)
        assert.equal("ip-1", made.id)
        assert.equal(1, #sent)
        local params = vectors.sent_parameters(sent[1])
        if not case.wire.ClientToken then
          assert.is_string(params.ClientToken)
          assert.is_true(#params.ClientToken > 0 and #params.ClientToken <= 64)
          params.ClientToken = nil
        end
        assert.same(case.wire, params)
        client.close()
      end)
    end
  end
end)
