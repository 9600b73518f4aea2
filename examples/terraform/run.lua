--- What makes ../terraform_example.lua safe: it deletes what was created, newest first, also if a
-- step fails; reports what it could not delete, with the command that does; and takes over what an
-- earlier run left, because it was killed or with KEEP=1.
--
-- Environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET,
-- ALIBABA_CLOUD_REGION_ID (default cn-hangzhou), ALIBABA_CLOUD_ENDPOINT_ECS, _VPC, _STS and
-- _RESOURCEMANAGER (default: the products' own), ECS_PIPELINE_CA_FILE (PEM file of the authorities
-- to trust; default: the system's).
-- Exit code: 0 success, 1 a step failed and nothing is left, 2 something is left.
local ecs = require("ecs_pipeline")

io.stdout:setvbuf("line")
local region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou"
local client = ecs.new({
  region = region, ca_file = os.getenv("ECS_PIPELINE_CA_FILE"),
  on_event = function(event)
    if event.type == "warning" then
      print("  note: " .. event.message)
    end
  end,
})

-- --- undo ----------------------------------------------------------------------------------------

-- A list of { kind, id, name }, the newest last; a map kind → id; and the arguments of the newest.
-- An item without an id had no reply to its create call.
local created = {}
local GROUPS = { pipeline = client.pipeline, vswitch = client.vswitch, vpc = client.vpc }

-- The tag of our VPC: others may have the same name. A vSwitch is ours if it is in our VPC, a
-- pipeline if it uses our vSwitch.
local OURS = { ["ecs_pipeline:example"] = "terraform_example.lua" }

-- Finds what an earlier run created, or a call without a reply. → it, false if there is none, or
-- nil, message
local function find(item)
  local filter = item.kind == "vpc" and { vpc_name = item.name, tags = OURS }
    or item.kind == "vswitch" and { vpc_id = created.vpc, vswitch_name = item.name }
    or { name = item.name }
  local list, message = GROUPS[item.kind].list(filter)
  for _, found in ipairs(list or {}) do
    if item.kind ~= "pipeline" or found.vswitch_id == created.vswitch then
      return found
    end
  end
  return list and false, message
end

-- Creates a vpc, a vswitch or a pipeline, unless an earlier run did, and remembers it, unless the
-- service says that it did not create it. So it remembers it also if a later step of create fails,
-- if the reply is lost, and if Ctrl-C interrupts.
local function create(kind, args)
  local item, options = { kind = kind, name = args.vpc_name or args.vswitch_name or args.name }, nil
  local function note(id)
    item.id, created[kind] = id, id
  end
  local found, why = find(item)
  if found == nil then
    error(why, 0)
  end
  created[#created + 1], created.args = item, args
  if found then
    note(found.id)
    print(("  found     %-8s  %s"):format(kind, found.id))
    return found
  end
  if kind == "vpc" then
    args.tags = OURS
  end
  if kind ~= "pipeline" then -- the others wait for Available, and report the id before that
    options = { on_progress = function(progress) note(progress[kind .. "_id"]) end }
  end
  local result, message, err = GROUPS[kind].create(args, options)
  note(result and result.id or err and err[kind .. "_id"] or item.id)
  if not item.id and err.outcome ~= "unknown" then
    created[#created] = nil
  end
  if not result then
    error(message, 0)
  end
  print(("  created   %-8s  %s"):format(kind, result.id))
  return result
end

local function command(list)
  local words = { "lua examples/terraform_example.lua remove" }
  for _, item in ipairs(list) do
    words[#words + 1] = item.kind .. " " .. item.id
  end
  return table.concat(words, " ")
end

-- Writes what is left, and the command that deletes it.
local function report(list, out)
  local known = {}
  for _, item in ipairs(list) do
    out:write(("  left: %-8s %s\n"):format(item.kind, item.id
      or ("\"%s\" may exist: no reply to create came; look for it by its name"):format(item.name)))
    known[#known + 1] = item.id and item or nil
  end
  if #known > 0 then
    out:write("Remove it with\n  ", command(known), "\n")
  end
end

-- Deletes one item. → nil when it is gone, or why it could not be deleted
local function delete(item, left)
  local found = not item.id and find(item)
  item.id = item.id or found and found.id
  if found == nil then
    return "its id is not known"
  elseif not item.id then
    return print(("  not created: %s %s"):format(item.kind, item.name))
  end
  for _, other in ipairs(left) do
    if item.kind == "vpc" and other.kind == "vswitch" then
      return "it still contains a vSwitch"
    end
  end
  local result, message = GROUPS[item.kind].delete(item.id)
  if not result then -- perhaps it was deleted, and only the reply was lost
    local _, _, err = GROUPS[item.kind].describe(item.id)
    if not err or err.kind ~= "not_found" then
      return message
    end
    result = {}
  end
  print(("  %-8s  %-8s  %s"):format(result.deleted and "deleted" or "is gone", item.kind, item.id))
end

-- Deletes the items of a list, in order, and reports what is left. → how many are left
local function remove(list)
  local left = {}
  for _, item in ipairs(list) do
    local _, why = pcall(delete, item, left) -- Ctrl-C may interrupt here, too
    if why then
      left[#left + 1] = item
      io.stderr:write("  not deleted: ", item.kind, " ", item.id or item.name, ": ", why, "\n")
    end
  end
  if #left > 0 then
    io.stderr:write("\nNot everything is deleted:\n")
    report(left, io.stderr)
  else
    print("Nothing is left.")
  end
  return #left
end

-- --- output --------------------------------------------------------------------------------------

local function text(value)
  if type(value) ~= "table" then
    return type(value) == "number" and ("%d"):format(value) or tostring(value)
  end
  local parts = {}
  for key, item in pairs(value) do
    parts[#parts + 1] = type(key) == "number" and text(item) or key .. " = " .. text(item)
  end
  table.sort(parts)
  return table.concat(parts, ", ")
end

-- Prints each argument as it was sent and as the service returns it.
local function compare(args, pipeline)
  local names, same = {}, 0
  for name in pairs(args) do
    names[#names + 1] = name
  end
  table.sort(names)
  print(("\n   %-28s %-43s %s"):format("argument", "sent", "read back"))
  for _, name in ipairs(names) do
    local sent, back = text(args[name]), text(pipeline[name])
    same = same + (sent == back and 1 or 0)
    print(("%2s %-28s %-43s %s"):format(sent ~= back and "!" or "", name, sent, back))
  end
  print(("\n   %d of %d arguments read back as they were sent"):format(same, #names))
  assert(same == #names, "an argument was not read back as it was sent")
end

-- --- command line --------------------------------------------------------------------------------

local function listed(words)
  local list = {}
  for i = 2, #words, 2 do
    assert(GROUPS[words[i]] and words[i + 1], "usage: remove pipeline|vswitch|vpc ID …")
    list[#list + 1] = { kind = words[i], id = words[i + 1] }
  end
  return list
end

local function newest_first()
  local list = {}
  for i = #created, 1, -1 do
    list[#list + 1] = created[i]
  end
  return list
end

--- Runs the command line of this example.
-- @tparam function program(client, create); `create(kind, args)` creates a "vpc", a "vswitch" or
--   the "pipeline"
return function(program)
  local ok, left = true, 0
  if arg[1] == "remove" then
    left = remove(listed(arg))
  else
    print(("The terraform example in %s, at %s\n"):format(region,
      os.getenv("ALIBABA_CLOUD_ENDPOINT_ECS") or "the region's own endpoints"))
    local message
    ok, message = pcall(function()
      program(client, create)
      compare(created.args, assert(client.pipeline.describe(created.pipeline)))
    end)
    if not ok then
      io.stderr:write("\nThe example failed: ", tostring(message), "\n")
    end
    if ok and os.getenv("KEEP") == "1" then
      print("\nKeeping everything:")
      report(newest_first(), io.stdout)
    else
      print("\nDeleting everything, newest first")
      left = remove(newest_first())
    end
  end
  client.close()
  os.exit(left > 0 and 2 or ok and 0 or 1)
end
