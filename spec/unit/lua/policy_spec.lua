local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")

local function make(operations, more)
  local given = { operations = operations }
  for name, value in pairs(more or {}) do
    given[name] = value
  end
  return ecs.policy(given)
end

local function actions(policy)
  local found = {}
  for _, statement in ipairs(policy.Statement) do
    for _, action in ipairs(statement.Action) do
      found[#found + 1] = action
    end
  end
  table.sort(found)
  return found
end

describe("ecs.policy", function()
  it("allows what an operation does, where it does it", function()
    assert.same({ Version = "1", Statement = { { Effect = "Allow", Action = { "ecs:DeleteImagePipeline" },
      Resource = { "acs:ecs:cn-hangzhou:1234567890123456:imagepipeline/*" } } } },
      make({ "pipeline.delete" }, { region = "cn-hangzhou", account_id = "1234567890123456" }))
    assert.same({ "acs:ecs:*:*:imagepipeline/*", "acs:ecs:*:*:imagepipelineexecution/*" },
      make({ "execution.describe" }).Statement[1].Resource)
  end)

  it("knows the action of every operation, and its resources", function()
    for name, operation in pairs(core.operations()) do
      local found = actions(make({ name }))
      local among = false
      for _, action in ipairs(found) do
        among = among or action == operation.ram_action
      end
      assert.is_true(among or not operation.ram_action, name)
    end
    assert.same({ "acs:vpc:cn-qingdao:1:vpc/*", "acs:vpc:cn-qingdao:1:vswitch/*" },
      make({ "vswitch.create" }, { region = "cn-qingdao", account_id = "1" }).Statement[1].Resource)
    assert.same({ "acs:ram:*:1:role/*" },
      make({ "sts.assume_role" }, { region = "cn-qingdao", account_id = "1" }).Statement[1].Resource)
    assert.same({ "acs:ram:*:*:role/*" }, make({ "sts.assume_role" }).Statement[1].Resource)
    assert.same({ "*" }, make({ "image.describe" }, { region = "cn-qingdao" }).Statement[1].Resource)
  end)

  -- Functions that send nothing.
  local PURE = { ["pipeline.validate"] = true }
  for name in pairs(require("ecs_pipeline.tags")) do
    PURE["tags." .. name] = true
  end

  it("knows every function of every group", function()
    local count = 0
    for group, functions in pairs(ecs) do
      if type(functions) == "table" and group ~= "build_content" and group ~= "credentials" then
        for name in pairs(functions) do
          local operation = group .. "." .. name
          if not PURE[operation] then
            assert.is_true(#actions(make({ operation })) > 0, operation)
            count = count + 1
          end
        end
      end
    end
    assert.is_true(count > 35)
  end)

  it("adds the service-linked role with create, and only then", function()
    local policy = make({ "pipeline.create" }, { account_id = "1" })
    assert.same({ "ecs:CreateImagePipeline", "ram:CreateServiceLinkedRole" }, actions(policy))
    local role = policy.Statement[2]
    assert.same({ "acs:ram:*:1:role/*" }, role.Resource)
    assert.same({ "imagebuilder.ecs.aliyuncs.com" }, role.Condition.StringEquals["ram:ServiceName"])
    assert.same({ "ecs:DescribeImagePipelines" }, actions(make({ "pipeline.describe" })))
  end)

  it("takes composed functions apart, and a bake", function()
    assert.same({ "ecs:DescribeImagePipelineExecutions", "ecs:DescribeImagePipelines",
      "ecs:DescribeImages" }, actions(make({ "pipeline.plan" })))
    local bake = table.concat(actions(make({ "ecs.bake" })), " ")
    for _, action in ipairs({ "ecs:CreateImagePipeline", "ecs:StartImagePipelineExecution",
      "ecs:CancelImagePipelineExecution", "ecs:DescribeImagePipelineExecutions", "ecs:DescribeImages",
      "ecs:DeleteImagePipeline", "ram:CreateServiceLinkedRole" }) do
      assert.is_truthy(bake:find(action, 1, true), action)
    end
  end)

  it("is the same text for the same operations, and that text is JSON of the table", function()
    local one = make({ "pipeline.create", "execution.wait", "pipeline.delete" })
    local two = make({ "execution.wait", "pipeline.delete", "pipeline.delete", "pipeline.create" })
    assert.equal(tostring(one), tostring(two))
    assert.same({ Version = one.Version, Statement = one.Statement }, require("cjson").new().decode(tostring(one)))
    assert.equal('{\n  "Version": "1",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": ["ecs:'
      .. 'DeleteImagePipeline"],\n      "Resource": ["acs:ecs:*:*:imagepipeline/*"]\n    }\n  ]\n}',
      tostring(make({ "pipeline.delete" })))
  end)

  it("raises for what it does not know", function()
    for expected, given in pairs({
      ["unknown operation \"pipeline.creat\" (did you mean \"pipeline.create\"?)"] =
        { operations = { "pipeline.creat" } },
      ["unknown operation \"zzzzzzzz\"; wants names such as \"pipeline.create\" or \"ecs.bake\""] =
        { operations = { "zzzzzzzz" } },
      ["at least one"] = { operations = {} },
      ["list of strings"] = { operations = { 1 } },
      ["unknown option \"account\" (did you mean \"account_id\"?)"] = { operations = { "pipeline.create" },
        account = "1" },
      ["\"account_id\" must be digits"] = { operations = { "pipeline.create" }, account_id = "\"x" },
      ["\"account_id\" must be a string"] = { operations = { "pipeline.create" }, account_id = 1 },
      ["\"region\" must be"] = { operations = { "pipeline.create" }, region = "\"" },
    }) do
      local ok, thrown = pcall(ecs.policy, given)
      assert.is_false(ok)
      assert.is_truthy(thrown:find(expected, 1, true), thrown)
    end
    assert.has_error(function() ecs.policy("pipeline.create") end)
  end)
end)
