--- ClientToken: the same token with the same parameters gets the same answer; with other parameters
-- it is refused.

local errors = require("ecs_pipeline.emulator.errors")

local M = {}

-- What may differ between two attempts of one call.
local volatile = {
  ClientToken = true, Signature = true, SignatureNonce = true, SignatureMethod = true,
  SignatureVersion = true, Timestamp = true, AccessKeyId = true, SecurityToken = true,
  Format = true, Action = true, Version = true,
}

local function fingerprint(flat)
  local names = {}
  for name in pairs(flat) do
    if not volatile[name] then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  for i, name in ipairs(names) do
    names[i] = #name .. ":" .. name .. #flat[name] .. ":" .. flat[name]
  end
  return table.concat(names)
end

--- Runs `work()` (→ reply or nil, refusal) once per token. `memory` belongs to the store.
-- Refusals are not remembered: the token may be used again after the mistake is corrected.
function M.once(memory, scope, flat, work)
  local token = flat.ClientToken
  if not token or token == "" then
    return work()
  end
  if #token > 64 or token:find("[^\33-\126]") then
    return nil, errors.parameter("ClientToken")
  end
  local name = scope .. "/" .. token
  local print, known = fingerprint(flat), memory[name]
  if known then
    if known.fingerprint ~= print then
      return nil, errors.new("IdempotentParameterMismatch")
    end
    return known.reply
  end
  local reply, refusal = work()
  if reply then
    memory[name] = { fingerprint = print, reply = reply }
  end
  return reply, refusal
end

return M
