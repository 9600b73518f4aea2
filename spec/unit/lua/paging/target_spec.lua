-- Which resource is meant: an id, a table with one, the names of the API.
local target = require("ecs_pipeline.paging.target")

local KINDS = { "PIPELINE", "EXECUTION", "COMPONENT", "IMAGE", "INSTANCE_TYPE", "RESOURCE_GROUP", "VPC", "VSWITCH",
  "ZONE", "RESOURCE" }

describe("target.find", function()
  for _, name in ipairs(KINDS) do
    it("takes an id or a table with one: " .. name, function()
      local kind = target[name]
      assert.same({ id = "x-1" }, target.find("f", "x-1", kind))
      for _, key in ipairs(kind.names) do
        assert.same({ id = "x-1", region_id = "cn-qingdao" },
          target.find("f", { [key] = "x-1", region_id = "cn-qingdao" }, kind))
      end
    end)

    it("rejects what has no id: " .. name, function()
      local kind = target[name]
      for given, what in pairs({ [""] = "blank one", [{}] = "nil", [{ [kind.names[1]] = 7 }] = "number",
        [{ [kind.names[1]] = { {} } }] = "table" }) do
        local ref, message, err = target.find("f", given, kind)
        assert.is_nil(ref)
        assert.same({ "validation", kind.param, false }, { err.kind, err.param, err.sent })
        assert.matches(("no id: wants \"%s\", or a table with id, not a %s"):format(kind.sample, what), message, nil,
          true)
      end
    end)
  end

  it("prefers the first name, and takes a list of one", function()
    assert.equal("exec-1",
      target.find("f", { id = "ip-1", execution_id = "exec-1" }, target.EXECUTION).id)
    assert.equal("ip-1", target.find("f", { ids = { "ip-1" } }, target.PIPELINE).id)
  end)

  it("rejects several at once", function()
    local ref, message, err = target.find("f", { ids = { "ip-1", "ip-2" } }, target.PIPELINE)
    assert.is_nil(ref)
    assert.matches("one pipeline at a time; 2 ids were given", message, nil, true)
    assert.equal("image_pipeline_id", err.param)
  end)

  it("raises on anything else", function()
    for _, given in ipairs({ 7, true, print }) do
      assert.error_matches(function() target.find("f", given, target.IMAGE) end,
        "f: wants an id, or a table with id, not a " .. type(given), nil, true)
    end
    assert.has_error(function() target.find("f", nil, target.IMAGE) end)
  end)
end)
