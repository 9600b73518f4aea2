--- What bench/openresty.lua has an nginx do: so many describes at once through the library, or through a cosocket
-- loop as anybody would write it by hand for this one request, which neither signs nor checks anything.
local cjson = require("cjson").new()
local ecs = require("ecs_pipeline")

local worker = {}

local KEYS = { access_key_id = "LTAI5tBenchKey00wxyz", access_key_secret = "secret" }

local clients = {}

local function client_of(port)
  clients[port] = clients[port] or ecs.new({ region = "cn-hangzhou", credentials = KEYS, proxy = false, log = "off",
    endpoint = "http://127.0.0.1:" .. port, retry = false })
  return clients[port]
end

local REQUEST = "POST /?Action=DescribeImagePipelines&ImagePipelineId.1=ip-bench&RegionId=cn-hangzhou HTTP/1.1\r\n"
  .. "Host: 127.0.0.1\r\nAccept: application/json\r\nContent-Length: 0\r\n\r\n"

local function by_hand(port)
  local socket = ngx.socket.tcp()
  socket:settimeouts(5000, 5000, 30000)
  assert(socket:connect("127.0.0.1", port, { pool = "by hand", pool_size = 256 }))
  assert(socket:send(REQUEST))
  assert(assert(socket:receive("*l")):find("^HTTP/1.1 200"))
  local length
  repeat
    local line = assert(socket:receive("*l"))
    length = tonumber(line:match("^[Cc]ontent%-[Ll]ength: (%d+)")) or length
  until line == ""
  local reply = cjson.decode(assert(socket:receive(length)))
  assert(socket:setkeepalive(30000, 256))
  return reply.ImagePipeline.ImagePipelineSet[1]
end

local ways = {}

function ways.hand(port, count)
  local threads = {}
  for index = 1, count do
    threads[index] = ngx.thread.spawn(by_hand, port)
  end
  for index = 1, count do
    local ok, found = ngx.thread.wait(threads[index])
    assert(ok and found.Name == "web", found)
  end
end

function ways.ours(port, count)
  local items = {}
  for index = 1, count do
    items[index] = "ip-bench"
  end
  for _, one in ipairs(ecs.map(items, client_of(port).pipeline.describe, { concurrency = count })) do
    assert(one.ok, one.message)
    assert(one.value.name == "web")
  end
end

--- `/bench?way=hand|ours&port=…&count=…`: the seconds that it took.
function worker.answer()
  local given = ngx.req.get_uri_args()
  local core = require("ecs_pipeline.core")
  local began = core.clock()
  ways[given.way](tonumber(given.port), tonumber(given.count))
  ngx.print(("%.6f"):format(core.clock() - began))
end

return worker
