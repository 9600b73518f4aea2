-- What was: a transport that put a file into `request.trace` made the C module free it as a request: a double free,
-- without the debug library.
local child_lua = require("spec.support.child_lua")

local function run(forged, send)
  return child_lua.run(([[
    local ecs = require("ecs_pipeline")
    local reply = { status = 200, headers = {}, body = '{"RequestId":"R","ImagePipelineId":"ip-1"}' }
    local forged = %s
    local function send() %s end
    local client = ecs.new({ region = "cn-hangzhou", endpoint = "https://ecs.example.com",
      credentials = { access_key_id = "LTAI5tExample", access_key_secret = "secret" }, retry = false,
      transport = { native = true, send = coroutine.wrap(function(request)
        while true do
          request.trace = forged
          request = coroutine.yield(send())
        end
      end) } })
    for _ = 1, 3 do
      print(pcall(client.pipeline.create, { base_image = "m-1", base_image_type = "IMAGE" }))
    end
    client, forged = nil, nil
    collectgarbage() collectgarbage()
    print("alive")]]):format(forged, send))
end

local FORGED = { file = "io.tmpfile()", number = "5", text = "'x'", ["nothing"] = "nil", table = "{}",
  credentials = "require('ecs_pipeline.core').credentials({ access_key_id = 'a', access_key_secret = 'b' })" }

describe("a value that a transport puts into the place of the trace", function()
  for what, value in pairs(FORGED) do
    for how, send in pairs({ answers = "return reply", fails = "return nil, { kind = 'transport' }",
      raises = "error('own', 0)" }) do
      it("is left alone: " .. what .. ", when the transport " .. how, function()
        local ended, output = run(value, send)
        assert.is_true(ended, output)
        assert.matches("alive\n$", output)
      end)
    end
  end
end)
