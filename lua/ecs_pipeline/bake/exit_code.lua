--- `ecs.exit_code`: exit codes for scripts. Pure.
local exit_code = {}

--- By outcome of a result that is not ok.
exit_code.OF_OUTCOME = { failed = 2, test_failed = 3, partial = 4, cancelled = 5, timeout = 6 }

--- By kind of an error that is final. Trouble with the transport that does not pass by itself is a
-- matter of the configuration, as keys and rights are: certificates, proxy, nginx.conf.
exit_code.OF_KIND = {
  cancelled = 5, validation = 7, credentials = 8, denied = 8, transport = 8, conflict = 9,
  not_found = 10, storage = 12, api = 1, protocol = 1, throttled = 1, timeout = 1,
}

local OTHER = 1
local STILL_RUNNING = 6
local TEMPORARY = 11
local UNKNOWN = 13

local function of_error(err)
  if err.code == "WAIT_TIMEOUT" then
    return STILL_RUNNING
  elseif err.retryable then
    return TEMPORARY
  elseif err.outcome == "unknown" then
    return UNKNOWN
  end
  return exit_code.OF_KIND[err.kind] or OTHER
end

--- The exit code for the values that a call returned.
-- @param result the first value: a result, or nil; or an error table
-- @tparam ?string _ the second value
-- @tparam ?table err the third value
-- @treturn integer
function exit_code.of(result, _, err)
  if type(result) ~= "table" then
    if type(err) == "table" then
      return of_error(err)
    end
    return result and type(result) ~= "string" and 0 or OTHER
  elseif exit_code.OF_KIND[result.kind] and result.message then
    return of_error(result) -- before the next: an error can have an outcome, "unknown"
  elseif result.outcome then
    return result.ok and 0 or exit_code.OF_OUTCOME[result.outcome] or OTHER
  end
  return result.ok == false and OTHER or 0 -- of ecs.doctor, or one of ecs.map
end

return exit_code
