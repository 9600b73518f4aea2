-- The service behind the raw server: the emulator, under faults that a spec names one by one.
--   POST /play   body: one fault a line, for the requests to come in that order; header `x-forever`:
--                the last one stays; header `x-keep`: open connections are left alone
--   POST /tally  body: the name of a pipeline → { requests = since /play, pipelines = of that name }
-- The service does what it was asked first and answers badly afterwards, the worst case for whoever has
-- to decide about a repetition; unless the name begins with `undone_`. A fault is one of
-- raw_server_faults/, a function(connection, good, argument) → true when the connection may carry
-- another request, called `name/argument`; with a name that begins with `accept_` it meets the
-- connection, before any request. `prepare` of a family makes what a fault needs when it is announced:
-- name → function(argument).

local cjson = require("cjson")
local emulators = require("ecs_pipeline.emulator")

local M = {}

local write = require("spec.support.raw_server_faults.write")

local faults, preparations = {}, {}
for _, family in ipairs({ "accept", "broken", "framing", "heads", "coding", "content", "storms" }) do
  local members = require("spec.support.raw_server_faults." .. family)
  for name, prepare in pairs(members.prepare or {}) do
    preparations[members[name]] = prepare
  end
  members.prepare = nil
  for name, run in pairs(members) do
    assert(not faults[name], "two faults are called " .. name)
    faults[name] = run
  end
end

local emulator = emulators.new({
  clock = "real", limits = { pipelines = 1e6 }, credentials = { key = { secret = "secret" } },
})
local queue, forever, requests = {}, false, 0

local function next_fault()
  local name = queue[1]
  if name and not (forever and #queue == 1) then
    table.remove(queue, 1)
  end
  return name
end

local function find(name)
  local fault, argument = name:match("^([%w_]+)/?(.*)$")
  return assert(faults[fault], "no such fault: " .. name), argument
end

function M.play(connection, request)
  if not request.headers["x-keep"] then
    connection:end_others()
  end
  queue, forever, requests = {}, request.headers["x-forever"] ~= nil, 0
  for name in request.body:gmatch("[^\n]+") do
    if not name:match("^emulator/") then
      local fault, argument = find((name:gsub("^undone_", "")))
      if preparations[fault] then
        preparations[fault](argument)
      end
    end
    queue[#queue + 1] = name
  end
  return "{}"
end

function M.tally(request)
  local count = 0
  for _, pipeline in ipairs(emulator.store.pipelines) do
    if pipeline.reply.Name == request.body then
      count = count + 1
    end
  end
  return cjson.encode({ requests = requests, pipelines = count })
end

function M.on_accept(connection)
  if not (queue[1] or ""):match("^accept_") then
    return true
  end
  local run, argument = find(next_fault())
  return run(connection, nil, argument)
end

-- `emulator/timeout,commit`: one of the emulator's own faults.
local function emulator_fault(text)
  local kind, commit = text:match("^([%w_]+)(,?)")
  emulator:fault({ kind = kind, commit = commit ~= "" })
end

function M.answer(connection, request)
  requests = requests + 1
  local name = next_fault()
  local own = name and name:match("^emulator/(.*)$")
  if own then
    emulator_fault(own)
  end
  if name and name:match("^undone_") then
    local run, argument = find((name:gsub("^undone_", "")))
    return run(connection, { status = 200, headers = {}, body = "" }, argument)
  end
  local status, headers, body =
    emulator:handle(request.method, request.path, request.headers, request.body)
  if not status then
    return false
  end
  -- A delete that comes again is answered like the first, so that a fault stays the same fault.
  if name and not own and status == 404 and body:find("InvalidImagePipeline.NotFound", 1, true) then
    status, body = 200, '{"RequestId":"AGAIN"}'
  end
  local good = { status = status, headers = headers, body = body, request = request }
  if not name or own then
    return connection:send(write.reply(good))
  end
  local run, argument = find(name)
  return run(connection, good, argument)
end

return M
