-- Which resource is meant: an id, a table with one, the names of the API. What each public function does with the id of
-- each kind is in reference_calls_spec.lua.
local core = require("ecs_pipeline.core")
local reference = require("ecs_pipeline.paging.reference")
local references = require("spec.support.references")

local function each_kind(run)
  for name, kind in pairs(reference) do
    if type(kind) == "table" then
      run(name, kind, references.KINDS[kind.id])
    end
  end
end

describe("reference.find", function()
  each_kind(function(name, kind, facts)
    it("takes an id or a table with one: " .. name, function()
      assert.same({ id = facts.id }, reference.find("f", facts.id, kind))
      for _, key in ipairs({ facts.key, "id" }) do
        local given = { [key] = facts.id }
        assert.same({ id = facts.id, region_id = given.region_id }, reference.find("f", given, kind))
      end
    end)

    it("rejects what has no id: " .. name, function()
      for given, got in pairs({ [""] = "an empty string", [{}] = "table with 0 entries",
        [{ [facts.key] = 7 }] = "table with 1 entries", [{ id = { {} } }] = "table with 1 entries" }) do
        local ref, message, err = reference.find("f", given, kind)
        assert.is_nil(ref)
        assert.same({ "validation", kind.param, false }, { err.kind, err.param, err.sent })
        assert.matches(("f: arguments refused: %s: the id of %s"):format(kind.param, facts.title), message, 1, true)
        assert.matches(("(got %s); pass it, or a table with %s or id"):format(got, facts.key), message, 1, true)
      end
    end)
  end)

  it("prefers the key of the kind, and takes a list of one", function()
    assert.equal("exec-1",
      reference.find("f", { id = "ip-1", execution_id = "exec-1" }, reference.EXECUTION).id)
    assert.equal("exec-1", reference.find("f", { id = "exec-1", execution_id = "" }, reference.EXECUTION).id)
    assert.equal("ip-1", reference.find("f", { ids = { "ip-1" } }, reference.PIPELINE).id)
    assert.equal("ip-1", reference.find("f", { ids = { { id = "ip-1" } } }, reference.PIPELINE).id)
    assert.equal("ip-1", reference.find("f", { image_pipeline_id = { pipeline_id = "ip-1" } }, reference.PIPELINE).id)
  end)

  it("hands on the region", function()
    assert.same({ id = "ip-1", region_id = "cn-qingdao" },
      reference.find("f", { id = "ip-1", region_id = "cn-qingdao" }, reference.PIPELINE))
  end)

  it("ends with a table that holds itself", function()
    local loop = {}
    loop.id = loop
    assert.equal("validation", select(3, reference.find("f", loop, reference.PIPELINE)).kind)
  end)

  it("rejects several at once", function()
    local ref, message, err = reference.find("f", { ids = { "ip-1", "ip-2" } }, reference.PIPELINE)
    assert.is_nil(ref)
    assert.matches("(got table with 2 entries); pass one of them", message, 1, true)
    assert.equal("image_pipeline_id", err.param)
  end)

  it("says how a name is given, where a function takes one", function()
    local _, message = reference.find("f", "web", reference.PIPELINE)
    assert.matches("that looks like a name: every id begins with \"ip-\"", message, 1, true)
    _, message = reference.find("f", "web", reference.PIPELINE, true)
    assert.matches("that looks like a name: pass { name = … }", message, 1, true)
  end)

  it("raises on anything else", function()
    for _, given in ipairs({ 7, true, print }) do
      assert.error_matches(function() reference.find("f", given, reference.IMAGE) end,
        "f: wants an id, or a table with id, not a " .. type(given), nil, true)
    end
    assert.has_error(function() reference.find("f", nil, reference.IMAGE) end)
  end)
end)

describe("reference.is_named", function()
  it("is true of a table that has a name, and no id", function()
    for given, named in pairs({ [{}] = false, [{ name = "web" }] = true, [{ name = "" }] = false,
      [{ name = 7 }] = false, [{ name = "web", id = "ip-1" }] = false, [{ name = "web", id = "exec-1" }] = false }) do
      assert.equal(named, reference.is_named(given, reference.PIPELINE))
    end
  end)
end)

describe("reference.plain", function()
  it("puts ids where tables stand for them, and copies only then", function()
    local args = { vswitch_id = "vsw-1", tags = { id = "1" } }
    assert.equal(args, reference.plain("pipeline.create", args))
    local group, switch = { id = "rg-1" }, { id = "vpc-1", vswitch_id = "vsw-1" }
    args = { resource_group_id = group, vswitch_id = switch, add_account = { id = "1" }, instance_type = {} }
    assert.same({ resource_group_id = "rg-1", vswitch_id = "vsw-1", add_account = { id = "1" }, instance_type = {} },
      reference.plain("pipeline.create", args))
    assert.equal(group, args.resource_group_id)
  end)
end)

describe("core.id", function()
  it("raises for a kind that there is none of", function()
    assert.error_matches(function() core.id("cloud", "x") end, "no such kind")
  end)
end)
