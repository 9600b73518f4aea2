--- Builds points.c as a library that can be preloaded: it defines the points of a process, and gives it its own clock.
local child_lua = require("spec.support.child_lua")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local points_library = {}

--- @treturn string its absolute path
function points_library.compile()
  local output = "build/" .. child_lua.interpreter .. "/spec/kill_points.so"
  -- A sanitizer preloaded into the spec stays out of the compiler; put into place whole.
  assert(shell.run(("mkdir -p build/%s/spec && LD_PRELOAD= cc -std=gnu99 -O1 -fPIC -shared spec/kill/points.c -o %s.$$ "
    .. "-ldl && mv %s.$$ %s"):format(child_lua.interpreter, output, output, output)), "cannot compile points.c")
  return shell.line("pwd") .. "/" .. output
end

return points_library
