-- cjson reads more than JSON: {"TotalCount":0x0}, NaN, 01, line ends inside strings. And it reads every number as a
-- double: an id of 9007199254740993 in a reply became 9007199254740992 (or 9.007199254741e+15 as a text) without a
-- word, 0.1234567890123456 in a text field lost two digits, and an archive or journal kept 14 of them.

local cjson = require("cjson")
local ecs = require("ecs_pipeline")
local fake = require("spec.support.fake")
local fixture = require("spec.support.core_fixture")
local tables = require("ecs_pipeline.tables")

local NOT_JSON = { '{"RequestId":"R","N":0x10}', '{"RequestId":"R","N":NaN}', '{"RequestId":"R","N":-Infinity}',
  '{"RequestId":"R","N":+1}', '{"RequestId":"R","N":01}', '{"RequestId":"R","N":1.}', '{"RequestId":"R","N":.5}',
  '{"RequestId":"R","N":1e}', '{"RequestId":"R"} x', '{"RequestId":"R"}{}', '{"RequestId":"R",}', "{'RequestId':'R'}",
  '{"RequestId":"R\nS"}', '{"RequestId":"R\tS"}', '{"RequestId":"\195"}', '\239\187\191{"RequestId":"R"}',
  '{"RequestId":"R"}\12', '{"RequestId":"R","N":"\\x41"}' }

local function answered(body, status)
  return (fake.client({ fake.reply(status or 200, body) }, { retry = false }))
end

-- The value in a reply to client.call and, as an unknown field, to pipeline.describe.
local function read_both(text)
  local raw = assert(answered('{"RequestId":"R","N":' .. text .. "}").call("Ecs", "2014-05-26", "DescribeX", {}))
  local typed = assert(answered('{"RequestId":"R","ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-1","N":'
    .. text .. "}]}}").pipeline.describe("ip-1"))
  return raw.N, typed.n
end

describe("what is not JSON", function()
  it("is refused in every answer", function()
    for _, body in ipairs(NOT_JSON) do
      local client = answered(body)
      for _, call in ipairs({ function() return client.pipeline.delete("ip-1") end,
        function() return client.call("Ecs", "2014-05-26", "DescribeX", {}) end }) do
        local result, _, err = call()
        assert.is_nil(result, body)
        assert.equal("protocol BAD_REPLY", err.kind .. " " .. err.code)
      end
    end
  end)

  it("is no Ctrl-C, whatever its text is", function()
    local _, _, err = answered("script.lua:7: interrupted!").pipeline.delete("ip-1")
    assert.equal("BAD_REPLY", err.code)
  end)

  it("is refused in an error too, but for a text that is damaged: its Code still counts", function()
    local _, _, err = answered('{"Code":"Throttling","N":0x10}', 400).pipeline.delete("ip-1")
    assert.equal("BAD_REPLY", err.code)
    _, _, err = answered('{"Code":"Throttling","Message":"a\nb"}', 400).pipeline.delete("ip-1")
    assert.equal("Throttling", err.code)
  end)

  it("is refused in documents with credentials", function()
    local good = '{"mode":"AK","access_key_id":"%s","access_key_secret":"canary-secret"%s}'
    local function printing(text)
      return ecs.credentials.process({ command = "keys" }):get({ warn = error, now = os.time, platform = tables.merge(
        fake.platform(), { popen = function()
          return fake.pipe(text, "0")
        end }) })
    end
    assert.truthy(printing(good:format("LTAI5tFakeKey", "")))
    for _, broken in ipairs({ good:format("LTAI5tFakeKey", ',"expiration":0x7fffffff'),
      good:format("LTAI5tFake\nKey", ""), good:format("LTAI5tFakeKey", "") .. "x" }) do
      local none, message = printing(broken)
      assert.is_nil(none)
      assert.equal("the command does not print a JSON object", message)
    end
  end)

  it("is refused in a journal", function()
    local client = answered('{"RequestId":"R"}')
    local entry = '{"pipeline_id":"ip-1","token":"t","N":0x10}'
    local store = { get = function() return entry end, put = function() return true end }
    local _, message, err = client.execution.build("ip-1", { journal = store })
    assert.equal("storage", err.kind)
    assert.matches("is not one of this library", message, 1, true)
  end)
end)

