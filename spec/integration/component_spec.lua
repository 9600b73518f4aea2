--- Components, their tags and their resource group, from `component.create` through libcurl to the emulator behind a
-- real nginx.

local ecs = require("ecs_pipeline")
local server = require("ecs_pipeline.emulator.nginx.server")

local running

setup(function()
  running = assert(server.start())
end)

teardown(function()
  running.stop()
end)

local function new(scheme, options)
  local all = { region = "cn-hangzhou", proxy = false, log = "off", ca_file = running.ca_file,
    credentials = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" },
    endpoint = scheme == "https" and "https://localhost:" .. running.https_port
      or "http://127.0.0.1:" .. running.http_port }
  for name, value in pairs(options) do
    all[name] = value
  end
  return ecs.new(all)
end

local ARGUMENTS = {
  component_type = "Build", component_version = "1.2.0", content = "RUN echo 'a b' && touch /tmp/~x*\nENV k=\"Ü镜像\"\n",
  description = "two words & more = less? 100% +镜", resource_group_id = "rg-1", system_type = "Linux",
  tags = { Created = "TF", ["For a+b"] = "x=y&z", empty = "" },
}

describe("components", function()
  for _, scheme in ipairs({ "http", "https" }) do
    for number, way in ipairs({ { "auto", "auto" }, { "v3", "query" }, { "1.0", "form" } }) do
      it(("go over %s, signature %s in the %s"):format(scheme, way[1], way[2]), function()
        local client = new(scheme, { signature_version = way[1], placement = way[2] })
        local args = { image_component_name = ("web-镜_%s_%d"):format(scheme, number) }
        for field, value in pairs(ARGUMENTS) do
          args[field] = value
        end
        local made = assert(client.component.create(args))
        local found = assert(client.component.describe(made))
        for field, value in pairs(args) do
          assert.same(value, found[field], field)
        end
        assert.same({ id = made.id, name = args.image_component_name, version = "1.2.0" },
          client.component.resolve("acs:ecs:cn-hangzhou:1:imagecomponent/" .. args.image_component_name .. ":1.*.*"))
        assert(client.tags.add("imagecomponent", made, { ["a+b"] = "é &" }))
        assert(client.tags.remove("imagecomponent", made, { "Created", "empty", "For a+b" }))
        assert.same({ ["a+b"] = "é &" }, assert(client.tags.list("imagecomponent", { ids = made }))[1].tags)
        assert(client.resource_group.join({ resource_type = "imagecomponent", id = made, resource_group_id = "rg-2" }))
        local listed = assert(client.component.list({ name_regex = "^web-", tags = { ["a+b"] = true } }))
        assert.same({ 1, made.id, "rg-2" }, { #listed, listed[1].id, listed[1].resource_group_id })
        assert.is_true(assert(client.component.delete(made)).deleted)
        assert.is_false(assert(client.component.delete(made)).deleted)
        client.close()
      end)
    end
  end

  it("of 16 KB go out whole", function()
    local client = new("https", {})
    local content = "RUN x" .. ("\n"):rep(16379)
    local made = assert(client.component.create({ content = content }))
    assert.equal(content, assert(client.component.describe(made)).content)
    client.close()
  end)
end)
