-- Widths as a terminal has them.
local child_lua = require("spec.support.child_lua")
local columns = require("ecs_pipeline.show.columns")

child_lua.build_module("terminal")
local of_libc = require("terminal").width

local function utf8(code)
  if code < 0x80 then
    return string.char(code)
  elseif code < 0x800 then
    return string.char(0xC0 + math.floor(code / 64), 0x80 + code % 64)
  elseif code < 0x10000 then
    return string.char(0xE0 + math.floor(code / 4096), 0x80 + math.floor(code / 64) % 64, 0x80 + code % 64)
  end
  return string.char(0xF0 + math.floor(code / 262144), 0x80 + math.floor(code / 4096) % 64,
    0x80 + math.floor(code / 64) % 64, 0x80 + code % 64)
end

describe("the width of a text", function()
  it("counts cells: two for wide characters, none for combining ones", function()
    for text, cells in pairs({ [""] = 0, abc = 3, ["ä"] = 1, ["镜像"] = 4, ["a镜b"] = 4, ["e\204\129"] = 1, ["한글"] = 4,
      ["😀"] = 2, ["…"] = 1, ["\255"] = 1, ["ｆ"] = 2, ["\226\128\139"] = 0,
      ["🚀"] = 2, ["ไทย"] = 3, ["นี้"] = 1, ["नमस्ते"] = 4 }) do
      assert.equal(cells, columns.width(text), text)
    end
  end)
end)

describe("the width of a character", function()
  it("is what the C library says, in the scripts in use", function()
    local blocks = { { 0x20, 0x7E }, { 0xAE, 0x24F }, { 0x300, 0x36F }, { 0x391, 0x3A1 }, { 0x400, 0x45F },
      { 0x5D0, 0x5EA }, { 0x627, 0x652 }, { 0x904, 0x94D }, { 0xE01, 0xE3A }, { 0xE40, 0xE5B }, { 0x1E00, 0x1EFF },
      { 0x2010, 0x2027 }, { 0x2190, 0x22FF }, { 0x2500, 0x257F }, { 0x3001, 0x303D }, { 0x3041, 0x3096 },
      { 0x309B, 0x30FF }, { 0x3105, 0x312F }, { 0x3131, 0x318E }, { 0x3400, 0x4DB5 }, { 0x4E00, 0x9FD5 },
      { 0xAC00, 0xD7A3 }, { 0xF900, 0xFA6D }, { 0xFF01, 0xFF60 }, { 0xFFE0, 0xFFE6 }, { 0x1F300, 0x1F64F },
      { 0x1F680, 0x1F6C5 }, { 0x20000, 0x2A6D6 } }
    local compared, different = 0, {}
    for _, block in ipairs(blocks) do
      for code = block[1], block[2], block[2] - block[1] > 5000 and 7 or 1 do
        compared = compared + 1
        if columns.width(utf8(code)) ~= of_libc(code) then
          different[#different + 1] = ("%X: not %d"):format(code, of_libc(code))
        end
      end
    end
    assert.is_true(compared > 14000)
    assert.same({}, different)
  end)
end)

describe("a clean text", function()
  it("has no control characters and nothing that is not UTF-8", function()
    for text, expected in pairs({ abc = "abc", ["a\27[31mb"] = "a?[31mb", ["a\nb"] = "a?b", ["ä\255镜"] = "ä?镜",
      ["\228\184"] = "??", ["\194\155x"] = "?x", ["\127"] = "?", ["\240\159\152\128"] = "😀", ["\192\128"] = "??",
      ["\237\160\128"] = "???", ["\224\128\128"] = "???", ["\244\144\128\128"] = "????", ["a\226\128\174b"] = "a?b",
      ["a\226\129\166b"] = "a?b", ["a\216\156b"] = "a?b", ["a\226\128\143b"] = "a?b", ["a\226\128\168b"] = "a?b" }) do
      assert.equal(expected, columns.clean(text))
    end
  end)
end)

describe("a cut text", function()
  it("fits, and says that it was cut", function()
    assert.equal("abc", columns.cut("abc", 3))
    assert.equal("ab…", columns.cut("abcd", 3))
    assert.equal("镜…", columns.cut("镜像镜", 4))
    assert.equal("…", columns.cut("镜像", 1))
    assert.equal("?…", columns.cut("\255\255\255", 2))
  end)
end)

describe("lines of columns", function()
  it("are aligned by cells", function()
    local rows = { { "ID", "NAME", "X" }, { "1", "镜像", "a" }, { "22", "web", "" } }
    assert.same({ "ID  NAME  X", "1   镜像  a", "22  web" }, columns.lines(rows))
    assert.equal(11, columns.total(rows))
    assert.same({ "ID …", "1  …", "22 …" }, columns.lines(rows, 4))
  end)
end)
