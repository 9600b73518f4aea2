-- Widths as a terminal has them.
local columns = require("ecs_pipeline.show.columns")

describe("the width of a text", function()
  it("counts cells: two for wide characters, none for combining ones", function()
    for text, cells in pairs({ [""] = 0, abc = 3, ["ä"] = 1, ["镜像"] = 4, ["a镜b"] = 4, ["e\204\129"] = 1, ["한글"] = 4,
      ["😀"] = 2, ["…"] = 1, ["\255"] = 1, ["ｆ"] = 2, ["\226\128\139"] = 0 }) do
      assert.equal(cells, columns.width(text), text)
    end
  end)
end)

describe("a clean text", function()
  it("has no control characters and nothing that is not UTF-8", function()
    for text, expected in pairs({ abc = "abc", ["a\27[31mb"] = "a?[31mb", ["a\nb"] = "a?b", ["ä\255镜"] = "ä?镜",
      ["\228\184"] = "??", ["\194\155x"] = "?x", ["\127"] = "?", ["\240\159\152\128"] = "😀", ["\192\128"] = "??" }) do
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
