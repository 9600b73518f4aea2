-- Every public function that takes an id × what may be given for it: the right id goes out, that of another kind is
-- refused before anything is sent. A function of a group without a row here fails; so does a parameter.
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local fake_ngx = require("spec.support.fake_ngx")
local openresty = require("ecs_pipeline.openresty")
local references = require("spec.support.references")
local virtual = require("spec.support.virtual")

local KINDS = references.KINDS

local COPY, NAME = { to_region_id = "cn-qingdao" }, { name = "new-name" }

local function args_with(id)
  return { base_image = "m-1", base_image_type = "IMAGE", id = id }
end

-- Function (and the field of its argument) → the kind that it wants, how it is called, does it take names too, and why
-- the first request has not the id.
local CALLS = {
  ["bake{ id }"] = { "pipeline", function(c, id) return c.bake(args_with(id)) end },
  ["component.delete"] = { "component", function(c, id) return c.component.delete(id) end, true },
  ["component.describe"] = { "component", function(c, id) return c.component.describe(id) end, true },
  ["component.each{ ids }"] = { "component", function(c, id) return select(2, c.component.each({ ids = id })()) end },
  ["component.list{ ids }"] = { "component", function(c, id) return c.component.list({ ids = id }) end },
  ["component.list{ image_component_id }"] = { "component",
    function(c, id) return c.component.list({ image_component_id = id }) end },
  ["execution.build"] = { "pipeline", function(c, id) return c.execution.build(id) end, true },
  ["execution.build_if_changed"] = { "pipeline", function(c, id) return c.execution.build_if_changed(id) end, true },
  ["execution.cancel"] = { "execution", function(c, id) return c.execution.cancel(id) end },
  ["execution.describe"] = { "execution", function(c, id) return c.execution.describe(id) end },
  ["execution.each{ pipeline }"] = { "pipeline", function(c, id) return c.execution.each({ pipeline = id })() end,
    true },
  ["execution.list{ execution_id }"] = { "execution",
    function(c, id) return c.execution.list({ execution_id = id }) end },
  ["execution.list{ image_pipeline_id }"] = { "pipeline",
    function(c, id) return c.execution.list({ image_pipeline_id = id }) end, true },
  ["execution.list{ pipeline }"] = { "pipeline", function(c, id) return c.execution.list({ pipeline = id }) end,
    true },
  ["execution.start"] = { "pipeline", function(c, id) return c.execution.start(id) end, true },
  ["execution.start{ image_pipeline_id }"] = { "pipeline",
    function(c, id) return c.execution.start({ image_pipeline_id = id, tags = { a = "1" } }) end, true },
  ["execution.wait"] = { "execution", function(c, id) return c.execution.wait(id, { timeout = 1 }) end },
  ["image.copy"] = { "image", function(c, id) return c.image.copy(id, COPY) end, false, "looks for an earlier copy" },
  ["image.copy{ to_region_id }"] = { "region", function(c, id) return c.image.copy("m-1", { to_region_id = id }) end },
  ["image.delete"] = { "image", function(c, id) return c.image.delete(id) end },
  ["image.describe"] = { "image", function(c, id) return c.image.describe(id) end },
  ["image.each{ ids }"] = { "image", function(c, id) return c.image.each({ ids = id })() end },
  ["image.list{ ids }"] = { "image", function(c, id) return c.image.list({ ids = id }) end },
  ["image.list{ image_id }"] = { "image", function(c, id) return c.image.list({ image_id = id }) end },
  ["image.latest{ ids }"] = { "image", function(c, id) return c.image.latest({ ids = id }) end },
  ["image.modify"] = { "image", function(c, id) return c.image.modify(id, NAME) end },
  ["image.prune{ pipeline }"] = { "pipeline", function(c, id) return c.image.prune({ pipeline = id, keep = 1 }) end,
    true },
  ["image.share"] = { "image", function(c, id) return c.image.share(id, { add_account = "1234567890" }) end },
  ["image.wait_available"] = { "image", function(c, id) return c.image.wait_available(id, { timeout = 1 }) end },
  ["instance_type.list{ ids }"] = { "instance_type", function(c, id) return c.instance_type.list({ ids = id }) end },
  ["pipeline.delete"] = { "pipeline", function(c, id) return c.pipeline.delete(id) end, true },
  ["pipeline.describe"] = { "pipeline", function(c, id) return c.pipeline.describe(id) end, true },
  ["pipeline.each{ ids }"] = { "pipeline", function(c, id) return c.pipeline.each({ ids = id })() end },
  ["pipeline.ensure{ id }"] = { "pipeline", function(c, id) return c.pipeline.ensure(args_with(id)) end },
  ["pipeline.import"] = { "pipeline", function(c, id) return c.pipeline.import(id) end, true },
  ["pipeline.list{ ids }"] = { "pipeline", function(c, id) return c.pipeline.list({ ids = id }) end },
  ["pipeline.list{ image_pipeline_id }"] = { "pipeline",
    function(c, id) return c.pipeline.list({ image_pipeline_id = id }) end },
  ["pipeline.plan{ id }"] = { "pipeline", function(c, id) return c.pipeline.plan(args_with(id)) end },
  ["resource_group.join{ ids }"] = { "image", function(c, id)
    return c.resource_group.join({ resource_type = "image", ids = id, resource_group_id = "rg-1" })
  end },
  ["resource_group.join{ resource_group_id }"] = { "resource_group", function(c, id)
    return c.resource_group.join({ resource_type = "image", ids = "m-1", resource_group_id = id })
  end },
  ["resource_group.list{ ids }"] = { "resource_group", function(c, id) return c.resource_group.list({ ids = id }) end },
  ["snapshot.delete"] = { "snapshot", function(c, id) return c.snapshot.delete(id) end },
  ["vpc.delete"] = { "vpc", function(c, id) return c.vpc.delete(id) end, true },
  ["vpc.describe"] = { "vpc", function(c, id) return c.vpc.describe(id) end, true },
  ["vpc.each{ ids }"] = { "vpc", function(c, id) return c.vpc.each({ ids = id })() end },
  ["vpc.list{ ids }"] = { "vpc", function(c, id) return c.vpc.list({ ids = id }) end },
  ["vpc.list{ vpc_id }"] = { "vpc", function(c, id) return c.vpc.list({ vpc_id = id }) end },
  ["vswitch.create{ vpc_id }"] = { "vpc", function(c, id)
    return c.vswitch.create({ vpc_id = id, zone_id = "cn-hangzhou-h", cidr_block = "172.16.0.0/24" })
  end },
  ["vswitch.delete"] = { "vswitch", function(c, id) return c.vswitch.delete(id) end, true },
  ["vswitch.describe"] = { "vswitch", function(c, id) return c.vswitch.describe(id) end, true },
  ["vswitch.each{ ids }"] = { "vswitch", function(c, id) return c.vswitch.each({ ids = id })() end },
  ["vswitch.list{ ids }"] = { "vswitch", function(c, id) return c.vswitch.list({ ids = id }) end },
  ["vswitch.list{ vpc_id }"] = { "vpc", function(c, id) return c.vswitch.list({ vpc_id = id }) end },
}
for kind, resource_type in pairs({ image = "image", component = "imagecomponent", pipeline = "imagepipeline",
  execution = "imagepipelineexecution", snapshot = "snapshot", instance = "instance", disk = "disk",
  security_group = "securitygroup", network_interface = "eni" }) do
  local yes = { undocumented = true }
  CALLS["tags.add, " .. resource_type] = { kind,
    function(c, id) return c.tags.add(resource_type, id, { a = "1" }, yes) end }
  CALLS["tags.remove, " .. resource_type] = { kind,
    function(c, id) return c.tags.remove(resource_type, id, "a", yes) end }
  CALLS["tags.list, " .. resource_type] = { kind,
    function(c, id) return c.tags.list(resource_type, { ids = id }, yes) end }
