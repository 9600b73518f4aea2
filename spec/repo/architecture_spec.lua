-- Who may include, mention and export what. The layers of CONTRIBUTING.md, held to.
local repo = require("spec.support.repo")

local c_files = repo.files("csrc", "%.[ch]$")
local lua_files = repo.files("lua", "%.lua$")

local function includes(path)
  local found = {}
  for quote, name in repo.read(path):gmatch('\n%s*#%s*include%s*([<"])([^>"]+)') do
    found[#found + 1] = { system = quote == "<", name = name }
  end
  local first = repo.read(path):match('^%s*#%s*include%s*"([^"]+)')
  if first then
    table.insert(found, 1, { system = false, name = first })
  end
  return found
end

-- Each offence is a line, so that a failure names all of them at once.
local function offences(files, find)
  local list = {}
  for _, path in ipairs(files) do
    local what = find(path)
    if what then
      list[#list + 1] = path .. ": " .. what
    end
  end
  return list
end

-- Comments and strings are prose: only code counts.
local function lua_code(path)
  local text = repo.read(path)
  text = text:gsub("%-%-%[(=*)%[.-%]%1%]", " "):gsub("%-%-[^\n]*", " ")
  return (text:gsub('"[^"\n]*"', '""'):gsub("'[^'\n]*'", "''"))
end

describe("include zones", function()
  it("are checked on real files", function()
    assert.is_true(#c_files > 20, "csrc was not found")
    local seen = 0
    for _, path in ipairs(c_files) do
      seen = seen + #includes(path)
    end
    assert.is_true(seen > 40, "no includes were found")
  end)

  it("show Lua to csrc/binding, csrc/curl/curl_module.c and csrc/curl/lua_* only", function()
    assert.same({}, offences(c_files, function(path)
      for _, include in ipairs(includes(path)) do
        local is_lua = include.name:match("^lua%.h") or include.name:match("^lauxlib%.h")
          or include.name:match("^lualib%.h") or include.name:match("luaglue%.h$")
        if is_lua and not path:match("^csrc/binding/") and path ~= "csrc/curl/curl_module.c"
            and not path:match("^csrc/curl/lua_") then
          return include.name
        end
      end
    end))
  end)

  it("show OpenSSL to csrc/wire/digest.c only", function()
    assert.same({}, offences(c_files, function(path)
      for _, include in ipairs(includes(path)) do
        if include.name:match("^openssl/") and path ~= "csrc/wire/digest.c" then
          return include.name
        end
      end
    end))
  end)

  it("show libcurl to csrc/curl only", function()
    assert.same({}, offences(c_files, function(path)
      for _, include in ipairs(includes(path)) do
        if include.name:match("^curl/") and not path:match("^csrc/curl/") then
          return include.name
        end
      end
    end))
  end)

  it("keep api/, wire/ and files/ to themselves", function()
    assert.same({}, offences(c_files, function(path)
      if path:match("^csrc/api/") or path:match("^csrc/wire/") or path:match("^csrc/files/") then
        for _, include in ipairs(includes(path)) do
          if include.name:match("binding/") or include.name:match("%.%./curl/") then
            return include.name
          end
        end
      end
    end))
  end)

  it("keep curl/ away from the rest, but for the shared ground", function()
    local shared = { ["../ecsp.h"] = true, ["../wire/buf.h"] = true, ["../wire/str.h"] = true,
      ["../binding/luaglue.h"] = true, ["../binding/interrupt.h"] = true }
    assert.same({}, offences(c_files, function(path)
      if path:match("^csrc/curl/") then
        for _, include in ipairs(includes(path)) do
          if include.name:match("%.%./") and not shared[include.name] then
            return include.name
          end
        end
      end
    end))
  end)

  it("let every x.c include x.h first, so that each header stands alone", function()
    assert.same({}, offences(repo.files("csrc", "%.c$"), function(path)
      local header = path:match("([^/]+)%.c$") .. ".h"
      local folder = path:match("^(.*/)")
      local exists = io.open(folder .. header)
      if not exists then
        return nil
      end
      exists:close()
      local first = includes(path)[1]
      if not first or first.name ~= header then
        return "begins with " .. (first and first.name or "nothing")
      end
    end))
  end)

  it("guard every header by its own name", function()
    assert.same({}, offences(repo.files("csrc", "%.h$"), function(path)
      local guard = "ECSP_" .. path:match("([^/]+)%.h$"):upper() .. "_H"
      local text = repo.read(path)
      if not text:find("#ifndef " .. guard .. "\n#define " .. guard .. "\n", 1, true) then
        return "no " .. guard
      end
    end))
  end)

  it("let every header say what it is and what it may include", function()
    assert.same({}, offences(repo.files("csrc", "%.h$"), function(path)
      local top = repo.read(path):sub(1, 2000):gsub("\n %* ", " ")
      if not top:match("^/%*") or not top:find("May include", 1, true) then
        return "no opening comment with 'May include'"
      end
    end))
  end)
end)

describe("the C sources", function()
  it("compile without Lua below csrc/api, csrc/wire and csrc/files", function()
    local lines, ok = repo.run("gcc -std=c99 -fsyntax-only -Icsrc csrc/api/*.c csrc/wire/*.c csrc/files/*.c 2>&1")
    assert.is_true(ok, table.concat(lines, "\n"))
  end)

  it("let every header stand alone", function()
    local lines, ok = repo.run("for header in csrc/api/*.h csrc/wire/*.h csrc/files/*.h csrc/ecsp.h; do "
      .. "gcc -std=c99 -fsyntax-only -x c $header 2>&1 || exit 1; done")
    assert.is_true(ok, table.concat(lines, "\n"))
  end)

  it("never write luaL_ or lua_ names of their own", function()
    assert.same({}, offences(c_files, function(path)
      return repo.read(path):match("\n#%s*define%s+(luaL?_[%w_]+)")
    end))
  end)

  -- A struct that lives on the C stack of one call may carry its state along; one that outlives it may not.
  local on_the_stack = { ["csrc/binding/marshal.h"] = true, ["csrc/binding/report.h"] = true,
    ["csrc/binding/interrupt.h"] = true }

  it("store no lua_State", function()
    assert.same({}, offences(c_files, function(path)
      if on_the_stack[path] then
        return nil
      end
      return repo.read(path):match("\n%s+lua_State %*[%w_]+;")
    end))
  end)

  it("use no light userdata of ours", function()
    assert.same({}, offences(c_files, function(path)
      return repo.read(path):match("lua_pushlightuserdata")
    end))
  end)
end)

describe("the shared objects", function()
  local build = "build/" .. repo.lua_name() .. "/ecs_pipeline/"

  for _, name in ipairs({ "core", "curl" }) do
    it("export luaopen_ecs_pipeline_" .. name .. " alone", function()
      local symbols = repo.run("nm -D --defined-only " .. build .. name .. ".so | awk '{ print $NF }'")
      assert.same({ "luaopen_ecs_pipeline_" .. name }, symbols)
    end)
  end

  local function needed(name)
    return table.concat(repo.run("readelf -d " .. build .. name .. ".so | grep NEEDED"), "\n")
  end

  it("core.so needs libcrypto, no libcurl, no libssl", function()
    local libraries = needed("core")
    assert.truthy(libraries:find("libcrypto", 1, true))
    assert.falsy(libraries:find("curl", 1, true))
    assert.falsy(libraries:find("libssl", 1, true))
    assert.falsy(libraries:find("lua", 1, true))
  end)

  it("curl.so needs libcurl, no libcrypto of its own", function()
    local libraries = needed("curl")
    assert.truthy(libraries:find("libcurl", 1, true))
    assert.falsy(libraries:find("crypto", 1, true))
    assert.falsy(libraries:find("libssl", 1, true))
    assert.falsy(libraries:find("lua", 1, true))
  end)

  it("core.so maps no libcurl into a process", function()
    local lua = repo.lua_name()
    local lines, ok = repo.run(lua .. [[ -e '
      local core = require("ecs_pipeline.core")
      assert(core.percent_encode(" ") == "%20")
      for line in io.lines("/proc/self/maps") do
        assert(not line:find("libcurl", 1, true), line)
      end' 2>&1]])
    assert.is_true(ok, table.concat(lines, "\n"))
  end)
end)

describe("the Lua files", function()
  it("say ngx only where OpenResty is the subject", function()
    assert.same({}, offences(lua_files, function(path)
      if path == "lua/ecs_pipeline/platform.lua" or path == "lua/ecs_pipeline/transport/cosocket.lua"
        or path:match("^lua/ecs_pipeline/openresty/") or path:match("^lua/ecs_pipeline/emulator/nginx/") then
        return nil
      end
      return (" " .. lua_code(path) .. " "):match("[^%w_.](ngx)[^%w_]")
    end))
  end)

  it("call no clock, no random and no environment of Lua's own but in platform.lua", function()
    assert.same({}, offences(lua_files, function(path)
      if path:match("platform%.lua$") then
        return nil
      end
      local code = " " .. lua_code(path)
      return code:match("[^%w_](os%.getenv)") or code:match("[^%w_](math%.randomseed)")
        or code:match("[^%w_](os%.setlocale)")
    end))
  end)

  it("change no shared cjson", function()
    assert.same({}, offences(lua_files, function(path)
      local text = repo.read(path)
      if text:find('require("cjson")', 1, true) and not text:find(".new()", 1, true) then
        return "uses cjson without new()"
      end
    end))
  end)

  it("set no global", function()
    for _, path in ipairs(lua_files) do
      local text = repo.read(path)
      assert.falsy(text:match("\n_G%.[%w_]+%s*="), path)
    end
  end)
end)

describe("every file", function()
  it("has at most 500 lines", function()
    local files = repo.files("csrc lua spec examples", "%.[chl][ua]*a?$")
    assert.is_true(#files > 50)
    assert.same({}, offences(files, function(path)
      local _, lines = repo.read(path):gsub("\n", "")
      if lines > 500 then
        return lines .. " lines"
      end
    end))
  end)

  it("ends with a newline and has no tabs or trailing blanks, if it is code", function()
    assert.same({}, offences(repo.files("csrc lua spec examples", "%.[chl][ua]*a?$"), function(path)
      local text = repo.read(path)
      if text:sub(-1) ~= "\n" then
        return "no newline at the end"
      elseif text:find("[ \t]\n") then
        return "trailing blanks"
      elseif text:find("\n[ ]*\t") then
        return "tabs"
      end
    end))
  end)
end)
