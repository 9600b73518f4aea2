--- Runs Lua source in a fresh process of the interpreter that runs the specs: for whatever may
-- crash, forks, needs its own environment variables or is about the end of a state.

local M = {}

local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"

--- lua5.4, lua5.1 or luajit
M.interpreter = type(rawget(_G, "jit")) == "table" and "luajit" or "lua" .. _VERSION:match("%d%.%d")

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- @tparam string source
-- @tparam[opt] string environment shell assignments in front of the command, `http_proxy=… `
-- @treturn boolean whether it ended with exit code 0
-- @treturn string what it printed, errors included
function M.run(source, environment)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(source)
  file:close()
  local command = ("LUA_PATH=%s LUA_CPATH=%s %s %s %s"):format(quoted(package.path),
    quoted(package.cpath), environment or "", M.interpreter, quoted(path))
  local pipe = assert(io.popen("{ " .. command .. "; echo \"exit code $?\"; } 2>&1"))
  local output = pipe:read("*a")
  pipe:close()
  os.remove(path)
  local printed, code = output:match("^(.*)exit code (%d+)\n$")
  return code == "0", printed and (code == "0" and printed or output) or output
end

local include = {
  ["lua5.5"] = { "lua5.5" }, ["lua5.4"] = { "lua5.4", "lua" }, ["lua5.3"] = { "lua5.3" }, ["lua5.2"] = { "lua5.2" },
  ["lua5.1"] = { "lua5.1", "lua-5.1" }, luajit = { "luajit-2.1" },
}

-- Put into place whole: two runs of the same Lua may come here at once. A sanitizer preloaded into the spec would look
-- for leaks in the compiler as well.
local function compile(compiler, name, output, link)
  local flags = {}
  for _, folder_name in ipairs(include[M.interpreter] or {}) do
    for _, prefix in ipairs({ "/usr/include/", "/usr/local/include/", "/opt/homebrew/include/" }) do
      flags[#flags + 1] = "-I" .. prefix .. folder_name
    end
  end
  local command = ("mkdir -p $(dirname %s) && LD_PRELOAD= %s -std=c99 -O1 -fPIC %s %s %s -o %s.$$"
    .. " && mv %s.$$ %s"):format(output, compiler, table.concat(flags, " "), quoted(folder .. name .. ".c"), link,
    output, output, output)
  local status = os.execute(command)
  assert(status == 0 or status == true, "cannot compile " .. name .. ".c")
end

--- Compiles a C module of this folder beside the build and makes `require(name)` find it, in children too.
-- @tparam string name "forking"
-- @tparam[opt] string libraries flags of the linker, "-lcrypto"
-- @treturn string path of what was compiled
function M.build_module(name, libraries)
  local output = ("build/%s/spec/%s.so"):format(M.interpreter, name)
  compile("cc", name, output, "-shared " .. (libraries or ""))
  package.cpath = ("build/%s/spec/?.so;"):format(M.interpreter) .. package.cpath
  return output
end

--- Compiles a program of this folder with this Lua inside.
-- @tparam string name "threads"
-- @tparam string compiler with flags, "cc"
-- @tparam string build its folder
-- @treturn string its path
function M.build_host(name, compiler, build)
  local output = ("%s/spec/%s"):format(build, name)
  local library = M.interpreter == "luajit" and "luajit-5.1" or M.interpreter
  compile(compiler, name, output, ("-Wl,-E -l%s -lpthread -ldl -lm"):format(library))
  return output
end

--- Compiles forking.c.
function M.build_forking()
  M.build_module("forking")
end

return M