end

-- Functions whose only ids are parameters of their operation (the second table below), or that have none.
local NO_ROW = { "account.describe", "build_content.hash", "build_content.lint", "build_content.new",
  "build_content.parse", "component.create", "component.resolve", "pipeline.create", "pipeline.validate",
  "region.list", "tags.diff", "tags.from_list", "tags.matches", "tags.merge", "tags.split", "tags.to_list",
  "tags.validate", "vpc.create", "zone.list" }

-- Keys of tables, by the kind that is wanted: what the contract says. `id` comes last.
local KEYS = {
  pipeline = { "image_pipeline_id", "pipeline_id", "ids" }, execution = { "execution_id" },
  image = { "image_id", "ids" }, component = { "image_component_id", "ids" }, vpc = { "vpc_id" },
  vswitch = { "vswitch_id", "v_switch_id" },
}

-- The id that a value means, or nil and why it is refused.
local function meaning(wanted, given)
  local id = given
  if type(given) == "table" then
    id = given.id
    for index = #(KEYS[wanted] or { KINDS[wanted].key }), 1, -1 do
      local value = given[(KEYS[wanted] or { KINDS[wanted].key })[index]]
      if value ~= nil and value ~= "" then
        id = value
      end
    end
  end
  if type(id) ~= "string" or id == "" then
    return nil, "none"
  end
  local kind, exact = references.kind_of(id)
  if kind == wanted and exact then
    return id
  elseif kind and kind ~= wanted then
    return nil, kind
  elseif KINDS[wanted].closed then
    return nil, "name"
  end
  return id
