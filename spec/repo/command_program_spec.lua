-- bin/ecs-pipeline in a checkout that is not built for the Lua that runs it.
local child_lua = require("spec.support.child_lua")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local folder
scratch.each(before_each, after_each, function(path) folder = path end)

local OTHER = child_lua.interpreter == "luajit" and "lua5.4" or "luajit"

-- A checkout with the builds named, and a program OTHER on PATH that runs `script`.
local function checkout(builds, script)
  local root = shell.line("pwd")
  shell.run(("mkdir -p %s/bin %s/path && cp bin/ecs-pipeline %s/bin && ln -s %s/lua %s/lua"):format(folder, folder,
    folder, root, folder))
  for _, lua in ipairs(builds) do
    shell.run(("mkdir -p %s/build/%s/ecs_pipeline"):format(folder, lua))
    shell.write(("%s/build/%s/ecs_pipeline/core.so"):format(folder, lua), "")
  end
  shell.write(folder .. "/path/" .. OTHER, "#!/bin/sh\n" .. script .. "\n")
  shell.run(("chmod +x %s/path/%s"):format(folder, OTHER))
end

local function run(words)
  local text = shell.output(("cd %s && PATH=%s/path:$PATH %s bin/ecs-pipeline %s 2>&1; echo \"exit $?\""):format(folder,
    folder, child_lua.interpreter, words))
  return (text:gsub("\n$", ""))
end

describe("bin/ecs-pipeline", function()
  it("runs with a Lua for which the checkout is built, and ends as that does", function()
    checkout({ OTHER }, "printf '%s|' \"$@\"; exit 7")
    assert.equal("bin/ecs-pipeline|list|--name|it's a \"b\" $c||exit 7", run([[list --name "it's a \"b\" \$c" '']]))
  end)

  it("ends by the signal that ended the other one, as a shell says it", function()
    checkout({ OTHER }, "kill -TERM $$")
    assert.equal("exit 143", run("list"))
  end)

  it("says how to build if nothing is, but for version and help", function()
    checkout({}, "exit 9")
    assert.equal("ecs-pipeline: nothing is built here yet: run `make build` in bin/../\nexit 1", run("list"))
    assert.matches("^%d+%.%d+%.%d+\nexit 0$", run("version"))
    assert.matches("exit 0$", run("help"))
  end)
end)