describe("a number", function()
  it("in an answer keeps all its digits: as a number, or else as text", function()
    for text, wanted in pairs({ ["42"] = 42, ["42.0"] = 42, ["-7e2"] = -700, ["0.5"] = 0.5,
      ["9007199254740991"] = 9007199254740991, ["0.30000000000000004"] = 0.1 + 0.2,
      ["9007199254740992"] = "9007199254740992", ["9007199254740993"] = "9007199254740993",
      ["-12345678901234567890"] = "-12345678901234567890", ["0.1234567890123456789"] = "0.1234567890123456789",
      ["1e400"] = "1e400", ["[18446744073709551615]"] = { "18446744073709551615" } }) do
      local raw, typed = read_both(text)
      assert.same({ wanted, wanted }, { raw, typed }, text)
    end
  end)

  it("in a field for a text, or for a whole number, keeps them too", function()
    local function describe_with(name, text)
      local body = '{"RequestId":"R","ImagePipeline":{"ImagePipelineSet":[{"ImagePipelineId":"ip-1","%s":%s}]}}'
      return assert(answered(body:format(name, text)).pipeline.describe("ip-1"))
    end
    for text, wanted in pairs({ ["0.1234567890123456"] = "0.1234567890123456", ["0.1"] = "0.1",
      ["1.5e300"] = "1.5e+300", ["9007199254740993"] = "9007199254740993",
      ["12345678901234567890"] = "12345678901234567890", ["7"] = "7" }) do
      assert.equal(wanted, describe_with("Name", text).name)
    end
    for text, wanted in pairs({ ["40"] = 40, ['"40"'] = 40, ['"-1"'] = -1, ['"0x10"'] = "0x10", ['" 40 "'] = " 40 ",
      ['"4e1"'] = "4e1", ['""'] = "", ['"-"'] = "-", ["9007199254740993"] = "9007199254740993" }) do
      assert.equal(wanted, describe_with("SystemDiskSize", text).system_disk_size)
    end
  end)

  it("in arguments is sent with all its digits, or refused", function()
    local params = fixture.params("tags.list", { resource_type = "instance",
      extra = { A = 9007199254740991, B = "0.10" } })
    assert.same({ "9007199254740991", "0.10" }, { params.A, params.B })
    local client = answered('{"RequestId":"R"}')
    for _, number in ipairs({ 2 ^ 53, 0.5, 1e300, 0 / 0, math.huge }) do
      local _, _, err = client.call("Ecs", "2014-05-26", "DescribeX", { N = number })
      assert.equal("validation", err.kind)
      assert.matches("write it as a string of digits", err.failures[1].message, 1, true)
    end
    params = fixture.params("instance_type.list", { minimum_memory_size = 0.1 + 0.2 })
    assert.equal("0.30000000000000004", params.MinimumMemorySize)
  end)

  it("survives a journal: what it wrote is what it reads", function()
    local journal = require("ecs_pipeline.bake.journal")
    local kept = {}
    local book = journal.open({}, "execution.build", {
      get = function(_, key) return kept[key] end,
      put = function(_, key, text) kept[key] = text return true end,
    })
    assert(book:write("job", { at = 1795491843.123456, size = 123456789012345 }))
    local entry = assert(book:read("job"))
    assert.is_true(entry.at == 1795491843.123456 and entry.size == 123456789012345)
  end)

  it("does not depend on the settings of the host's cjson", function()
    cjson.encode_number_precision(3)
    local ok, text = pcall(require("ecs_pipeline.json").encode, { 123456.5 })
    cjson.encode_number_precision(14)
    assert.same({ true, "[123456.5]" }, { ok, text })
  end)
end)
