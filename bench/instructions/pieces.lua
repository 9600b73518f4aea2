-- The counted pieces. As a program: `lua pieces.lua` lists them; `lua pieces.lua PIECE BASE` runs one, a few times to
-- settle, then `times` times between the two marks of mark.c. BASE is the URL of server.lua. As a module: `LIST`.
local replies = require("bench.instructions.replies")

local KEYS = { access_key_id = "LTAI5tBenchKey00wxyz", access_key_secret = "secret" }
local ID = "ip-bp000000000000000001"
local CREATE = {
  add_account = { "1234567890123456" }, base_image = "ubuntu_22_04_x64_20G_alibase_20240926.vhd",
  base_image_type = "IMAGE", build_content = "RUN yum update -y", delete_instance_on_failure = false,
  description = "terraform-example", image_name = "terraform-example", instance_type = "ecs.g7.large",
  internet_max_bandwidth_out = 20, name = "terraform-example", resource_group_id = "rg-acfm3peow3k2aai",
  system_disk_size = 40, tags = { Created = "TF", For = "Acceptance-test" },
  to_region_id = { "cn-qingdao", "cn-zhangjiakou" }, vswitch_id = "vsw-bp1abcdefgh0123456789",
}
local LINE = "RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "
  .. "nginx=1.22 curl ca-certificates && rm -rf /var/lib/apt/lists/*\n"

local function attempt()
  return { credentials = assert(require("ecs_pipeline.core").credentials(KEYS)), region = "cn-hangzhou",
    endpoint = "https://ecs.cn-hangzhou.aliyuncs.com", client_token = "5f3a1c7e9b2d4f60a1b2c3d4e5f60718",
    now = 1800000000, nonce = "0123456789abcdef0123456789abcdef" }
end

local function client(base)
  return require("ecs_pipeline").new({ region = "cn-hangzhou", proxy = false, log = "off", endpoint = base,
    retry = false, credentials = KEYS })
end

local function prepare(operation, args)
  local core = require("ecs_pipeline.core")
  local session = core.session({ decode = require("cjson").new().decode, user_agent = "bench" })
  local one_attempt = attempt()
  return function() return assert(core.prepare(session, operation, args, one_attempt)) end
end

local function finish(count)
  local core = require("ecs_pipeline.core")
  local request = prepare("pipeline.describe", { ids = { ID } })()
  local reply = { status = 200, headers = { ["content-type"] = "application/json" }, body = replies.page(count) }
  return function() return assert(core.finish(request, reply)) end
end

-- `make(base)` returns the function that is counted.
local LIST = {
  { name = "require", times = 1, settle = 0, make = function()
    return function() require("ecs_pipeline") end
  end },
  { name = "prepare_describe", times = 100, make = function()
    return prepare("pipeline.describe", { ids = { ID } })
  end },
  { name = "prepare_create", times = 100, make = function() return prepare("pipeline.create", CREATE) end },
  { name = "finish_1", times = 100, make = function() return finish(1) end },
  { name = "finish_500", times = 2, settle = 1, make = function() return finish(500) end },
  { name = "describe", times = 100, make = function(base)
    local describe = client(base).pipeline.describe
    return function() assert(describe(ID)) end
  end },
  { name = "create", times = 100, make = function(base)
    local create = client(base).pipeline.create
    return function() assert(create(CREATE)) end
  end },
  { name = "check", times = 100, make = function()
    local check, one_attempt = require("ecs_pipeline.core").check, attempt()
    return function() assert(check("pipeline.create", CREATE, one_attempt)) end
  end },
  { name = "validate", times = 100, make = function(base)
    local validate = client(base).pipeline.validate
    return function() assert(validate(CREATE)) end
  end },
  { name = "lint_16k", times = 1, settle = 1, make = function()
    local lint = require("ecs_pipeline").build_content.lint
    local content = LINE:rep(math.floor(16384 / #LINE) + 1):sub(1, 16384)
    return function() lint(content) end
  end },
}

if not (arg and arg[0] and arg[0]:find("pieces%.lua$")) then
  return { LIST = LIST }
end

for _, piece in ipairs(LIST) do
  if not arg[1] then
    print(piece.name)
  elseif piece.name == arg[1] then
    local mark, run = require("mark"), piece.make(arg[2])
    for _ = 1, piece.settle or 3 do
      run()
    end
    -- Garbage is collected once, at the end: how many cycles of the collector fall into the loop would be chance.
    collectgarbage()
    collectgarbage("stop")
    mark.zero()
    for _ = 1, piece.times do
      run()
    end
    collectgarbage()
    mark.dump()
  end
end
