--- A handler on a fake nginx, with an emulator behind it, all on one virtual clock.
local assert = require("luassert")
local fake_ngx = require("spec.support.fake_ngx")
local fake_request = require("spec.support.fake_request")
local openresty = require("ecs_pipeline.openresty")
local virtual = require("spec.support.virtual")

local handler_harness = {}

local SECRET = fake_request.SECRET

--- A handler for a client and its emulator, with a fake nginx of its own. → host, handler
function handler_harness.around(client, emulator, options, host_options)
  local settings = { now = emulator:now(), on_advance = function(seconds) emulator:advance(seconds) end }
  for name, value in pairs(host_options or {}) do
    settings[name] = value
  end
  local host = fake_ngx.new(settings)
  host.get_phase = function() return host.phase or "content" end
  local all = { secret = SECRET, client = client, host = host }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  if all.secret == "" then
    all.secret = nil
  end
  return host, openresty.handler(all)
end

--- → host, handler, emulator, client, id of the pipeline
function handler_harness.open(options, emulator_options, host_options)
  local client, emulator = virtual.client({ retry = false }, emulator_options)
  local id = assert(client.pipeline.create(virtual.TEMPLATE)).id
  local all = { pipelines = { web = id } }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  local host, handler = handler_harness.around(client, emulator, all, host_options)
  return host, handler, emulator, client, id
end

--- The handler as nginx calls it in `init_worker_by_lua*`: its timers run from then on.
function handler_harness.begin(host, handler)
  host.phase = "init_worker"
  handler()
  host.phase = nil
end

local nonces = 0
--- A signed webhook, new each time.
function handler_harness.ask(host, handler, action, more, fields)
  nonces = nonces + 1
  local message = { action = action, pipeline = "web", nonce = ("%d"):format(nonces) }
  for name, value in pairs(fields or {}) do
    message[name] = value
  end
  return fake_request.webhook(host, handler, message, more)
end

--- Holds an answer to be that refusal, without the secret; its message.
function handler_harness.refused(status, code, answer)
  assert.same({ status, code }, { answer.status, answer.json and answer.json.error and answer.json.error.code },
    answer.body)
  assert.is_nil(answer.body:find(SECRET, 1, true))
  return answer.json.error.message
end

--- From now on the dictionary has no room for keys with that part in them. → function that ends it
function handler_harness.no_room(host, part)
  local dict = host.shared.ecs_pipeline
  local set = dict.safe_set
  dict.safe_set = function(self, key, ...)
    if key:find(part, 1, true) then
      return nil, "no memory"
    end
    return set(self, key, ...)
  end
  return function() dict.safe_set = set end
end

--- From now on the service takes its time over the listing with which a start begins.
function handler_harness.slow(host, client, seconds)
  local list, at = client.execution.list, host.timer.at
  client.execution.list = function(...)
    host.sleep(seconds)
    return list(...)
  end
  host.timer.at = function(delay, fn)
    return at(delay, function(premature)
      host.thread.spawn(function() fn(premature) end)
    end)
  end
end

--- All that was logged.
function handler_harness.logged(host)
  local texts = {}
  for _, line in ipairs(host.lines) do
    texts[#texts + 1] = line.text
  end
  return table.concat(texts, "\n")
end

return handler_harness
