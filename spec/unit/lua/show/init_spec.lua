-- ecs.show: every kind of value as text.
local ecs = require("ecs_pipeline")
local virtual = require("spec.support.virtual")

local function has(text, ...)
  for _, part in ipairs({ ... }) do
    assert.is_truthy(text:find(part, 1, true), part .. " is not in\n" .. text)
  end
end

describe("ecs.show", function()
  it("shows findings in the form that editors read", function()
    local text = ecs.show(ecs.build_content.lint("FOO x\nRUN a"), { file = "x.sh", color = true })
    has(text, "\27[31mx.sh:1: error: \"FOO\" is not a command", "[unknown_verb]\27[0m", "\n    ")
    has(ecs.show({ { code = "c", severity = "warning", message = "m", line = 2, column = 7, param = "test_content" } }),
      "test_content:2:7: warning: m [c]")
  end)

  it("names the argument of a finding, whose lines are not those of the file", function()
    local findings = ecs.build_content.lint({ build_content = "RUN a\nFOO x" })
    assert.matches("^x.yaml: build_content:2: error: ", ecs.show(findings, { file = "x.yaml" }))
    assert.matches("^build_content:2: error: ", ecs.show(findings))
  end)

  it("shows a bake, a failed build and a prune", function()
    local client, service = virtual.client()
    local args = { base_image = "m-bp1example", base_image_type = "IMAGE", name = "web", build_content = "RUN a" }
    local result = assert(client.bake(args))
    has(ecs.show(result), "success " .. result.image_id .. " after 40:0", "  execution_id: " .. result.execution_id,
      "    cn-hangzhou: " .. result.image_id, "PREPARING", "SUCCESS  ")
    service:script_build({ outcome = "FAILED", error_code = "OperationDenied.NoStock" })
    args.build_content = "RUN b"
    local failed = client.bake(args, { replace = "side_by_side" })
    has(ecs.show(failed, { color = true }), "\27[31mfailed", "error_code: OperationDenied.NoStock", "hint: ")
    has(ecs.show(assert(client.image.prune({ keep = 1, pipeline = result.pipeline_id }))),
      "would delete 0 images, keeps 1\n", "keep:", "  ID", "newest")
    has(ecs.show({ keep = {}, delete = {}, deleted = { { id = "m-1" } }, applied = true }), "deleted 1 image, keeps 0",
      "deleted:\n  ID\n  m-1")
    has(ecs.show({ outcome = "success", ok = true, execution_id = "exec-1" }), "success")
  end)

  it("shows errors with every broken rule, the hint, and what they carry", function()
    local client = virtual.client()
    local _, message, err = client.pipeline.create({ name = "a" })
    assert.matches("^pipeline.create: arguments refused: base_image_type", message)
    has(ecs.show(err), "pipeline.create: arguments refused:\n  base_image_type: required",
      "\n  name: 2 to 128 characters")
    has(ecs.show({ kind = "conflict", message = "busy", hint = "wait", execution_id = "exec-1",
      plan = { action = "none", changes = {} } }), "busy\nhint: wait\nexecution: exec-1\nnone: the pipeline matches")
  end)

  it("shows plans", function()
    has(ecs.show({ action = "none", id = "ip-1", changes = {} }), "ip-1: none: the pipeline matches")
  end)

  it("shows lists as columns that fit", function()
    local client = virtual.client()
    for _, name in ipairs({ "web", "镜像" }) do
      assert(client.pipeline.create({ base_image = "m-bp1example", base_image_type = "IMAGE", name = name }))
    end
    local list = assert(client.pipeline.list({}))
    has(ecs.show(list), "NAME  BASE_IMAGE    CREATION_TIME\n", "镜像  m-bp1example")
    for line in ecs.show(list, { width = 44 }):gmatch("[^\n]+") do
      assert.is_true(#line <= 50, line)
      assert.is_nil(line:find("2026", 1, true))
    end
    assert.equal("a\nb", ecs.show({ "a", "b" }))
    assert.equal("-\n  x: 1\n-\n  x: 2", ecs.show({ { x = 1 }, { x = 2 } }))
    assert.equal("-\n  x: 1\nb", ecs.show({ { x = 1 }, "b" }))
  end)

  it("shows any other table by its fields, and no secret", function()
    local one = { name = "n", id = "i", other = true, empty = {}, fn = print,
      build_content = "RUN a\nENV API_TOKEN=abcdefgh12",
      inner = { access_key_secret = "abcdefghijkl", x = 1 }, text = "a\nb", size = 40.0 }
    one.again = one
    local text = ecs.show(one)
    assert.equal(1, (text:find("id: i\nname: n\n", 1, true)))
    has(text, "again:\n  …", "build_content:\n  | RUN a\n  | ENV API_TOKEN=***", "access_key_secret: (not shown)",
      "other: true", "size: 40\n",
      "text:\n  | a\n  | b")
    assert.is_nil(text:find("abcdefgh", 1, true))
    local deep = {}
    local at = deep
    for _ = 1, 20 do
      at.x = {}
      at = at.x
    end
    at.x = 1
    has(ecs.show(deep), "…")
  end)

  it("shows what is no table, and what has a text of its own", function()
    assert.equal("nil", ecs.show(nil))
    assert.equal("x?\n镜?", ecs.show("x\27\n镜\255"))
    assert.equal("5", ecs.show(5))
    assert.equal("(none)", ecs.show({}))
    has(ecs.show(virtual.client().doctor({ online = false })), "ecs_pipeline 0.1.0: ")
    assert.is_string(ecs.show(ecs))
    assert.is_string(ecs.show(ecs.credentials))
    for _, name in ipairs({ "__index", "__tostring", "__len", "__pairs", "__eq", "__concat" }) do
      local odd = setmetatable({ a = 1 }, { [name] = function() error("raised") end })
      assert.equal(name == "__tostring" and "(an object)" or "a: 1", ecs.show(odd))
      assert.is_string(ecs.show({ odd, { odd = odd } }))
    end
  end)

  it("accepts what a call returned, also of a call that failed", function()
    local client = virtual.client()
    local _, message, err = client.pipeline.describe("ip-bp1none")
    assert.equal(ecs.show(err), ecs.show(nil, message, err))
    assert.equal(message, ecs.show(nil, message))
    has(ecs.show(client.pipeline.describe("ip-bp1none")), "pipeline.describe: not found: ")
  end)

  it("shows plans, findings and errors inside other values as such", function()
    local client = virtual.client()
    local args = { base_image = "m-bp1example", base_image_type = "IMAGE", name = "web", build_content = "FOO\nRUN a" }
    has(ecs.show({ x = { ecs.build_content.lint(args.build_content) } }), "-\n    build_content:1: error: ")
    args.build_content = "RUN a"
    has(ecs.show(client.bake(args, { dry_run = true })), "plan:\n  create: there is no such pipeline yet\n",
      "\n        +RUN a\n", "client_token: ")
    assert(client.pipeline.create(args))
    args.system_disk_size = 77
    local made = assert(client.pipeline.ensure(args, { replace = "side_by_side" }))
    has(ecs.show(made), "plan:\n  " .. made.plan.id .. ": replace: ", "\n    ~ system_disk_size = 40 -> 77\n  why: ")
    local _, _, err = client.pipeline.describe("ip-bp1none")
    has(ecs.show({ a = err }), "a:\n  pipeline.describe: not found: ")
    assert.equal("client_token: 0123456789abcdef", ecs.show({ client_token = "0123456789abcdef" }))
    assert.equal("-\n  why: because\n  from: 1", ecs.show({ { why = "because", from = 1 } }))
  end)

  it("shows no secret in a field, a list, a message or a name", function()
    local canary = "c4naryCANARYc4nary42"
    for _, value in ipairs({ { description = "x --password " .. canary }, { list = { "token=" .. canary } },
      { access_key_id = "LTAI5t" .. canary }, { ["password=" .. canary] = 1 }, "secret=" .. canary,
      { kind = "api", message = "token=" .. canary, hint = "--password " .. canary },
      { { id = "1", name = "password=" .. canary } },
      { outcome = "failed", execution_id = "e", build_line = "ENV A_TOKEN " .. canary, error_info = "LTAI5t"
        .. canary },
    }) do
      assert.is_nil(ecs.show(value):find(canary, 1, true), ecs.show(value))
    end
  end)

  it("shows 1,000 tables that are made of parts of values", function()
    local seed = 20261128
    local function random(most)
      seed = (seed * 16807) % 2147483647
      return seed % most + 1
    end
    local names = { "id", "name", "kind", "message", "action", "changes", "loses", "outcome", "ok", "severity", "code",
      "line", "param", "failures", "plan", "hint", "from", "to", "fix", "execution_id", "timeline", "images", "keep",
      "delete", "applied", "build_content", "elapsed", "name_taken", "not_compared", 1, 2, 3, true, 0.5 }
    local leaves = { "", "x", "create", "replace", "error", "validation", "two\nlines", "镜像", "\27[2J\255", 0, -1,
      1e308, 1 / 0, 0 / 0, true, false, print, "tags" }
    local function any(depth)
      if depth == 0 or random(3) == 1 then
        return leaves[random(#leaves)]
      end
      local value = {}
      for _ = 1, random(8) do
        value[names[random(#names)]] = any(depth - 1)
      end
      return value
    end
    for _ = 1, 1000 do
      local shown = ecs.show(any(4), { width = random(100), file = "f" })
      assert.is_nil(shown:find("[%z\1-\9\11-\31\127]"), shown)
    end
  end)

  it("raises for wrong options", function()
    assert.error_matches(function() ecs.show(1, "x") end, "ecs.show: options must be a table, not a string")
    assert.error_matches(function() ecs.show(1, { colour = true }) end, "ecs.show: unknown option \"colour\"")
    assert.error_matches(function() ecs.show(1, { width = "x" }) end, "option \"width\" must be a number")
  end)
end)
