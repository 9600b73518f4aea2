-- Resources of an action, statements, and their JSON. Whole policies: ../policy_spec.lua.
local cjson = require("cjson")
local ram = require("ecs_pipeline.hints.ram")

describe("RAM", function()
  it("names the resources of an action, as far as region and account are known", function()
    assert.same({ "acs:ecs:*:*:imagepipeline/*" }, ram.resources("ecs:CreateImagePipeline"))
    assert.same({ "acs:vpc:cn-hangzhou:1:vpc/*", "acs:vpc:cn-hangzhou:1:vswitch/*" },
      ram.resources("vpc:CreateVSwitch", "cn-hangzhou", "1"))
    assert.same({ "acs:ram:*:1:role/*" }, ram.resources("sts:AssumeRole", "cn-hangzhou", "1"))
    assert.same({ "*" }, ram.resources("ecs:TagResources", "cn-hangzhou", "1"))
    assert.same({ "*" }, ram.resources("oss:PutObject"))
    assert.same({ true, false }, { ram.knows("ecs:TagResources"), ram.knows("oss:PutObject") })
  end)

  it("knows which actions make the service-linked role, and what allows that", function()
    assert.same({ true, true, false }, { ram.makes_role("ecs:CreateImagePipeline"),
      ram.makes_role("ecs:CreateImageComponent"), ram.makes_role("ecs:DeleteImagePipeline") })
    assert.same({ Effect = "Allow", Action = { "ram:CreateServiceLinkedRole" }, Resource = { "acs:ram:*:1:role/*" },
      Condition = { StringEquals = { ["ram:ServiceName"] = { "imagebuilder.ecs.aliyuncs.com" } } } },
      ram.allow_role("1"))
  end)

  it("writes statements as people do, on one line or many, and it is JSON", function()
    local statement = ram.allow({ "ecs:A", "ecs:B" }, { "*" })
    assert.equal('{"Effect":"Allow","Action":["ecs:A","ecs:B"],"Resource":["*"]}', ram.json(statement, true))
    local policy = { Version = "1", Statement = { statement, ram.allow_role() } }
    assert.same(policy, cjson.decode(ram.json(policy)))
    assert.same(policy, cjson.decode(ram.json(policy, true)))
    assert.truthy(ram.json(policy):find('{\n  "Version": "1",\n  "Statement": [\n    {\n      "Effect"', 1, true))
  end)
end)
