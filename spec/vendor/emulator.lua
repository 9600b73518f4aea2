-- The emulator behind nginx, with the keys of the vendor's clients: lua emulator.lua FOLDER OWNER
-- Prints EMULATOR_…=… lines for `eval`. lib/sdk.js has the same keys. cli.lua stops it.

local server = require("ecs_pipeline.emulator.nginx.server")

local credentials = {
  ["vendor-key"] = { secret = "vendor-secret" },
  ["vendor-other"] = { secret = "other-secret" },
  ["vendor-sts"] = { secret = "sts-secret", token = "sts/token+with=reserved characters" },
  ["vendor-expired"] = { secret = "sts-secret", token = "old-token", expires = 1 },
  ["vendor-disabled"] = { secret = "vendor-secret", disabled = true },
  ["vendor-denied"] = { secret = "vendor-secret", deny = { "ecs:CreateImagePipeline" } },
}

local running, why = server.start({
  prefix = arg[1], owner = arg[2], -- pop-core makes objects of numbers with more than 15 digits
  emulator = { seed = "vendor", credentials = credentials, account_id = "151192824296372" },
})
if not running then
  io.stderr:write("emulator: " .. tostring(why) .. "\n")
  os.exit(1)
end
for _, name in ipairs({ "pid", "http_port", "https_port", "ca_file" }) do
  print(("EMULATOR_%s='%s'"):format(name:upper(), running[name]))
end
