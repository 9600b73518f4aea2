-- What a process writes to its outputs: crashes, tracebacks, the debug log, the examples when they fail.
local canaries = require("spec.canary.canaries")
local harness = require("spec.canary.harness")
local child = require("spec.support.child_lua")
local tls_server = require("spec.support.tls_server")

local VALUES = canaries.VALUES

local ENVIRONMENT = ("ECS_PIPELINE_LOG=debug ALIBABA_CLOUD_ACCESS_KEY_ID='%s' ALIBABA_CLOUD_ACCESS_KEY_SECRET='%s' "
  .. "ALIBABA_CLOUD_SECURITY_TOKEN='%s' ALIBABA_CLOUD_REGION_ID=cn-hangzhou HTTPS_PROXY='http://u:%s@127.0.0.1:9' ")
  :format(VALUES.key_id, VALUES.secret, VALUES.token, VALUES.proxy)

-- A service that quotes the request; a script that follows.
local HEAD = [[
  local ecs = require("ecs_pipeline")
  local function echo(request)
    return { status = 400, headers = {}, body = ("{\"Code\":\"Bad.Thing\",\"Message\":%q}"):format(
      (request.url .. request.body .. (request.headers["x-acs-security-token"] or "")):gsub("[%c\"\\]", " ")) }
  end
  local client = ecs.new{ transport = { send = echo } }
  local arguments = { name = "web", base_image = "m-1", base_image_type = "IMAGE",
    build_content = "RUN curl -H 'Authorization: ]] .. VALUES.content .. [[' https://host/" }
]]

local rows = {}

local function script(what, source, says)
  rows[#rows + 1] = { what, says = says, run = function(see)
    local _, output = child.run(HEAD .. source, ENVIRONMENT)
    see(output)
  end }
end

script("an assert that nobody catches", [[assert(client.pipeline.create(arguments))]], "traceback")
script("an error table that nobody catches", [[error((select(3, client.pipeline.create(arguments))))]],
  "refused by the")
script("an option that is wrong", [[
  ecs.new{ credentials = { access_key_id = os.getenv("ALIBABA_CLOUD_ACCESS_KEY_ID"),
    secret = os.getenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET") } }]], "unknown field")
script("a transport that raises, with a traceback", [[
  local broken = ecs.new{ transport = { send = function() error("broken") end } }
  print(xpcall(function() return broken.pipeline.create(arguments) end, debug.traceback))
  broken.pipeline.create(arguments)]], "broken")
script("tasks that fail", [[
  local results = ecs.map({ 1, 2 }, function() return client.pipeline.create(arguments) end)
  print(results[1].message, tostring(results[1].err))
  results = ecs.map({ 1 }, function() return assert(client.pipeline.create(arguments)) end)
  print(results[1].message, results[1].err)
  local loop = ecs.scheduler()
  loop.spawn(function() assert(client.pipeline.create(arguments)) end, print)
  repeat loop.step(0.1) until loop.pending() == 0
  error("at last")]], "at last")
script("a coroutine that dies", [[
  local thread = coroutine.create(function() assert(client.pipeline.create(arguments)) end)
  print(coroutine.resume(thread))
  print(debug.traceback(thread))
  error("at last")]], "at last")
script("an interpreter that ends with everything open", [[
  print(client.doctor({ online = false }))
  print(ecs.pipeline.create(arguments, { dry_run = true }).body)
  ecs.configure{ on_event = function(event) print(event.message) error("in the handler") end, log = "debug" }
  print(ecs.with{ retry = false }.pipeline.list())]], "on_event failed")

for _, name in ipairs({ "terraform_example", "build_image", "bake", "import", "replace", "cleanup" }) do
  local what = "examples/" .. name .. ".lua against a server that nobody trusts"
  rows[#rows + 1] = { what, says = "TLS", run = function(see)
    local server = harness.helper("tls", tls_server.start)
    local arguments, journal = ("arg = { [0] = 'examples/%s.lua', 'ip-1' } "):format(name), os.tmpname()
    os.remove(journal) -- an empty one is refused
    local variables = "PIPELINE=ip-1 JOURNAL=" .. journal .. " "
    for _, product in ipairs({ "ECS", "VPC", "STS", "RESOURCEMANAGER" }) do
      variables = variables .. ("ALIBABA_CLOUD_ENDPOINT_%s=%s "):format(product, server.url("stranger", ""))
    end
    local _, output = child.run(arguments .. ("assert(loadfile('examples/%s.lua'))('ip-1')"):format(name),
      ENVIRONMENT:gsub("HTTPS_PROXY=%S+", "no_proxy='*'") .. variables)
    os.remove(journal)
    see(output)
  end }
end

return { name = "process", rows = rows }
