-- Which resource is meant: an id, a table with one, the names of the API.
local reference = require("ecs_pipeline.paging.reference")

local KINDS = { "PIPELINE", "EXECUTION", "COMPONENT", "IMAGE", "INSTANCE_TYPE", "RESOURCE_GROUP", "VPC", "VSWITCH",
  "ZONE", "RESOURCE" }

describe("reference.find", function()
  for _, name in ipairs(KINDS) do
    it("takes an id or a table with one: " .. name, function()
      local kind = reference[name]
      assert.same({ id = "x-1" }, reference.find("f", "x-1", kind))
      for _, key in ipairs(kind.names) do
        assert.same({ id = "x-1", region_id = "cn-qingdao" },
          reference.find("f", { [key] = "x-1", region_id = "cn-qingdao" }, kind))
      end
    end)

    it("rejects what has no id: " .. name, function()
      local kind = reference[name]
      for given, what in pairs({ [""] = "blank one", [{}] = "nil", [{ [kind.names[1]] = 7 }] = "number",
        [{ [kind.names[1]] = { {} } }] = "table" }) do
        local ref, message, err = reference.find("f", given, kind)
        assert.is_nil(ref)
        assert.same({ "validation", kind.param, false }, { err.kind, err.param, err.sent })
        assert.matches(("no id: wants \"%s\", or a table with id, not a %s"):format(kind.sample, what), message, nil,
          true)
      end
    end)
  end

  it("prefers the first name, and takes a list of one", function()
    assert.equal("exec-1",
      reference.find("f", { id = "ip-1", execution_id = "exec-1" }, reference.EXECUTION).id)
    assert.equal("ip-1", reference.find("f", { ids = { "ip-1" } }, reference.PIPELINE).id)
  end)

  it("rejects several at once", function()
    local ref, message, err = reference.find("f", { ids = { "ip-1", "ip-2" } }, reference.PIPELINE)
    assert.is_nil(ref)
    assert.matches("one pipeline at a time; 2 ids were given", message, nil, true)
    assert.equal("image_pipeline_id", err.param)
  end)

  it("raises on anything else", function()
    for _, given in ipairs({ 7, true, print }) do
      assert.error_matches(function() reference.find("f", given, reference.IMAGE) end,
        "f: wants an id, or a table with id, not a " .. type(given), nil, true)
    end
    assert.has_error(function() reference.find("f", nil, reference.IMAGE) end)
  end)
end)
