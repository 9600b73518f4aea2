--- The digests the emulator needs, from the C module, and identifiers made of them.
-- Canonical strings are the emulator's own (auth.lua): a wrong one in C must not agree with itself.

local core = require("ecs_pipeline.core")

local M = {
  percent_encode = core.percent_encode,
  sha256_hex = core.sign.sha256_hex,
  hmac_sha256_hex = core.sign.hmac_sha256_hex,
  hmac_sha1_base64 = core.sign.hmac_sha1_base64,
}

--- A request id as the service spells it, from a seed and a counter: same seed, same ids.
function M.request_id(seed, counter)
  local hex = core.sign.sha256_hex(seed .. "/request/" .. counter):upper()
  return hex:sub(1, 8) .. "-" .. hex:sub(9, 12) .. "-" .. hex:sub(13, 16) .. "-"
    .. hex:sub(17, 20) .. "-" .. hex:sub(21, 32)
end

local alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"

--- A resource id such as "ip-bp1f2k…": prefix and 20 characters.
function M.resource_id(prefix, seed, counter)
  local hex = core.sign.sha256_hex(seed .. "/" .. prefix .. "/" .. counter)
  local out = {}
  for i = 1, 17 do
    local index = tonumber(hex:sub(3 * i - 2, 3 * i), 16) % 36 + 1
    out[i] = alphabet:sub(index, index)
  end
  return prefix .. "-bp1" .. table.concat(out)
end

return M
