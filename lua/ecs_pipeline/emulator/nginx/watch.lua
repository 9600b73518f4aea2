--- Runs inside nginx: when the process that started it is gone without having stopped it (killed,
-- crashed, timed out), the server takes its folder and itself away.

local shell = require("ecs_pipeline.emulator.nginx.shell")

local M = {}

--- Looks once a second whether the process `owner` (a pid; "" = of no process) is still there.
function M.start(owner, prefix)
  if owner == "" then
    return
  end
  local ffi = require("ffi")
  ffi.cdef("int kill(int pid, int signal); int getppid(void);")
  local master = ffi.C.getppid()
  assert(ngx.timer.every(1, function()
    if not shell.alive(owner) then
      os.execute("rm -rf " .. shell.quote(prefix))
      ffi.C.kill(master, 15)
    end
  end))
end

return M