end

-- What other calls give: label → table.
local function results()
  local client, emulator = virtual.client()
  local list = {}
  local vpc = assert(client.vpc.create({ vpc_name = "net", cidr_block = "172.16.0.0/12" }))
  local vswitch = assert(client.vswitch.create({ vpc_id = vpc, zone_id = "cn-hangzhou-h",
    cidr_block = "172.16.0.0/24" }))
  list["of vpc.create"], list["of vswitch.create"] = vpc, vswitch
  local args = { base_image = "m-bp1example", base_image_type = "IMAGE", name = "web", vswitch_id = vswitch }
  local made = assert(client.pipeline.create(args))
  list["of pipeline.create"], list["of pipeline.describe"] = made, assert(client.pipeline.describe(made))
  list["of pipeline.plan"] = assert(client.pipeline.plan(args))
  list["of execution.build"] = assert(client.execution.build(made))
  list["of execution.describe"] = assert(client.execution.describe(list["of execution.build"]))
  list["of execution.build_if_changed"] = assert(client.execution.build_if_changed(made))
  emulator:script_build({ outcome = "FAILED" })
  list["of a failed build"] = assert(client.execution.build(made))
  list["of bake"] = assert(client.bake(args))
  list["of image.describe"] = assert(client.image.describe(list["of execution.build"]))
  list["of image.copy"] = assert(client.image.copy(list["of execution.build"], { to_region_id = "cn-qingdao" }))
  local component = assert(client.component.create({ content = "RUN true" }))
  list["of component.create"], list["of component.describe"] = component, client.component.describe(component)
  list["of tags.list"] = assert(client.tags.list("image", { ids = "m-bp1example" }))[1]
  list["an error with ids"] = { kind = "timeout", execution_id = "exec-bp2", pipeline_id = "ip-bp2" }
  return list
end

local GIVEN = results()
for kind, facts in pairs(KINDS) do
  GIVEN["the id of " .. facts.title] = facts.id
  GIVEN["the id of " .. facts.title .. " as `id`"] = { id = facts.id }
  GIVEN["the id of " .. facts.title .. " as " .. facts.key] = { [facts.key] = facts.id }
  GIVEN["the id of " .. facts.title .. " in capitals"] = facts.id:upper()
  GIVEN["only how the id of " .. facts.title .. " begins"] = facts.id:match("^%a+%-") or kind
  for other in pairs(KEYS[kind] and KEYS or {}) do
    if other ~= kind then
      GIVEN[("%s with %s as `id`"):format(facts.key, other)] = { [facts.key] = facts.id, id = KINDS[other].id }
    end
  end
end
for label, given in pairs({ ["an empty text"] = "", ["a name"] = "web", ["an old image"] = "aliyun_3_x64_20G.vhd",
  ["an empty key beside an id"] = { image_id = "", image_pipeline_id = "", execution_id = "", id = "exec-1" },
  ["a number as `id`"] = { id = 7 }, ["a boolean as `id`"] = { id = true } }) do
  GIVEN[label] = given
end

