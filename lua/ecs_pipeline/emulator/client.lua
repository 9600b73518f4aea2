--- `emulator.client` and `emulator.configure`: clients of a new service, for tests of scripts. The
-- only file here that uses the library, as a user does.

local ecs = require("ecs_pipeline")
local tables = require("ecs_pipeline.tables")

local M = {}

local function no_variable()
  return nil
end

-- Pauses between attempts are the same in every run.
local function middle()
  return 0.5
end

-- The credentials of the first key that the service knows, by its name.
local function first_key(keys)
  local id = tables.sorted_keys(keys)[1]
  return id and { access_key_id = id, access_key_secret = keys[id].secret,
    security_token = keys[id].token }
end

-- In process, on the service's clock, with the first of its keys; no variables of the environment.
local function options_of(service, region, given)
  local transport = service:transport()
  local host = tables.merge({ env = no_variable, random = middle }, transport.platform)
  return tables.merge({ region = region or "cn-hangzhou", transport = transport,
    credentials = first_key(service.keys), platform = host, log = "off" }, given)
end

--- A client of a service.
-- @tparam Emulator service
-- @tparam ?string region
-- @tparam ?table given options of `ecs.new`; they win
-- @treturn table client
function M.of(service, region, given)
  return ecs.new(options_of(service, region, given))
end

--- Makes the default client a client of a service. Arguments as `of`.
function M.configure(service, region, given)
  ecs.configure(options_of(service, region, given))
end

return M
