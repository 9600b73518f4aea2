-- YAML as nodes with lines.
local yaml = require("ecs_pipeline.build_content.yaml")

-- A node as plain tables; scalars as "line:text".
local function plain(node)
  if node.kind == "scalar" or node.kind == "alias" then
    return node.line .. ":" .. (node.text or "*")
  end
  local copy = {}
  for index, item in ipairs(node) do
    copy[index] = node.kind == "map" and { plain(item.key), plain(item.value) } or plain(item)
  end
  return copy
end

local function read(text)
  return yaml.read(text, yaml.parser())
end

describe("yaml.read", function()
  it("keeps texts, lines and quotes", function()
    local root = read("a: no\n\"b\": 1234567890123456\nc:\n- 0755\n- 'x'\n- |\n  y\n  z\n")
    assert.same({ { "1:a", "1:no" }, { "2:b", "2:1234567890123456" },
      { "3:c", { "4:0755", "5:x", "6:y\nz\n" } } }, plain(root))
    assert.same({ "map", true, false }, { root.kind, root[1].value.plain, root[2].key.plain })
    assert.equal("list", root[3].value.kind)
    assert.same({ { "1:a", { { "1:b", "1:c" } } } }, plain(read("{\"a\": {\"b\": \"c\"}}")))
    assert.same({ { "1:a", "1:b" }, { "2:c", "2:*" } }, plain(read("a: &x b\nc: *x")))
  end)

  it("says what is wrong, and where", function()
    for _, row in ipairs({
      { "a: b\n\tc: d", "tab character", 2 }, { "a: [b", "did not find expected", 1 },
  { "a: b\n---\nc: d", "document", 2 },
      { ("["):rep(100000), "collections", 1 }, { ("- "):rep(1000) .. "x", "collections", 1 },
      { ("{a: "):rep(70) .. "x" .. ("}"):rep(70), "collections", 1 }, { "a: \"b", "", 1 }, { "a: %", "", 1 },
    }) do
      local root, why, line = read(row[1])
      assert.is_nil(root)
      assert.truthy(why:find(row[2], 1, true), why)
      assert.is_true(line >= row[3] and line <= row[3] + 1, row[1]:sub(1, 20) .. line)
    end
    assert.same({}, { read("# nothing\n") })
  end)

  it("needs lyaml, which this machine has", function()
    assert.equal("function", type(yaml.parser()))
    assert.matches("lua%-yaml", yaml.INSTALL)
  end)
end)
