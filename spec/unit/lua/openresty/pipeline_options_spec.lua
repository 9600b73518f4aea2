-- The option `pipelines` of a handler: what is refused, what a file may hold, whose secret is whose.
local fake_request = require("spec.support.fake_request")
local handler_harness = require("spec.support.handler_harness")
local pipeline_options = require("ecs_pipeline.openresty.pipeline_options")
local scratch = require("spec.support.scratch")

local OPERATION = "openresty.handler"
local OTHER = "secret-of-the-shop-0123456789"

local function spec(fields)
  local args = { name = "shop", base_image = "m-bp1example", base_image_type = "IMAGE" }
  for name, value in pairs(fields or {}) do
    args[name] = value
  end
  return args
end

local function read(given, hook)
  return pipeline_options.read(OPERATION, "web", given, hook or { host = {}, region = "cn-hangzhou", own = {} })
end

describe("an entry of pipelines", function()
  it("is an id, or arguments, with defaults", function()
    local fixed = read("ip-bp1example")
    assert.same({ "ip-bp1example", "cn-hangzhou/ip-bp1example:web", true, true, true }, { fixed.id, fixed.key,
      fixed.actions.start, fixed.actions.cancel, fixed.actions.show })
    local baked = read({ spec = spec({ region_id = "cn-beijing" }), actions = "start" })
    assert.same({ "if_changed", "cn-beijing", "cn-beijing/spec:web", { id = "bake:web", region_id = "cn-beijing" } },
      { baked.build, baked.region_id, baked.key, baked.found })
    assert.same({ start = true }, baked.actions)
  end)

  local rows = {
    { { id = "ip-1", spec = spec() }, 'pipelines%["web"%]: unknown option "id"' },
    { { id = "ip-bp1example", build = "always" }, 'unknown option "build"' },
    { { spec = spec(), tags = {} }, 'unknown option "tags"' },
    { { spec = spec(), build = "never" }, 'option "build" must be "if_changed", "always"' },
    { { spec = spec(), replace = "delete" }, 'option "replace" must be "never", "side_by_side", "retire"' },
    { { spec = spec(), replace = "retire" }, "give archive = path of a JSON file, or archive = false" },
    { { spec = spec({ name = "" }) }, 'pipelines%["web"%]%.spec: name is missing' },
    { { spec = spec({ name = 7 }) }, "name" },
    { { spec = { name = "shop" } }, 'pipelines%["web"%]%.spec: .*base_image' },
    { { spec = spec({ nmae = "x" }) }, "nmae" },
    { { spec = spec(), secret = "short" }, 'option "secret" must have at least 16 bytes' },
    { 7, 'pipelines%["web"%]: options must be a table, not a number' },
    { "m-bp1example", "m%-" },
  }
  for index, row in ipairs(rows) do
    it("is refused with the rule and the way out, " .. index, function()
      assert.error_matches(function() read(row[1]) end, row[2])
    end)
  end

  it("has a name without control characters", function()
    for _, name in ipairs({ "", " ", "a\nb", 7 }) do
      assert.error_matches(function() pipeline_options.read(OPERATION, name, "ip-1", { own = {} }) end,
        "a name must be a text without control characters")
    end
  end)
end)

describe("a file of arguments", function()
  local folder

  scratch.each(before_each, after_each, function(path) folder = path end)

  local function file(text)
    local out = assert(io.open(folder .. "/web.lua", "w"))
    out:write(text)
    out:close()
  end

  it("is Lua; a relative path begins in nginx's folder", function()
    file('return { name = "shop", base_image = "m-bp1example", base_image_type = "IMAGE" }')
    assert.equal("shop", read({ spec = folder .. "/web.lua" }).spec.name)
    local hook = { own = {}, host = { config = { prefix = function() return folder .. "/" end } } }
    assert.equal("shop", read({ spec = "web.lua" }, hook).spec.name)
  end)

  it("must be there, be Lua, and return a table", function()
    local path = folder .. "/none.lua"
    local why_not = select(2, io.open(path)):sub(#path + 1) -- in the language of this host
    assert.error_matches(function() read({ spec = path }) end, "none.lua" .. why_not, 1, true)
    for text, why in pairs({ ["return 7"] = "it must return a table of arguments",
      ["return {"] = "the file cannot be used: .*web%.lua:1:", ["error('no key')"] = "web%.lua:1: no key" }) do
      file(text)
      assert.error_matches(function() read({ spec = folder .. "/web.lua" }) end, why)
    end
  end)
end)

describe("a secret of a pipeline", function()
  local function asked(host, handler, pipeline, secret)
    local answer = handler_harness.ask(host, handler, "show", { secret = secret }, { pipeline = pipeline })
    return { answer.status, answer.json.error and answer.json.error.code }
  end

  it("is accepted for that pipeline only, and no other secret is", function()
    local _, _, emulator, client, id = handler_harness.open()
    local host, handler = handler_harness.around(client, emulator, { pipelines = { web = id,
      shop = { spec = spec(), secret = { OTHER, "the one before it 123" } } } })
    assert.same({ 200 }, asked(host, handler, "web"))
    assert.same({ 200 }, asked(host, handler, "shop", OTHER))
    assert.same({ 200 }, asked(host, handler, "shop", "the one before it 123"))
    assert.same({ 403, "OTHER_SECRET" }, asked(host, handler, "web", OTHER))
    assert.same({ 403, "OTHER_SECRET" }, asked(host, handler, "shop"))
    assert.same({ 401, "BAD_SIGNATURE" }, asked(host, handler, "shop", "a secret of nobody"))
  end)

  it("is enough where each pipeline has one", function()
    local _, _, emulator, client, id = handler_harness.open()
    local host, handler = handler_harness.around(client, emulator, { secret = "",
      pipelines = { web = { id = id, secret = OTHER } } })
    assert.same({ 200 }, asked(host, handler, "web", OTHER))
    assert.same({ 401, "BAD_SIGNATURE" }, asked(host, handler, "web", fake_request.SECRET))
  end)
end)
