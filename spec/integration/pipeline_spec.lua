--- The whole path, from `pipeline.create` through libcurl to the emulator behind a real nginx and back, over HTTP and
--- over HTTPS with its own certificate authority.

local cjson = require("cjson").new()
local curl = require("ecs_pipeline.transport.curl")
local ecs = require("ecs_pipeline")
local server = require("ecs_pipeline.emulator.nginx.server")

local running, control

local function ask(method, path, value)
  local reply = assert(control.send({ method = method, headers = {}, body = value and cjson.encode(value) or "",
    url = "http://127.0.0.1:" .. running.http_port .. "/_emulator/" .. path }))
  assert(reply.status == 200, reply.body)
  return cjson.decode(reply.body)
end

setup(function()
  running = assert(server.start())
  control = curl.new({})
end)

teardown(function()
  control.close()
  running.stop()
end)

before_each(function()
  ask("POST", "reset")
end)

local KEYS = { access_key_id = "emulator-key", access_key_secret = "emulator-secret" }

local function new(options)
  local all = { region = "cn-hangzhou", credentials = KEYS, proxy = false, log = "off", ca_file = running.ca_file,
    retry = { base = 0.01, cap = 0.05 } }
  for name, value in pairs(options) do
    all[name] = value
  end
  return ecs.new(all)
end

-- Every argument of terraform's resource, and the groups that it does not know.
local ARGUMENTS = {
  add_account = { "1284387915995949", "1284387915995950" },
  base_image = "m-bp1example",
  base_image_type = "IMAGE",
  build_content = "RUN echo 'a b' && touch /tmp/~x*\nENV k=\"Ü镜像\"\n",
  delete_instance_on_failure = false,
  description = "two words & more = less? 100% +镜",
  instance_type = "ecs.g7.large",
  internet_max_bandwidth_out = 0,
  name = "web-base_1.0:镜像",
  resource_group_id = "rg-acfmxazb4ph6aiy",
  system_disk_size = 40,
  tags = { Created = "TF", ["For a+b"] = "x=y&z", empty = "" },
  to_region_id = { "cn-qingdao", "cn-zhangjiakou" },
  vswitch_id = "vsw-bp1example",
  image_options = { image_name = "web", image_family = "web-family", description = "built image",
    image_features = { nvme_support = "supported" }, image_tags = { baked = "yes" } },
  advanced_options = { retain_cloud_assistant = true },
  test_content = "RUN true",
}

