--- A folder of its own for each test of a describe block, removed with all that is in it.
local shell = require("ecs_pipeline.emulator.nginx.shell")

local scratch = {}

--- @tparam function before_each of busted, which gives its functions to spec files only
--- @tparam function after_each
--- @tparam function use called before each test with the path of the folder
function scratch.each(before_each, after_each, use)
  local folder

  before_each(function()
    folder = shell.line("mktemp -d")
    use(folder)
  end)

  after_each(function()
    shell.run("rm -rf " .. folder)
  end)
end

return scratch
