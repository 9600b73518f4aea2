--- What the specs of hints share: calls that are refused, and that no text of the refusal holds a secret.
local assert = require("luassert")
local virtual = require("spec.support.virtual")

local M = {}

local SECRETS = { "emulator-secret", "CANARY" }

function M.assert_clean(text)
  for _, secret in ipairs(SECRETS) do
    assert.is_nil(text:find(secret, 1, true), text)
  end
end

--- The emulator behind somebody who changes what passes.
function M.tampered(change, options, emulator_options)
  local client, emulator = virtual.client({}, emulator_options)
  local inner = emulator:transport()
  local all = { transport = { send = function(request, deadline)
    return inner.send(change and change(request) or request, deadline)
  end } }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return client.with(all), emulator
end

function M.create(client, args)
  local all = { description = "CANARY in the middle" }
  for name, value in pairs(virtual.TEMPLATE) do
    all[name] = value
  end
  for name, value in pairs(args or {}) do
    all[name] = value
  end
  local made, message, err = client.pipeline.create(all)
  assert.is_nil(made)
  M.assert_clean(message)
  M.assert_clean(err.hint)
  return err
end

return M