local LABELS = {}
for label in pairs(GIVEN) do
  LABELS[#LABELS + 1] = label
end
table.sort(LABELS)

-- The client's only answer; what is asked before it counts.
local ANSWER = fake.refusal(403, "Forbidden.RAM")

local function holds(request, id)
  for _, value in pairs(fake.parameters(request)) do
    if value == id then
      return true
    end
  end
  return false
end

-- The failure of one call, however the function reports it, and the first request.
local function call(run, client, transport, given)
  for index = #transport.requests, 1, -1 do
    transport.requests[index] = nil
  end
  local returned, err = { run(client, given) }, nil
  for index = 3, 1, -1 do
    local value = returned[index]
    err = type(value) == "table" and value.kind and value or err
  end
  return err, transport.requests[1]
end

-- Rules of other texts: the function has such arguments besides the id, a region has fewer characters.
local function breaks_another_rule(err)
  return err.kind == "validation" and not err.sent
    and (err.message:find("not a parameter of", 1, true) or err.message:find("may hold only", 1, true)
      or err.message:find("region is not a region id", 1, true)) ~= nil
end

local function check_refusal(row, why, err, sent, where)
  assert.is_nil(sent, where)
  assert.same({ "validation", false }, { err.kind, err.sent }, where)
  if KINDS[why] then
    assert.matches("the id of " .. KINDS[row[1]].title, err.message, 1, true)
    assert.matches("got the id of " .. KINDS[why].title, err.message, 1, true)
  elseif why == "name" then
    assert.matches("that looks like a name: " .. (row[3] and "pass { name = … }" or "every id begins with"),
      err.message, 1, true)
  end
end

describe("an id given to", function()
  for name, row in pairs(CALLS) do
    local wanted, run, by_name = row[1], row[2], row[3]
    it(name .. " is of the right kind, or refused", function()
      local client, transport = fake.client({ ANSWER }, { retry = false })
      for _, label in ipairs(LABELS) do
        local given = GIVEN[label]
        local id, why = meaning(wanted, given)
        local err, sent = call(run, client, transport, given)
        local where = label .. ": " .. tostring(err)
        local is_name = why == "none" and by_name and type(given) == "table" and given.name ~= nil
        local is_number = why == "none" and type(given) == "table" and type(given.id) == "number"
        if id then
          assert.is_true(sent and (row[4] or holds(sent, id)) and true or breaks_another_rule(err), where)
        elseif not is_name and not (is_number and sent and holds(sent, "7")) then -- a number stands for its digits
          check_refusal(row, why, err, sent, where)
        end
      end
      for _, given in ipairs({ 7, true, print }) do
        local raised, err = pcall(call, run, client, transport, given)
        assert.is_true(not raised or err.kind == "validation" or holds(transport.requests[1], tostring(given)))
      end
    end)
  end
end)

describe("a hook of nginx", function()
  it("refuses the id of another kind too", function()
    local client, transport = fake.client({ ANSWER }, { retry = false })
    local host = fake_ngx.new({ now = 1795491843 })
    local flight = openresty.single_flight({ client = client, host = host })
    local watcher = openresty.watch({ client = client, host = host })
    for _, row in ipairs({ { flight.start, "exec-1" }, { flight.start, "web" }, { watcher.follow, "ip-1" },
      { watcher.follow, { id = "ip-1", image_pipeline_id = "ip-1" } } }) do
      assert.equal("validation", select(3, row[1](row[2])).kind)
    end
    assert.is_nil(watcher.state("ip-1"))
    assert.equal(0, #transport.requests)
  end)
end)

describe("no function was forgotten:", function()
  it("each one of a group has a row, or is known to need none", function()
    local known = {}
    for _, name in ipairs(NO_ROW) do
      known[name] = true
    end
    for name in pairs(CALLS) do
      known[name:match("^[%w_.]+")] = true
    end
    for group, functions in pairs(ecs) do
      if type(functions) == "table" and group ~= "credentials" then
        for verb in pairs(functions) do
          assert.is_true(known[group .. "." .. verb], "add a row for " .. group .. "." .. verb)
        end
      end
    end
  end)
end)

describe("each parameter that is an id", function()
  local function refusals(operation, args)
    local ok, detail = core.check(operation, args, { region = "cn-hangzhou" })
    local found = {}
    for _, one in ipairs(not ok and detail.failures or {}) do
      found[one.param] = one.message
    end
    return found
  end

  for operation in pairs(core.operations()) do
    for _, row in ipairs(core.operation(operation).parameters) do
      if row.id and row.id ~= "resource" then
        it(("rejects that of another kind: %s of %s"):format(row.name, operation), function()
          for kind, facts in pairs(KINDS) do
            local foreign = kind ~= row.id and not facts.bare
            for _, value in ipairs({ facts.id, { id = facts.id } }) do
              local message = refusals(operation, { [row.name] = value })[row.name]
              local told = message and message:find("got the id of " .. facts.title, 1, true) ~= nil or false
              assert.equal(foreign, told, tostring(message))
            end
          end
          local right = KINDS[row.id]
          for _, value in ipairs({ right.id, { id = right.id }, { [right.key] = right.id, id = "ip-x" },
            { { [right.key] = right.id } } }) do
            if row.type == "list" or type(value) ~= "table" or value[1] == nil then
              assert.is_nil(refusals(operation, { [row.name] = value })[row.name])
            end
          end
        end)
      end
    end
  end

  it("is known by its kind, if its name says that it is one", function()
    for operation in pairs(core.operations()) do
      for _, row in ipairs(core.operation(operation).parameters) do
        local is_one = row.name:find("_ids?$") or row.name == "ids" or row.name == "id"
        -- Two are plain texts: the part of a host name, and what a caller made up.
        if is_one and row.name ~= "region_id" and row.name ~= "external_id" then
          assert.is_string(row.id, operation .. ": " .. row.name)
        end
      end
    end
  end)
end)
