-- Files that hold credentials: found, bounded, read, warned of.
local files = require("ecs_pipeline.credentials.files")

local SAFE = { mode = 493, trusted_owner = true } -- 0755

local function context(status, text, folder, above, real, link)
  local warnings = {}
  return { platform = {
    env = function(name) return name == "HOME" and "/home/u" or nil end,
    file_status = function(path)
      if path == "/home/u" then
        return folder
      elseif path == "/home" or path == "/" or path == "/real" then
        return (path == "/real") == (real ~= nil) and path ~= "/" and above or SAFE
      end
      assert.equal("/home/u/keys", path)
      return status, "Permission denied", status == nil
    end,
    real_path = function(path) return real or path, link end,
    read_file = function(path)
      if path == "/etc/passwd" then
        return "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
      end
      return text, "too large"
    end,
  }, warn = function(message) warnings[#warnings + 1] = message end }, warnings
end

local FILE = { regular = true, mode = 384, size = 3, modified = 1 }

describe("a file with credentials", function()
  it("may lie below the home directory, when that is known", function()
    local platform = { env = function() return "/home/u" end }
    assert.same({ "/home/u/a", "/a", "a~/b" },
      { files.expand(platform, "~/a"), files.expand(platform, "/a"), files.expand(platform, "a~/b") })
    local none, why = files.expand({ env = function() end }, "~/a")
    assert.same({ "nil", "HOME is not set, so ~/a cannot be found" }, { tostring(none), why })
  end)

  it("is read when it has changed, and only then", function()
    local around, memory = context(FILE, "abc"), {}
    assert.equal("abc", files.read(around, "~/keys", memory))
    assert.is_false(files.read(around, "~/keys", memory))
    local changed = context({ regular = true, mode = 384, size = 3, modified = 2 }, "def")
    assert.equal("def", files.read(changed, "~/keys", memory))
  end)

  it("is warned of once when it holds secrets and others can read it", function()
    for mode, expected in pairs({ [384] = 0, [416] = 1, [388] = 1, [400] = 1 }) do -- 0600 0640 0604 0620
      local around, warnings = context({ regular = true, mode = mode, size = 3, modified = 1 }, "abc")
      local memory = {}
      files.read(around, "~/keys", memory, true)
      memory.stamp = nil
      files.read(around, "~/keys", memory, true)
      assert.equal(expected, #warnings, mode)
    end
    local around, warnings = context({ regular = true, mode = 420, size = 3, modified = 1 }, "abc")
    files.read(around, "~/keys", {})
    assert.same({}, warnings)
  end)

  it("is warned of when other users can change it: by owner, by mode, by a folder above it", function()
    local function warned(file, folder, above, real, link)
      local status = { regular = true, mode = 384, size = 3, modified = 1, owner = 0, trusted_owner = true }
      for name, value in pairs(file) do status[name] = value end
      local around, warnings = context(status, "abc", folder, above, real, link)
      local memory = {}
      files.read(around, "~/keys", memory, true)
      assert.equal(memory.unsafe, warnings[1])
      return warnings[1] or "none"
    end
    for expected, case in pairs({
      ["none"] = { {} },
      ["(it belongs to nobody, mode 0622): give it to the user who runs this (chown), and chmod go-w ~/keys"] = {
        { owner = 65534, trusted_owner = false, mode = 402 } },
      ["it belongs to user 1234, mode 0600"] = { { owner = 1234, trusted_owner = false } },
      ["(mode 0620, owner root): chmod go-w ~/keys"] = { { mode = 400 } },
      ["its folder belongs to nobody): give the folder"] = { {}, { mode = 448, owner = 65534, trusted_owner = false } },
      ["its folder has mode 0777): chmod go-w /home/u"] = { {}, { mode = 511, trusted_owner = true } },
      ["the folder /home has mode 0777): chmod go-w /home"] = { {}, SAFE, { mode = 511, trusted_owner = true } },
      ["its folder has mode 0775): chmod go-w /home/u"] = { {}, { mode = 509, trusted_owner = true } },
      ["the folder /home has mode 0775): chmod go-w /home"] = { {}, SAFE, { mode = 509, trusted_owner = true } },
      ["the folder /home belongs to nobody): give the folder"] = { {}, SAFE,
        { mode = 493, owner = 65534, trusted_owner = false } },
      ["(it is /real/keys: its folder has mode 0777): chmod go-w /real"] = { {}, SAFE,
        { mode = 511, trusted_owner = true }, "/real/keys" },
      ["(the link way leads to it: it belongs to another user, or others can write its folder): give the path"] = { {},
        SAFE, SAFE, "/real/keys", "way" },
    }) do
      local message = warned(case[1], case[2], case[3], case[4], case[5])
      assert.is_truthy(message:find(expected, 1, true), message)
    end
    assert.equal("none", warned({}, { mode = 1023, trusted_owner = true })) -- a folder such as /tmp
  end)

  it("is not called unsafe because the place it leads to cannot be found", function()
    local around, warnings = context({ regular = true, mode = 384, size = 3, modified = 1, trusted_owner = true },
      "abc", SAFE)
    around.platform.real_path = function() return nil, "No such file or directory", true end
    local memory = {}
    assert.equal("abc", files.read(around, "~/keys", memory, true))
    assert.same({ {} }, { warnings, memory.unsafe })
  end)

  it("is read anew when its mode was corrected", function()
    local memory = {}
    local loose = context({ regular = true, mode = 402, size = 3, modified = 1 }, "abc")
    assert.equal("abc", files.read(loose, "~/keys", memory, true))
    assert.is_truthy(memory.unsafe)
    assert.equal("abc", files.read((context(FILE, "abc")), "~/keys", memory, true))
    assert.is_nil(memory.unsafe)
  end)

  it("loses its byte order mark", function()
    assert.equal("{}", files.read((context(FILE, "\239\187\191{}")), "~/keys", {}))
  end)

  it("may be one of several: the first that is there", function()
    local platform = { env = function() return "/home/u" end,
      file_status = function(path) return path == "/home/u/b" and {} or nil, "none", true end }
    assert.equal("~/b", files.first(platform, { "~/a", "~/b" }))
    assert.equal("~/a", files.first(platform, { "~/a", "~/c" }))
  end)

  it("is of the CLI when it begins as JSON", function()
    for text, expected in pairs({ ["{broken"] = true, [" \n[ {"] = true, ["[default]\na=b"] = false, [""] = false,
      ["# {"] = false }) do
      assert.equal(expected, files.is_json((context(FILE, text)), "~/keys"), text)
    end
    assert.is_false(files.is_json((context(nil)), "~/keys"))
  end)

  it("is absent when there is none; else the reason is told", function()
    local around = context(nil)
    local none, message, err = files.read(around, "~/keys", {})
    assert.same({ "nil", "no file ~/keys", true }, { tostring(none), message, err.absent })
    none, message = files.read((context({ regular = false })), "~/keys", {})
    assert.same({ "nil", "~/keys is not a plain file" }, { tostring(none), message })
    none, message, err = files.read((context(FILE, nil)), "~/keys", {})
    assert.same({ "nil", "~/keys: too large" }, { tostring(none), message })
    assert.is_nil(err.absent)
  end)
end)
