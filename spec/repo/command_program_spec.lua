-- bin/ecs-pipeline in a checkout that is not built for the Lua that runs it.
local child_lua = require("spec.support.child_lua")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local folder
scratch.each(before_each, after_each, function(path) folder = path end)

local OTHER = child_lua.interpreter == "luajit" and "lua5.4" or "luajit"

-- A checkout with the builds named, and a program OTHER on PATH that runs `script`, after it could load what it was
-- asked for with -e, or not.
local function checkout(builds, script, loads)
  local root = shell.line("pwd")
  shell.run(("mkdir -p %s/bin %s/path && cp bin/ecs-pipeline %s/bin && ln -s %s/lua %s/lua"):format(folder, folder,
    folder, root, folder))
  for _, lua in ipairs(builds) do
    shell.run(("mkdir -p %s/build/%s/ecs_pipeline"):format(folder, lua))
    shell.write(("%s/build/%s/ecs_pipeline/core.so"):format(folder, lua), "")
  end
  shell.write(folder .. "/path/" .. OTHER, ("#!/bin/sh\n[ \"$1\" != -e ] || exit %d\n%s\n"):format(loads or 0, script))
  shell.run(("chmod +x %s/path/%s"):format(folder, OTHER))
end

local function run(words, variables)
  local text = shell.output(("cd %s && PATH=%s/path:$PATH %s %s bin/ecs-pipeline %s 2>&1; echo \"exit $?\"")
    :format(folder, folder, variables or "", child_lua.interpreter, words))
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

  it("runs with another Lua if this one finds no argparse or no cjson", function()
    checkout({ child_lua.interpreter, OTHER }, "printf '%s|' \"$@\"; exit 7")
    assert.equal("bin/ecs-pipeline|list|exit 7", run("list", "env LUA_PATH='./?.none' LUA_PATH_5_4= LUA_PATH_5_5="))
    assert.equal("bin/ecs-pipeline|list|exit 7", run("list", "env LUA_CPATH='./?.none' LUA_CPATH_5_4= LUA_CPATH_5_5="))
  end)

  it("says what this Lua lacks if no other one can do better", function()
    checkout({ child_lua.interpreter, OTHER }, "exit 9", 1)
    assert.equal("ecs-pipeline: needs argparse: apt-get install lua-argparse, or luarocks install argparse\nexit 64",
      run("list", "env LUA_PATH='./?.none'"))
  end)

  it("passes over a Lua that cannot load the build", function()
    checkout({ OTHER }, "exit 9", 1)
    assert.matches("nothing is built here for a Lua that is installed", run("list"))
  end)

  it("opens nothing under the number of a stream that is closed: what is for people would be written there", function()
    checkout({ OTHER }, "open=$(readlink /proc/$$/fd/[0-2]); echo \"$open\" >fds; echo text || exit 12")
    for _, row in ipairs({ { "<&-", "/dev/null /dev/zero /dev/zero 0" }, { ">&-", "/dev/zero /dev/null /dev/zero 12" },
      { "2>&-", "/dev/zero /dev/zero /dev/null 0" }, { "<&- >&- 2>&-", "/dev/null /dev/null /dev/null 12" } }) do
      local text = shell.output(("cd %s && (PATH=$PWD/path:$PATH %s bin/ecs-pipeline list %s; echo $? >>fds) "
        .. "</dev/zero >/dev/zero 2>/dev/zero; cat fds"):format(folder, child_lua.interpreter, row[1]))
      assert.equal(row[2], (text:gsub("\n", " "):gsub(" $", "")))
    end
  end)

  it("says how to build if nothing is, but for version and help", function()
    checkout({}, "exit 9")
    assert.equal("ecs-pipeline: nothing is built here for a Lua that is installed: run `make -C . build`\nexit 1",
      run("list"))
    assert.matches("^%d+%.%d+%.%d+\nexit 0$", run("version"))
    assert.matches("exit 0$", run("help"))
  end)
end)
