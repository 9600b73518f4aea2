-- A section of the SDKs' ini file. Every type: spec/credentials/rows/ini.lua.
local ecs = require("ecs_pipeline")
local harness = require("spec.credentials.harness")
local ini = require("ecs_pipeline.credentials.ini")

describe("an ini file", function()
  it("holds # and ; where they are escaped", function()
    local sections = ini.parse(
      "[a]\nx = 1\\;2\\#3\\\\4 # no\ny = \"p;q\"\n[a]\nz = 5\n")
    assert.same({ a = { x = "1;2#3\\4", y = "p;q", z = "5" } }, sections)
  end)

  it("has sections by name, whatever blanks and comments stand around", function()
    assert.same({ a = { x = "1", y = "" }, ["b c"] = { x = "2" } },
      ini.parse("x = 0\n ; no\n [ a ] \r\n x=1 ; y\ny =\n# z = 3\n[b c]\nx = '2'"))
    assert.same({}, ini.parse(""))
  end)

  it("is read again when another section is asked for, or when it was broken", function()
    local host = harness.new({ files = { [harness.INI] = "[default]\ntype = access_key\naccess_key_id = emulator-key\n"
      .. "access_key_secret = emulator-secret\n[empty]" } })
    local client = host:client(ecs.credentials.ini())
    assert(client.pipeline.list({}))
    assert(client.pipeline.list({}))
    assert.equal(1, host.reads)
    host.env.ALIBABA_CLOUD_PROFILE = "empty"
    assert.matches("%[empty%]: it has no type: use type = access_key", select(2, client.pipeline.list({})))
    host.env.ALIBABA_CLOUD_PROFILE = "none"
    assert.matches("it has no section %[none%]", select(2, client.pipeline.list({})))
    assert.matches("it has no section %[none%]", select(2, client.pipeline.list({})))
    assert.equal(4, host.reads)
  end)
end)
