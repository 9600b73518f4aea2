--- One row per call that may be killed and called again. `before` prepares the service and returns a text for `run`.
--- `run` makes the call as documented for safe repetition: → its outcome as text, or nil, message. `told_once`: after
--- such a call has noted in its journal that the outcome was returned, the next call is a second, separate one. The
--- number says in which write of the journal this happens, counted from the last. `concurrent`: it sends several
--- requests at the same time, so that each run has its points in another order.

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

local function concurrent(call)
  call.concurrent = true
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

local REGIONS = { "cn-beijing", "cn-shanghai", "cn-qingdao" }

local function image(client, control)
  built(client, control)
  return assert(client.image.list({ owners = "self" }))[1].id
end

local function copied(client, control)
  local id = image(client, control)
  assert(client.image.copy(id, { to_region_id = REGIONS, name = "web" }))
  control("POST", "advance?seconds=600")
  return id
end

-- Images of January to April: the first two share a snapshot, the newest has one of its own and one of the third.
local function images(_, control)
  for month, snapshots in ipairs({ { "s-1" }, { "s-1", "s-2" }, { "s-3", "s-4" }, { "s-5", "s-4" } }) do
    local disks = {}
    for index, id in ipairs(snapshots) do
      disks[index] = { SnapshotId = id }
    end
    control("POST", "image", { ImageId = "m-" .. month, ImageName = "web-" .. month,
      CreationTime = ("2026-0%d-01T00:00:00Z"):format(month), DiskDeviceMappings = { DiskDeviceMapping = disks } })
  end
  return ""
end

-- The networks and the pipeline of the terraform example, as docs/from_terraform.md says for after a crash.
local NAME = "terraform-example"

local function terraform(client, on_progress)
  local function named(suffix)
    return { client_token = NAME .. suffix, on_progress = on_progress, poll = on_progress and 0.01 or nil }
  end
  local vpc, message = client.vpc.create({ cidr_block = "172.17.3.0/24", vpc_name = NAME }, named("-vpc"))
  local vswitch, pipeline
  if vpc then
    vswitch, message = client.vswitch.create({ cidr_block = "172.17.3.0/24", vpc_id = vpc, vswitch_name = NAME,
      zone_id = "cn-hangzhou-h" }, named("-vswitch"))
  end
  if vswitch then
    pipeline, message = client.pipeline.ensure(template({ name = NAME, vswitch_id = vswitch.id }))
  end
  return pipeline and { vpc = vpc.id, vswitch = vswitch.id, pipeline = pipeline.id }, message
end

local function example(client, control)
  assert(terraform(client, function()
    control("POST", "advance?seconds=5")
  end))
  return ""
end

-- Deletes what has that name, newest first.
local function terraform_destroy(client)
  for _, group in ipairs({ "pipeline", "vswitch", "vpc" }) do
    local list, why = client[group].list({ [group == "pipeline" and "name" or group .. "_name"] = NAME })
    if not list then
      return nil, why
    end
    for _, item in ipairs(list) do
      local gone, message = client[group].delete(item)
      if not gone then
        return nil, message
      end
    end
  end
  return {}
end

return {
  row("image.copy, three regions", image, function(client, id)
    local copies, message = client.image.copy(id, { to_region_id = REGIONS, name = "web" }, { wait = true, poll = 150 })
    return copies and copies.images, message
  end, REGIONS),
  row("image.share, twelve accounts", image, function(client, id)
    return client.image.share(id, { add_account = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }, remove_account = "13" })
  end),
  concurrent(row("image.share, three regions", copied, function(client, id)
    return client.image.share(id, { add_account = { "12", "13" }, remove_account = "14", regions = REGIONS })
  end)),
  row("image.prune, snapshots", images, function(client)
    return client.image.prune({ name_regex = "^web", keep = 1, apply = true, snapshots = true })
  end),
  row("the terraform example", nothing, function(client)
    return terraform(client)
  end, { "vpc", "vswitch", "pipeline" }),
  row("the terraform example, destroyed", example, terraform_destroy),
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
