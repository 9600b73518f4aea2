-- Creating what has tags and build content: default tags, and the linter's findings in a dry run.
local create = require("ecs_pipeline.resources.create")
local fake = require("spec.support.fake")

-- What `create.run` uses of the internal client.
local function client_of(answer, default_tags)
  local client = { options = { default_tags = default_tags }, calls = {} }
  function client.call_options(_, operation, given)
    return { operation = operation, given = given }
  end
  function client:invoke(operation, args, call_options)
    self.calls[#self.calls + 1] = { operation, args, call_options }
    return answer, answer == nil and "no" or nil, answer == nil and { kind = "denied" } or nil
  end
  return client
end

describe("create.arguments", function()
  it("puts the client's default tags under those given, in a copy", function()
    local args = { name = "web", tags = { team = "a" } }
    local client = client_of({}, { team = "x", env = "prod" })
    assert.same({ name = "web", tags = { team = "a", env = "prod" } }, create.arguments(client, args))
    assert.same({ name = "web", tags = { team = "a" } }, args)
    assert.equal(args, create.arguments(client_of({}), args))
  end)
end)

describe("create.run", function()
  it("sends the completed arguments with the options of the call", function()
    local client = client_of({ id = "ip-1" }, { env = "prod" })
    local given = { region = "cn-qingdao" }
    assert.same({ id = "ip-1" }, create.run(client, "pipeline.create", { name = "web" }, given))
    assert.same({ { "pipeline.create", { name = "web", tags = { env = "prod" } },
      { operation = "pipeline.create", given = given } } }, client.calls)
  end)

  it("adds the findings of the linter in a dry run only", function()
    local rendered = create.run(client_of({ dry_run = true }), "pipeline.create", { build_content = "run make" })
    assert.equal("verb_case", rendered.findings[1].code)
    assert.is_nil(create.run(client_of({ id = "ip-1" }), "pipeline.create", { build_content = "run make" }).findings)
  end)

  it("passes a failure on", function()
    local result, message, err = create.run(client_of(nil), "component.create", {})
    assert.same({ "no", "denied" }, { message, err.kind })
    assert.is_nil(result)
  end)

  it("explains a refusal of the content", function()
    local client = client_of(nil)
    function client.invoke()
      return nil, "no", { kind = "api", code = "InvalidImageTemplateCommand.NotSupported" }
    end
    local _, _, err = create.run(client, "component.create", { content = "make" })
    assert.matches("^content, line 1: \"make\" is not a command", err.hint)
  end)

  it("raises when the arguments are no table, before anything is sent", function()
    local client = client_of({})
    for _, wrong in ipairs({ "web", 7, true }) do
      assert.error_matches(function() create.run(client, "pipeline.create", wrong) end,
        "pipeline.create: arguments must be a table, not a " .. type(wrong), nil, true)
    end
    assert.same({}, client.calls)
    local whole = fake.client({ fake.reply(200, {}) })
    assert.has_error(function() whole.component.create(nil) end)
  end)
end)
