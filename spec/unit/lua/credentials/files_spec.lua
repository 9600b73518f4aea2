-- Files that hold credentials: found, bounded, read, warned of.
local files = require("ecs_pipeline.credentials.files")

local function context(status, text)
  local warnings = {}
  return { platform = {
    env = function(name) return name == "HOME" and "/home/u" or nil end,
    file_status = function(path)
      assert.equal("/home/u/keys", path)
      return status, "Permission denied", status == nil
    end,
    read_file = function() return text, "too large" end,
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
    for mode, expected in pairs({ [384] = 0, [416] = 1, [388] = 1, [400] = 0 }) do -- 0600 0640 0604 0620
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
