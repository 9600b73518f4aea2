local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local ram = require("ecs_pipeline.hints.ram")

describe("resources of RAM", function()
  it("are those of region and account, or of any", function()
    local templates = core.operation_flags("vswitch.create").ram_resources
    assert.same({ "acs:vpc:cn-qingdao:1:vpc/*", "acs:vpc:cn-qingdao:1:vswitch/*" },
      ram.resources(templates, "cn-qingdao", "1"))
    assert.same({ "acs:vpc:*:*:vpc/*", "acs:vpc:*:*:vswitch/*" }, ram.resources(templates))
    assert.same({ "acs:ram:*:1:role/*" },
      ram.resources(core.operation_flags("sts.assume_role").ram_resources, "cn-qingdao", "1"))
    assert.same({ "*" }, ram.resources({ "*" }, "cn-qingdao", "1"))
  end)

  it("are found by the action, any for one that no operation takes", function()
    for name, operation in pairs(core.operations()) do
      if operation.ram_action then
        assert.same(ram.resources(operation.ram_resources, "cn-qingdao", "1"),
          ram.resources_of_action(operation.ram_action, "cn-qingdao", "1"), name)
      end
    end
    assert.same({ "*" }, ram.resources_of_action("ecs:Nonsense", "cn-qingdao", "1"))
  end)
end)

describe("a statement", function()
  it("allows actions on resources", function()
    assert.same({ Effect = "Allow", Action = { "ecs:DeleteImage" }, Resource = { "*" } },
      ram.allow({ "ecs:DeleteImage" }, { "*" }))
  end)

  it("allows the role of a service, in an account or in any", function()
    local statement = ram.allow_role("imagebuilder.ecs.aliyuncs.com", "1")
    assert.same({ { "ram:CreateServiceLinkedRole" }, { "acs:ram:*:1:role/*" } },
      { statement.Action, statement.Resource })
    assert.same({ StringEquals = { ["ram:ServiceName"] = { "imagebuilder.ecs.aliyuncs.com" } } }, statement.Condition)
    assert.same({ "acs:ram:*:*:role/*" }, ram.allow_role("imagebuilder.ecs.aliyuncs.com").Resource)
  end)

  it("is JSON, over lines or on one, in the order that people write", function()
    local policy = { Version = "1", Statement = { ram.allow_role("imagebuilder.ecs.aliyuncs.com"),
      ram.allow({ "a:B", "a:C" }, { "*" }) } }
    for _, text in ipairs({ ram.json(policy), ram.json(policy, true) }) do
      assert.same(policy, cjson.decode(text))
    end
    assert.equal('{"Version":"1","Statement":[{"Effect":"Allow","Action":["ram:CreateServiceLinkedRole"],'
      .. '"Resource":["acs:ram:*:*:role/*"],"Condition":{"StringEquals":{"ram:ServiceName":'
      .. '["imagebuilder.ecs.aliyuncs.com"]}}},{"Effect":"Allow","Action":["a:B","a:C"],"Resource":["*"]}]}',
      ram.json(policy, true))
    assert.equal('{\n  "Effect": "Allow",\n  "Action": ["a:B"],\n  "Resource": ["*"]\n}',
      ram.json(ram.allow({ "a:B" }, { "*" })))
  end)
end)
