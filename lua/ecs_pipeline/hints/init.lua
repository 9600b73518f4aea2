--- What to do about a failure: `err.hint`. Pure: everything it knows is in the error table.
--
-- Read here, beside what API.md names: `trace` (what was signed), `signer = { key (shortened id),
-- temporary (a token was sent) }`, `clock_offset` (seconds that the service is ahead, from its
-- `Date`), `suggestion` (the region that was probably meant), `headers`, `raw`, `reason` (of code
-- TLS), `cause` (of kind credentials: the failure behind it).
local access = require("ecs_pipeline.hints.access")
local codes = require("ecs_pipeline.hints.codes")
local keys = require("ecs_pipeline.hints.keys")
local network = require("ecs_pipeline.hints.network")
local signature = require("ecs_pipeline.hints.signature")

local hints = {}

-- Asked in this order; each says something about the failures it knows, else nil.
local ASKED = { signature.hint, keys.hint, access.hint, network.hint, codes.hint }

local function outcome_hint(err)
  if err.outcome == "unknown" and err.client_token then
    return "it may have been carried out: repeat with client_token = err.client_token, "
      .. "never with a new one"
  elseif err.outcome == "unknown" and not err.retryable then
    return "it may have been carried out: look before you repeat it"
  end
  return nil
end

--- What to do next.
-- @tparam table err as `errors.fail` gets it
-- @treturn ?string one line without secrets
function hints.hint(err)
  for _, ask in ipairs(ASKED) do
    local hint = ask(err)
    if hint then
      return hint
    end
  end
  -- of a source of credentials: what the request that it made met with
  if err.kind == "credentials" and type(err.cause) == "table" then
    return hints.hint(err.cause)
  end
  return outcome_hint(err)
end

return hints
