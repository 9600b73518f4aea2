--- One row per call that may be killed and called again. `before` prepares the service and returns a text for `run`.
--- `run` makes the call as documented for safe repetition: → its outcome as text, or nil, message. `told_once`: after
--- such a call has noted in its journal that the outcome was returned, the next call is a second, separate one. The
--- number says in which write of the journal this happens, counted from the last.

local TOKEN = "token-of-the-caller"

local function template(fields)
  local args = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE",
    build_content = "RUN apt-get update && apt-get install -y nginx", tags = { team = "web" } }
  for name, value in pairs(fields or {}) do
    args[name] = value
  end
  return args
end

local function made(client)
  return assert(client.pipeline.create(template())).id
end

local function building(client)
  local id = made(client)
  assert(client.execution.start(id))
  return id
end

-- A template that was built once.
local function built(client, control)
  local id = building(client)
  control("POST", "advance?seconds=60")
  return id
end

local function retire(client, folder, fields)
  return client.pipeline.ensure(template(fields),
    { replace = "retire", archive = folder .. "/{id}.json", poll = 15 })
end

-- What a call found or made, whoever did it: the run that was killed or the one after it.
local function text(result, message, fields)
  if not result then
    return nil, message
  end
  local words = {}
  for index, name in ipairs(fields) do
    words[index] = name .. " " .. tostring(result[name])
  end
  return table.concat(words, ", ")
end

local function row(name, before, run, fields)
  return { name = name, before = before, run = function(...)
    local result, message = run(...)
    return text(result, message, fields or {})
  end }
end

local function told_once(call, write)
  call.told_once = write or 1
  return call
end

local function bake(client, folder, fields, options)
  local given = { journal = folder .. "/journal", poll = 45 }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  return client.bake(template(fields), given)
end

local BUILT = { "execution_id", "outcome", "image_id" }

local function nothing()
  return ""
end

return {
  row("pipeline.create, client_token", nothing, function(client)
    return client.pipeline.create(template(), { client_token = TOKEN })
  end, { "id" }),
  row("execution.start, client_token", made, function(client, id)
    return client.execution.start(id, { client_token = TOKEN })
  end, { "id" }),
  row("execution.cancel", building, function(client)
    return client.execution.cancel(assert(client.execution.list())[1])
  end, { "execution_id" }),
  row("pipeline.delete", made, function(client, id)
    return client.pipeline.delete(id)
  end),
  row("pipeline.delete, when_running = wait", building, function(client, id)
    return client.pipeline.delete(id, { when_running = "wait", poll = 15 })
  end),
  row("pipeline.delete, when_running = cancel", building, function(client, id)
    return client.pipeline.delete(id, { when_running = "cancel", poll = 15 })
  end),
  row("pipeline.ensure", nothing, function(client)
    return client.pipeline.ensure(template())
  end, { "id", "system_disk_size" }),
  row("pipeline.ensure, never", built, function(client)
    return client.pipeline.ensure(template(), { replace = "never" })
  end, { "id" }),
  row("pipeline.ensure, side_by_side", built, function(client)
    return client.pipeline.ensure(template({ system_disk_size = 60 }), { replace = "side_by_side" })
  end, { "id", "system_disk_size" }),
  row("pipeline.ensure, retire", built, function(client, _, folder)
    return retire(client, folder, { system_disk_size = 60 })
  end, { "id", "system_disk_size" }),
  row("pipeline.ensure, retire what builds", building, function(client, _, folder)
    return retire(client, folder, { system_disk_size = 60 })
  end, { "id", "system_disk_size" }),
  row("pipeline.ensure, retire by id", built, function(client, id, folder)
    return retire(client, folder, { system_disk_size = 60, name = "web-2", id = id })
  end, { "id", "name" }),
  told_once(row("execution.build, journal", made, function(client, id, folder)
    return client.execution.build(id, { journal = folder .. "/journal", poll = 45 })
  end, BUILT)),
  told_once(row("execution.build, journal behind a link", function(client, _, folder)
    assert(os.execute("ln -s journal " .. folder .. "/link"))
    return made(client)
  end, function(client, id, folder)
    return client.execution.build(id, { journal = folder .. "/link", poll = 45 })
  end, BUILT)),
  row("execution.build, journal and client_token", made, function(client, id, folder)
    return client.execution.build(id, { journal = folder .. "/journal", client_token = TOKEN, poll = 45 })
  end, BUILT),
  row("execution.build, client_token", made, function(client, id)
    return client.execution.build(id, { client_token = TOKEN, poll = 45 })
  end, BUILT),
  told_once(row("execution.build, journal, after somebody else's", building, function(client, id, folder)
    return client.execution.build(id, { journal = folder .. "/journal", when_running = "wait", poll = 45 })
  end, BUILT)),
  told_once(row("execution.build_if_changed, journal", made, function(client, id, folder)
    return client.execution.build_if_changed(id, { journal = folder .. "/journal", poll = 45 })
  end, BUILT)),
  told_once(row("ecs.bake", nothing, function(client, _, folder)
    return bake(client, folder)
  end, BUILT), 2),
  told_once(row("ecs.bake, retire", built, function(client, _, folder)
    return bake(client, folder, { system_disk_size = 60 }, { replace = "retire", archive = folder .. "/{id}.json" })
  end, BUILT), 2),
}