for _, scheme in ipairs({ "http", "https" }) do
  describe("over " .. scheme, function()
    local function endpoint()
      return scheme == "https" and "https://localhost:" .. running.https_port
        or "http://127.0.0.1:" .. running.http_port
    end

    local ways = { { "auto", "auto" }, { "v3", "query" }, { "v3", "form" }, { "1.0", "query" }, { "1.0", "form" } }
    for _, way in ipairs(ways) do
      it(("creates, reads back and deletes: signature %s in the %s"):format(way[1], way[2]), function()
        local client = new({ endpoint = endpoint(), signature_version = way[1], placement = way[2] })
        local made = assert(client.pipeline.create(ARGUMENTS))
        assert.is_truthy(made.id:match("^ip%-"))
        assert.equal(made.id, made.image_pipeline_id)
        local template = assert(client.pipeline.describe(made.id))
        for name, value in pairs(ARGUMENTS) do
          assert.same(value, template[name], name)
        end
        assert.equal(1, ecs.info(template).attempts)
        assert.same({ deleted = true }, { deleted = assert(client.pipeline.delete(made)).deleted })
        assert.same({ deleted = false }, { deleted = assert(client.pipeline.delete(made.id)).deleted })
        local nothing, message, err = client.pipeline.describe(made.id)
        assert.is_nil(nothing)
        assert.equal("not_found", err.kind)
        assert.is_truthy(message:find("^pipeline%.describe: not found: "), message)
        client.close()
      end)
    end

    it("sends 16 KB of the worst bytes by itself in a form, with a short URL", function()
      local client = new({ endpoint = endpoint() })
      local content = "RUN true\n" .. ("#%'\r\n"):rep(3275)
      assert.equal(16384, #content)
      local made = assert(client.pipeline.create{ base_image = "m-1", base_image_type = "IMAGE",
        build_content = content })
      assert.equal(content, assert(client.pipeline.describe(made.id)).build_content)
      local first = ask("GET", "state").requests[1]
      assert.is_truthy(first.placement:find("form", 1, true) or first.placement:find("body", 1, true), first.placement)
      assert.is_true(first.query_bytes < 512)
      client.close()
    end)

    it("says that a secret is wrong without showing it", function()
      local client = new({ endpoint = endpoint() })
      local there = client.with{ credentials = { access_key_id = "emulator-key", access_key_secret = "other" } }
      local nothing, message, err = there.pipeline.delete("ip-1")
      assert.is_nil(nothing)
      assert.same({ "credentials", "SignatureDoesNotMatch", 1 }, { err.kind, err.code, err.attempts })
      assert.is_nil(message:find("other", 1, true))
      client.close()
    end)

    it("makes one pipeline when the answer is lost, and one token serves both attempts", function()
      local client = new({ endpoint = endpoint() })
      ask("POST", "fault", { kind = "lost_answer", action = "CreateImagePipeline", times = 2 })
      local made = assert(client.pipeline.create{ base_image = "m-1", base_image_type = "IMAGE" })
      assert.is_true(ecs.info(made).attempts > 1)
      local state = ask("GET", "state")
      assert.equal(1, #state.pipelines)
      assert.equal(made.id, state.pipelines[1].ImagePipelineId)
      client.close()
    end)

    it("waits as the service asks, and says so", function()
      local waits = {}
      local client = new({ endpoint = endpoint(), on_event = function(event)
        if event.type == "retry" then
          waits[#waits + 1] = event.wait
        end
      end })
      ask("POST", "fault", { kind = "throttle", times = 2, headers = { ["x-acs-retry-after"] = "120" } })
      assert(client.pipeline.create{ base_image = "m-1", base_image_type = "IMAGE" })
      assert.equal(2, #waits)
      assert.is_true(waits[1] >= 0.12 and waits[2] >= 0.12)
      client.close()
    end)

    it("corrects a clock that is an hour off, once", function()
      local client = new({ endpoint = endpoint() })
      ask("POST", "fault", { kind = "skew", seconds = 3600 })
      local made = assert(client.pipeline.create{ base_image = "m-1", base_image_type = "IMAGE" })
      assert.equal(2, ecs.info(made).attempts)
      assert.equal(1, ecs.info(assert(client.pipeline.describe(made.id))).attempts)
      client.close()
    end)

    it("names the running execution that keeps a pipeline", function()
      local client = new({ endpoint = endpoint() })
      local made = assert(client.pipeline.create{ base_image = "m-1", base_image_type = "IMAGE" })
      ask("POST", "execution", { ImagePipelineId = made.id, Status = "BUILDING" })
      local nothing, _, err = client.pipeline.delete(made.id)
      assert.is_nil(nothing)
      assert.same({ "conflict", "InvalidImagePipeline.HasRunningExecution", false },
        { err.kind, err.code, err.retryable })
      client.close()
    end)

    it("makes any other call, and keeps what is not repeatable to one attempt", function()
      local client = new({ endpoint = endpoint() })
      local reply = assert(client.call("Ecs", "2014-05-26", "DescribeImagePipelines",
        { RegionId = "cn-hangzhou", MaxResults = 10, Tag = { { Key = "a" } } }))
      assert.equal(0, reply.TotalCount)
      assert.equal("0", tostring(reply.TotalCount))
      ask("POST", "fault", { kind = "lost_answer", action = "CreateImagePipeline" })
      local nothing, _, err = client.call("Ecs", "2014-05-26", "CreateImagePipeline",
        { RegionId = "cn-hangzhou", BaseImage = "m-1", BaseImageType = "IMAGE" })
      assert.is_nil(nothing)
      assert.same({ 1, false }, { err.attempts, err.retryable })
      client.close()
    end)
  end)
end

describe("TLS", function()
  it("refuses a server that no trusted authority vouches for, before anything is sent", function()
    local stranger = ecs.new{ region = "cn-hangzhou", credentials = KEYS, proxy = false, log = "off", retry = false,
      endpoint = "https://localhost:" .. running.https_port }
    local nothing, _, err = stranger.pipeline.describe("ip-1")
    assert.is_nil(nothing)
    assert.same({ "transport", "TLS", false }, { err.kind, err.code, err.retryable })
    assert.is_truthy(err.hint:find("ca_file", 1, true))
    assert.equal(0, #ask("GET", "state").requests)
    stranger.close()
  end)
end)
