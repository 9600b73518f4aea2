--- What the benches ask for: keys, arguments, and the query that the library makes of them, which every client sends.
-- It loads nothing of the library before that is asked for.
local requests = {}

local function core()
  return require("ecs_pipeline.core")
end

requests.KEYS = { access_key_id = "LTAI5tBenchKey00wxyz", access_key_secret = "secret" }
requests.REGION = "cn-hangzhou"
requests.ID = "ip-bp000000000000000001"

--- The arguments of terraform's example.
requests.CREATE = {
  add_account = { "1234567890123456" }, base_image = "ubuntu_22_04_x64_20G_alibase_20240926.vhd",
  base_image_type = "IMAGE", build_content = "RUN yum update -y", delete_instance_on_failure = false,
  description = "terraform-example", image_name = "terraform-example", instance_type = "ecs.g7.large",
  internet_max_bandwidth_out = 20, name = "terraform-example", resource_group_id = "rg-acfm3peow3k2aai",
  system_disk_size = 40, tags = { Created = "TF", For = "Acceptance-test" },
  to_region_id = { "cn-qingdao", "cn-zhangjiakou" }, vswitch_id = "vsw-bp1abcdefgh0123456789",
}

--- The same with another argument.
function requests.create_with(name, value)
  local args = {}
  for key, given in pairs(requests.CREATE) do
    args[key] = given
  end
  args[name] = value
  return args
end

local LINE = "RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "
  .. "nginx=1.22 curl ca-certificates && rm -rf /var/lib/apt/lists/*\n"

--- Build content of so many bytes.
function requests.content(bytes)
  return (LINE:rep(math.ceil(bytes / #LINE))):sub(1, bytes)
end

--- So many tags.
function requests.tags(count)
  local tags = {}
  for index = 1, count do
    tags["key" .. index] = "value" .. index
  end
  return tags
end

--- A client of the service at `base`, in another region if one is named; `ca_file` for HTTPS.
function requests.client(base, region, ca_file)
  return require("ecs_pipeline").new({ region = region or requests.REGION, credentials = requests.KEYS, proxy = false,
    log = "off", endpoint = base, ca_file = ca_file, retry = false })
end

--- A session and an attempt, for the stages of a call alone.
function requests.session()
  return core().session({ decode = require("cjson").new().decode, user_agent = "bench" })
end

function requests.attempt()
  return { credentials = assert(core().credentials(requests.KEYS)), region = requests.REGION,
    endpoint = "https://ecs.cn-hangzhou.aliyuncs.com", client_token = "5f3a1c7e9b2d4f60a1b2c3d4e5f60718" }
end

--- The query of an operation's request, sorted and encoded: nothing else of it is needed to send the same by hand.
function requests.query(operation, args)
  return assert(core().prepare(requests.session(), operation, args, requests.attempt())).url:match("%?(.*)$")
end

return requests
