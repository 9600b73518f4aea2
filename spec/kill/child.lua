--- The process that is killed: child.lua MODULE CALL FOLDER WORD makes one of the calls that a module lists. It is like
--- a user's script: there is no test code between the library and the system. Prints the outcome.
local ecs = require("ecs_pipeline")

local name, folder, word = arg[2], arg[3], arg[4]
for _, call in ipairs(require(arg[1])) do
  if call.name == name then
    local client = ecs.new({ region = "cn-hangzhou" })
    local result, message = call.run(client, word, folder)
    client.close()
    io.stdout:write(result or message, "\n")
    os.exit(result and 0 or 1)
  end
end
error("no such call: " .. tostring(name))
