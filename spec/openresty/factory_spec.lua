-- A pipeline that is given by its arguments, in a real nginx with two workers, the service behind another nginx over
-- TLS: bakes, unchanged, a replacement after a reload; a receiver that is told, and fails at first; manifest.json.
local base64 = require("ecs_pipeline.openresty.base64")
local bakes_harness = require("spec.openresty.bakes_harness")
local cjson = require("cjson").new()
local core = require("ecs_pipeline.core")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

-- A receiver in the same nginx: the first message gets 500; each is kept as a line of JSON.
local RECEIVER = [[
    location = /receiver {
      content_by_lua_block {
        local kept = ngx.shared.received
        if ngx.req.get_method() == "GET" then
          return ngx.print(kept:get("all") or "")
        end
        ngx.req.read_body()
        kept:set("all", (kept:get("all") or "") .. require("cjson").encode({
          headers = ngx.req.get_headers(), body = ngx.req.get_body_data() }) .. "\n")
        ngx.status = kept:incr("count", 1, 0) == 1 and 500 or 204
        ngx.header["content-length"] = 0
      }
    }
    location = /bakes {]]

local LINES = {
  { "  lua_shared_dict ecs_pipeline 1m;", "  lua_shared_dict ecs_pipeline 1m;\n  lua_shared_dict received 1m;\n"
    .. "  init_by_lua_block { RECEIVER = 'http://127.0.0.1:@PORT@/receiver' }" },
  { "    location = /bakes {", RECEIVER },
}

describe("a factory in nginx", function()
  local folder

  scratch.each(before_each, after_each, function(path) folder = path end)

  local function write(content)
    local file = assert(io.open(folder .. "/web.lua", "w"))
    file:write(([[return { name = "shop", base_image = "m-bp1example", base_image_type = "IMAGE",
      build_content = "%s" }]]):format(content))
    file:close()
    shell.run("chmod 755 " .. folder .. " && chmod 644 " .. folder .. "/web.lua")
  end

  local function received(harness)
    local list = {}
    for line in harness:send("GET", "../receiver").body:gmatch("[^\n]+") do
      list[#list + 1] = cjson.decode(line)
    end
    return list
  end

  local function pipelines(harness)
    local ids = {}
    for _, pipeline in ipairs(assert(harness.client.pipeline.list({ name = "shop" }))) do
      ids[#ids + 1] = pipeline.id
    end
    table.sort(ids)
    return ids
  end

  local function open()
    write("RUN make")
    local harness = bakes_harness.open({ folder = "spec/support/openresty_nginx/factory", lines = LINES,
      environment = { BAKES_PIPELINE = folder .. "/web.lua" } })
    finally(function() assert.is_true(harness:close()) end)
    return harness
  end

  local function finish(harness)
    harness:advance(86400)
    return harness:wait_for(function(bake) return bake.state == "ended" end)
  end

  it("bakes, tells, has a manifest, says unchanged, replaces and retires", function()
    local harness = open()
    local answer = harness:webhook({ action = "start", pipeline = "web" })
    assert.equal(202, answer.status, answer.body)
    local first = answer.json.created
    assert.same({ first }, pipelines(harness))
    local bake = finish(harness)
    assert.same({ "success", first, answer.json.execution_id }, { bake.outcome, bake.pipeline_id, bake.execution_id })

    local told = harness:wait_for(function(seen) return seen.notified and seen.notified[1].state == "delivered" end)
    assert.same({ "delivered", 2, 204 }, { told.notified[1].state, told.notified[1].attempts, told.notified[1].status })
    local messages = received(harness)
    assert.equal(2, #messages)
    local headers, body = messages[2].headers, messages[2].body
    assert.equal(messages[1].headers["webhook-id"], headers["webhook-id"])
    assert.equal("v1," .. base64.from_hex(core.sign.hmac_sha256_hex("secret-of-the-receiver-0123456789",
      headers["webhook-id"] .. "." .. headers["webhook-timestamp"] .. "." .. body)), headers["webhook-signature"])
    assert.same({ "web", "success", bake.image_id }, { cjson.decode(body).data.name, cjson.decode(body).data.outcome,
      cjson.decode(body).data.image_id })

    local entry = harness:get("manifest.json").json.pipelines.web
    assert.same({ bake.image_id, bake.image_id, first }, { entry.image_id, entry.images["cn-hangzhou"],
      entry.pipeline.id })
    assert.truthy(harness:get("").body:find("127.0.0.1:" .. harness.server.port .. ": delivered", 1, true))

    local again = harness:webhook({ action = "start", pipeline = "web" })
    assert.same({ 200, "unchanged", bake.image_id }, { again.status, again.json.state, again.json.image_id })

    write("RUN make install")
    harness.server.reload()
    local replaced
    shell.wait(20, function() -- a worker of the time before may answer
      replaced = harness:webhook({ action = "start", pipeline = "web" })
      return replaced.json.created
    end)
    local second = replaced.json.created
    assert.same({ second, "running" }, { harness:bake().pipeline_id, harness:bake().state })
    assert.equal(2, #pipelines(harness))
    assert.equal("success", finish(harness).outcome)
    shell.wait(30, function() return #pipelines(harness) == 1 end)
    assert.same({ { second }, second }, { pipelines(harness), harness:bake().pipeline_id })
  end)

  it("starts one build for many webhooks at the same moment, and creates one pipeline", function()
    local harness = open()
    local openresty, commands = require("ecs_pipeline.openresty"), {}
    for index = 1, 20 do
      local body = ('{"action":"start","pipeline":"web","nonce":"%d"}'):format(index)
      local parts = { "curl -s --noproxy '*' --data " .. shell.quote(body) }
      for name, value in pairs(openresty.sign(bakes_harness.SECRET, body)) do
        parts[#parts + 1] = "-H " .. shell.quote(name .. ": " .. value)
      end
      commands[index] = table.concat(parts, " ") .. " " .. harness.url .. "webhook &"
    end
    local ids = {}
    local pipe = assert(io.popen("( " .. table.concat(commands, "\n") .. "\nwait )"))
    for id in pipe:read("*a"):gmatch('"execution_id":"(exec%-%w+)"') do
      ids[id] = true
    end
    pipe:close()
    local id = harness:wait_for(function(bake) return bake.state == "running" end).execution_id
    for seen in pairs(ids) do
      assert.equal(id, seen)
    end
    local made = pipelines(harness)
    assert.equal(1, #made)
    assert.equal(1, #assert(harness.client.execution.list(made[1])))
  end)
end)
