-- What was: a transport that put a file into `request.trace` made the C module free it as a request: a double free,
-- without the debug library. What a transport in C gets now has no fields; one in Lua may put there what it likes.
local child_lua = require("spec.support.child_lua")

local PROLOGUE = [[
  local core, ecs, curl = require("ecs_pipeline.core"), require("ecs_pipeline"), require("ecs_pipeline.curl")
  local reply = { status = 200, headers = {}, body = '{"RequestId":"R","ImagePipelineId":"ip-1"}' }
  local forged = %s
  local function send() %s end
  local function client(transport)
    return ecs.new({ region = "cn-hangzhou", endpoint = "https://ecs.example.com", transport = transport,
      credentials = { access_key_id = "LTAI5tExample", access_key_secret = "secret" }, retry = false })
  end
  local function create(transport)
    return pcall(client(transport).pipeline.create, { base_image = "m-1", base_image_type = "IMAGE" })
  end
  for _ = 1, 3 do
    create({ send = function(request) request.trace = forged return send() end })
    print("as a field", create({ native = true, send = coroutine.wrap(function(request)
      while true do
        request.trace = forged
        request = coroutine.yield(send())
      end
    end) }))
  end
  local transport = curl.transport({ proxy = "" })
  print("as the request", pcall(transport.send, forged))
  print("as the request", pcall(transport.start, curl.multi(), forged))
  create({ native = true, send = coroutine.wrap(function(request)
    forged = request
    return reply
  end) })
  print("afterwards", pcall(transport.send, forged))
  forged = nil
  collectgarbage() collectgarbage()
  print("alive")]]

local FORGED = { file = "io.tmpfile()", number = "5", text = "'x'", ["nothing"] = "nil", table = "{}",
  credentials = "core.credentials({ access_key_id = 'a', access_key_secret = 'b' })" }

describe("a value that a transport puts into the place of the trace, or gives to libcurl as a request", function()
  for what, value in pairs(FORGED) do
    for how, send in pairs({ answers = "return reply", fails = "return nil, { kind = 'transport' }",
      raises = "error('own', 0)" }) do
      it("is refused or left alone: " .. what .. ", when the transport " .. how, function()
        local ended, output = child_lua.run(PROLOGUE:format(value, send))
        assert.is_true(ended, output)
        assert.matches("alive\n$", output)
        assert.matches("as a field\tfalse\t[^\n]*attempt to index [^\n]*value", output)
        assert.matches("as the request\tfalse\t[^\n]*\nas the request\tfalse", output)
        assert.matches("afterwards\tfalse\t[^\n]*there is no request in it any more", output)
      end)
    end
  end
end)
