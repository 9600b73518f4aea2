-- Images without a suffix: a name that is taken is said now, and not by the end of a build of 40 minutes.
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local virtual = require("spec.support.virtual")

local client, emulator, warnings

local function args(more)
  local all = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN make",
    image_options = { image_name = "golden" }, advanced_options = { image_name_suffix = "disable" } }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  return all
end

local function bake(more, options)
  return client.bake(args(more), options)
end

local function count(action)
  return emulator:state().count[action] or 0
end

local function put(fields)
  local image = { ImageId = "m-old", ImageName = "golden", RegionId = "cn-hangzhou" }
  for name, value in pairs(fields or {}) do
    image[name] = value
  end
  emulator:put("images", image)
end

-- Those about the name that come from the service's answer.
local function told()
  local list = {}
  for _, event in ipairs(warnings) do
    if event.rule == "image_name" then
      list[#list + 1] = event.operation .. ": " .. event.message
    end
  end
  return list
end

before_each(function()
  warnings = {}
  client, emulator = virtual.client({ on_event = function(event)
    warnings[#warnings + 1] = event.type == "warning" and event or nil
  end })
end)

describe("ecs.bake, of a pipeline whose images have one name,", function()
  it("creates and starts nothing while an image has it", function()
    put()
    local none, message, err = bake()
    assert.is_nil(none)
    assert.same({ "conflict", { ["cn-hangzhou"] = "m-old" }, false }, { err.kind, err.name_taken, err.retryable })
    assert.matches("the next image is named golden, and there is one already (m-old in cn-hangzhou)", message, 1, true)
    assert.matches("when_name_taken", err.hint)
    assert.equal(9, ecs.exit_code(none, message, err))
    assert.same({ 0, 0 }, { count("CreateImagePipeline"), count("StartImagePipelineExecution") })
    assert.is_nil((bake(nil, { dry_run = true })))
  end)

  it("builds in spite of it when it is told to", function()
    put()
    local result = assert(bake(nil, { when_name_taken = "build" }))
    assert.same({ "failed", "InvalidImageName.Duplicated" }, { result.outcome, result.error_code })
    assert.matches("an image has this name", result.hint)
    assert.equal(2, #told()) -- before it creates the pipeline, and before it starts
    assert.matches("ecs.bake: the next image is named golden", told()[1], 1, true)
  end)

  it("knows images of any state, and of the other regions", function()
    put({ Status = "UnAvailable" })
    assert.same({ ["cn-hangzhou"] = "m-old" }, select(3, bake()).name_taken)
    put({ RegionId = "cn-beijing", ImageName = "silver", ImageId = "m-far" })
    local silver = { name = "web2", image_options = { image_name = "silver" } }
    assert.is_true(bake(silver).ok)
    silver.name, silver.to_region_id = "web3", { "cn-hangzhou", "cn-beijing", "cn-beijing" }
    assert.same({ ["cn-hangzhou"] = emulator:state().images[3].ImageId, ["cn-beijing"] = "m-far" },
      select(3, bake(silver)).name_taken)
  end)

  it("takes its own image for unchanged, and refuses the next build", function()
    local first = assert(bake())
    assert.equal("golden", emulator:state().images[1].ImageName)
    local second = assert(bake())
    assert.same({ "unchanged", first.image_id }, { second.outcome, second.image_id })
    for _, options in ipairs({ {}, { dry_run = true } }) do
      options.force = true
      local _, _, err = bake(nil, options)
      assert.same({ "conflict", { ["cn-hangzhou"] = first.image_id } }, { err.kind, err.name_taken })
    end
    assert.equal(1, count("StartImagePipelineExecution"))
    assert.is_true(client.image.delete(first.image_id).deleted)
    assert.equal("success", assert(bake(nil, { force = true })).outcome)
  end)

  it("of a replacement is asked before that is built", function()
    bake()
    local _, _, err = bake({ build_content = "RUN make more" })
    assert.same({ "conflict", "replace" }, { err.kind, err.plan.action })
    assert.equal(1, count("StartImagePipelineExecution"))
  end)

  it("adopts and resumes what runs already, although its image is there", function()
    local path = os.tmpname()
    os.remove(path)
    finally(function() os.remove(path) end)
    local result = assert(bake({ to_region_id = { "cn-beijing" } }, { timeout = 2400, journal = path }))
    assert.same({ "timeout", 1 }, { result.outcome, #emulator:state().images })
    assert.equal("success", assert(bake({ to_region_id = { "cn-beijing" } }, { journal = path })).outcome)
    local pipeline = client.pipeline.create(args({ name = "other", image_options = { image_name = "silver" },
      to_region_id = { "cn-beijing" } }))
    assert(client.execution.start(pipeline))
    emulator:advance(2400)
    assert.equal("success", assert(client.execution.build_if_changed(pipeline, { when_running = "adopt" })).outcome)
    local named = assert(client.execution.build_if_changed(pipeline, { client_token = "t", force = true,
      when_name_taken = "build" }))
    assert.equal(named.execution_id, assert(client.execution.build_if_changed(pipeline,
      { client_token = "t", force = true })).execution_id)
  end)

  it("goes on when DescribeImages is not allowed, with a warning", function()
    put()
    emulator:fault({ kind = "error", code = "Forbidden.RAM", action = "DescribeImages", times = 99 })
    local result = assert(client.pipeline.plan(args()))
    assert.is_nil(result.name_taken)
    assert.matches("^pipeline.plan: not known whether an image has the name", told()[1])
    local _, _, err = client.bake(args({ name = "web2" }))
    assert.is_nil(err and err.name_taken)
    assert.equal(1, count("CreateImagePipeline"))
  end)
end)

describe("pipeline.plan and pipeline.ensure", function()
  it("warn, and name the images", function()
    put()
    local plan = assert(client.pipeline.plan(args()))
    assert.same({ "create", { ["cn-hangzhou"] = "m-old" } }, { plan.action, plan.name_taken })
    assert.equal(1, #told())
    local pipeline = assert(client.pipeline.ensure(args()))
    assert.same({ true, { ["cn-hangzhou"] = "m-old" } }, { pipeline.created, pipeline.plan.name_taken })
    assert.matches("^pipeline.ensure: the next image is named golden", told()[2])
    plan = assert(client.pipeline.plan({ id = pipeline.id, base_image = "m-2", base_image_type = "IMAGE",
      advanced_options = { image_name_suffix = "disable" } }))
    assert.is_nil(plan.name_taken) -- without an image_name it is the pipeline's name
    put({ ImageId = "m-web", ImageName = "web" })
    plan = assert(client.pipeline.plan({ id = pipeline.id, base_image = "m-2", base_image_type = "IMAGE",
      advanced_options = { image_name_suffix = "disable" } }))
    assert.same({ ["cn-hangzhou"] = "m-web" }, plan.name_taken)
  end)

  it("send nothing more for a pipeline with a suffix, or one that matches", function()
    client.pipeline.plan(args({ advanced_options = {} }))
    client.pipeline.ensure(args({ advanced_options = {} }))
    client.pipeline.ensure(args({ advanced_options = {} }))
    assert.equal(0, count("DescribeImages"))
    client.pipeline.ensure(args({ name = "other" }))
    assert.equal(1, count("DescribeImages"))
    client.pipeline.ensure(args({ name = "other" }))
    assert.equal(1, count("DescribeImages"))
  end)
end)

describe("what sends no request", function()
  it("warns that all images get one name: create, validate and lint", function()
    local offline, transport = fake.client({ fake.reply(200, { RequestId = "R", ImagePipelineId = "ip-1" }) }, {
      on_event = function(event) warnings[#warnings + 1] = event.type == "warning" and event or nil end })
    local made = offline.pipeline.create(args())
    assert.same({ 1, 1 }, { #transport.requests, #warnings })
    assert.same({ "advanced_options.image_name_suffix", "every image of this pipeline gets the same name" },
      { warnings[1].param, warnings[1].rule })
    assert.equal(1, #ecs.info(made).warnings)
    offline.pipeline.validate(args())
    assert.same({ 1, 2 }, { #transport.requests, #warnings })
    offline.pipeline.create(args({ advanced_options = { retain_cloud_assistant = true } }))
    assert.equal(2, #warnings)
    local finding = ecs.build_content.lint(args())[1]
    assert.same({ "same_image_name", "warning", "advanced_options.image_name_suffix" },
      { finding.code, finding.severity, finding.param })
    assert.same({}, ecs.build_content.lint(args(), { disable = { "same_image_name" } }))
  end)
end)
