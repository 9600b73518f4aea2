--- One call for several regions: `regions = { … }` in the arguments of a function. The regions are
-- asked at the same time. A failure in one does not hide the results of the others.
local concurrency = require("ecs_pipeline.concurrency")
local core = require("ecs_pipeline.core")
local endpoint = require("ecs_pipeline.call.endpoint")
local error_codes = require("ecs_pipeline.error_codes")
local errors = require("ecs_pipeline.errors")
local info = require("ecs_pipeline.call.info")
local tables = require("ecs_pipeline.tables")

local regions = {}

local function refuse(operation, why)
  local _, message, err = errors.fail(operation, { kind = "validation", param = "regions",
    sent = false, message = "regions: " .. why })
  return false, message, err
end

-- → list; nil if the arguments name no regions; or false, message, err
local function read(operation, args)
  if type(args) ~= "table" or args.regions == nil then
    return nil
  elseif type(args.regions) ~= "table" then
    return refuse(operation, "wants a list of region ids, not a " .. type(args.regions))
  elseif args.region_id ~= nil then
    return refuse(operation, "region_id is given too; give one of them")
  end
  local given, list = args.regions, {}
  if given[1] == nil and next(given) ~= nil then
    given = { given }
  end
  for index, region in ipairs(given) do
    if type(region) ~= "table" and (type(region) ~= "string" or region == "") then
      return refuse(operation, ("element %d is no region id"):format(index))
    end
    local id, _, got, rule, fix = core.id("region", region)
    if not id then
      return refuse(operation, ("%s (got %s); %s"):format(rule, got, fix))
    end
    list[index] = id
  end
  if #list == 0 then
    return refuse(operation, "names no region; leave it out for the region of the client")
  end
  return tables.distinct(list)
end

-- Puts the region into a message, before the reason.
local function name_region(operation, err, region, others)
  local head = operation .. ": " .. errors.KINDS[err.kind] .. ": "
  if err.message:sub(1, #head) ~= head then
    head = err.message:sub(1, #operation + 2)
  end
  return head .. region .. ": " .. err.message:sub(#head + 1)
    .. (others[1] and "; also failed: " .. table.concat(others, ", ") or "")
end

--- The failure of a call in some of several regions.
-- @tparam string operation that the user called
-- @tparam table list the regions, in the order of the caller
-- @tparam table failures region → err of `errors.fail`
-- @param partial what was done, in all regions
-- @tparam[opt="regions"] string param the argument that has the list
-- @treturn nil
-- @treturn string message
-- @treturn table err: a copy of the failure of the first region; `region`, `regions` = failures,
--   `partial`
function regions.failed(operation, list, failures, partial, param)
  local first, others
  for _, region in ipairs(list) do
    if failures[region] and not first then
      first, others = region, {}
    elseif failures[region] then
      others[#others + 1] = region
    end
  end
  local err = tables.copy(failures[first])
  err.region, err.regions, err.partial = first, failures, partial
  if error_codes.names_region(err.code) and not endpoint.is_known(first) then
    err.param = param or "regions"
    -- loaded by the failure itself, unless its file could not be read
    err.hint = err.hint and require("ecs_pipeline.hints.network").region_hint(err)
  end
  if #list > 1 then
    err.message = name_region(operation, err, first, others)
  end
  return errors.again(err)
end

-- Are the arguments wrong, whatever the region?
local function none_was_sent(list, failures)
  for _, region in ipairs(list) do
    local err = failures[region]
    if not err or err.kind ~= "validation" or err.sent ~= false then
      return false
    end
  end
  return true
end

-- `ecs.info` of the whole: the requests of all regions.
local function note(results)
  local facts = { request_ids = {}, attempts = 0, elapsed = 0 }
  for _, region in ipairs(tables.sorted_keys(results)) do
    local own = info.get(results[region])
    for _, id in ipairs(own and own.request_ids or {}) do
      table.insert(facts.request_ids, id)
    end
    facts.attempts = facts.attempts + (own and own.attempts or 0)
    facts.elapsed = facts.elapsed + (own and own.elapsed or 0)
  end
  info.set(results, facts)
end

--- Calls a function once, or in each region that the arguments name.
-- @tparam string operation that the user called
-- @param args the user's; `regions` is a list of region ids
-- @tparam function call(args, region) → value, or nil, message, err. Without `regions` it gets the
--   arguments as they are, otherwise a copy with `region_id`
-- @treturn[1] value of the call; with `regions` a table `{ [region] = value }`
-- @treturn[2] nil
-- @treturn[2] string message
-- @treturn[2] table err; with `regions`: `err.region` = the first that failed, `err.regions` =
--   `{ [region] = err }`, `err.partial` = `{ [region] = value }`, of a region that failed its
--   `err.partial`
function regions.run(operation, args, call)
  local list, message, err = read(operation, args)
  if list == false then
    return nil, message, err
  elseif not list then
    return call(args)
  end
  local outcomes = concurrency.map(list, function(region)
    local own = tables.without(args, { "regions" })
    own.region_id = region
    return call(own, region)
  end)
  local results, failures = {}, {}
  for index, outcome in ipairs(outcomes) do
    if outcome.raised then
      error(outcome.err, 0)
    elseif outcome.ok then
      results[list[index]] = outcome.value
    else
      failures[list[index]], results[list[index]] = outcome.err, outcome.err.partial
    end
  end
  if none_was_sent(list, failures) then
    return errors.again(failures[list[1]])
  elseif next(failures) then
    return regions.failed(operation, list, failures, results)
  end
  note(results)
  return results
end

return regions
