-- Plans for people.
local plan = require("ecs_pipeline.show.plan")
local virtual = require("spec.support.virtual")

local function written(value)
  local out = {}
  function out:add(sign, line) self[#self + 1] = sign .. "|" .. line end
  plan.write(value, out)
  return table.concat(out, "\n")
end

describe("a plan", function()
  it("has a line for each argument and the scripts as a diff, without lines that hold secrets", function()
    local client = virtual.client()
    local args = { base_image = "m-bp1example", base_image_type = "IMAGE", name = "web", vswitch_id = "vsw-bp1old",
      build_content = "RUN a\nENV DB_PASSWORD=hunter2hunter\nRUN c", tags = { team = "a" } }
    assert(client.pipeline.create(args))
    args.build_content, args.description = "RUN b\nENV DB_PASSWORD=hunter3hunter\nRUN c", "new"
    args.vswitch_id, args.tags = nil, { team = "b" }
    local made = assert(client.pipeline.plan(args))
    local text = written(made)
    for _, part in ipairs({ " |" .. made.id .. ": replace: a new pipeline is needed", "~|  ~ build_content = \"",
      "-|      -RUN a", "+|      +RUN b", "-|      -ENV DB_PASSWORD=***",
        "+|  + description = \"new\"",
      "-|  - vswitch_id = \"vsw-bp1old\"", "\"b\"", " |why: the API cannot change an image pipeline",
      " |lost with the old pipeline: nothing: it has no executions" }) do
      assert.is_truthy(text:find(part, 1, true), part .. " is not in\n" .. text)
    end
    assert.is_nil(text:find("hunter", 1, true))
    assert.is_nil(written({ action = "replace", id = "ip-1", changes = { { param = "build_content", from = "1 byte",
      to = "2 bytes" } } }):find("@@", 1, true)) -- a copy has no contents
  end)

  it("hides a secret also where it goes on in the lines below, and in other arguments", function()
    local client = virtual.client()
    local args = { base_image = "m-bp1example", base_image_type = "IMAGE", name = "web", build_content = "RUN a" }
    assert(client.pipeline.create(args))
    args.build_content = "RUN a\nENV DB_PASSWORD hunter1\nRUN x --password \\\n  hunter2 \\\n  hunter3\n"
      .. "RUN echo '-----BEGIN RSA PRIVATE KEY-----\nMIIEhunter4\nhunter5=='\nRUN b"
    args.description, args.tags = "token=hunter6hunter6", { a = "LTAI5thunterhunterhunter" }
    local text = written(assert(client.pipeline.plan(args)))
    assert.is_nil(text:find("hunter", 1, true), text)
    for _, part in ipairs({ "+ENV DB_PASSWORD ***", "+RUN x --password ***", "+RUN b", '"token=***"' }) do
      assert.is_truthy(text:find(part, 1, true), part .. " is not in\n" .. text)
    end
  end)

  it("of a new pipeline has all that is given", function()
    local made = assert(virtual.client().pipeline.plan({ name = "new", base_image = "m-bp1example",
      base_image_type = "IMAGE", build_content = "RUN a\nRUN b", tags = { a = "b" }, system_disk_size = 60.0 }))
    assert.same({}, made.changes)
    assert.equal(" |create: there is no such pipeline yet\n+|  + base_image = \"m-bp1example\"\n"
      .. "+|  + base_image_type = \"IMAGE\"\n+|  + build_content = \"11 bytes, 2 lines, sha256:"
      .. require("ecs_pipeline.core").sign.sha256_hex("RUN a\nRUN b"):sub(1, 12) .. "\"\n |      @@ -0,0 +1,2 @@\n"
      .. "+|      +RUN a\n+|      +RUN b\n+|  + name = \"new\"\n+|  + system_disk_size = 60\n"
      .. "+|  + tags = { a = \"b\" }", written(made))
    assert.matches("\"5 bytes, 1 line, sha256:", written(assert(virtual.client().pipeline.plan({ name = "new",
      base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN a" }))))
  end)

  it("says what else it knows", function()
    assert.equal(" |create: there is no such pipeline yet", written({ action = "create", changes = {} }))
    assert.equal(" |ip-1: none: the pipeline matches", written({ action = "none", id = "ip-1", changes = {} }))
    assert.equal(" |odd\n~|  ~ list = { 1, 2 } -> { \"a\", { b = true } }\n"
      .. " |image name taken by: { cn-beijing = \"m-1\" }\n |not compared: extra",
      written({ action = "odd", not_compared = { "extra" }, name_taken = { ["cn-beijing"] = "m-1" },
        changes = { { param = "list", from = { 1, 2 }, to = { "a", { b = true } } } } }))
  end)
end)
