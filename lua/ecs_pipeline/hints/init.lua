--- The hint of an error, `err.hint`: what to do next. Pure: it reads only the error table.
--
-- Fields that are read here, besides those in docs/errors.md: `trace` (what was signed),
-- `signer = { key (shortened id), temporary (a token was sent) }`, `clock_offset` (seconds by which
-- the service's clock is ahead, from its `Date`), `suggestion` (the region that was probably
-- meant), `headers`, `raw`, `reason` (with code TLS: what is wrong with the certificate), `cause`
-- (with kind credentials: the failure behind it), `advice` (with kind credentials: what the source
-- says).
local access = require("ecs_pipeline.hints.access")
local error_codes = require("ecs_pipeline.error_codes")
local keys = require("ecs_pipeline.hints.keys")
local network = require("ecs_pipeline.hints.network")
local signature = require("ecs_pipeline.hints.signature")

local hints = {}

local function code_hint(err)
  return error_codes.of(err.code).hint
end

-- Tried in this order; each returns a hint for the failures that it knows, otherwise nil. A denial
-- that has nothing to do with RAM, such as a lack of money, has a hint by its code.
local SOURCES = { signature.hint, keys.hint, network.region_hint, code_hint, access.hint,
  network.hint }

local function outcome_hint(err)
  if err.outcome == "unknown" and err.client_token then
    return "it may have been carried out: repeat with client_token = err.client_token, "
      .. "never with a new one"
  elseif err.outcome == "unknown" and not err.retryable then
    return "it may have been carried out: check that before you repeat it"
  end
  return nil
end

--- The hint.
-- @tparam table err as `errors.fail` gets it
-- @treturn ?string one line without secrets
function hints.hint(err)
  if err.kind == "credentials" then
    -- what the source says itself, then what is known of the failure behind it
    local hint = err.advice or type(err.cause) == "table" and hints.hint(err.cause)
    if hint then
      return hint
    end
  end
  for _, source in ipairs(SOURCES) do
    local hint = source(err)
    if hint then
      return hint
    end
  end
  return outcome_hint(err) or network.answer_hint(err)
end

return hints
