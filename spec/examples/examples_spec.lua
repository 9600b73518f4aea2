-- The table of `make examples`, a test a row.
local harness = require("spec.examples.harness")
local repo = require("spec.support.repo")
local rows = require("spec.examples.rows")

describe("examples/", function()
  local open

  setup(function()
    open = harness.open()
  end)

  teardown(function()
    open:close()
  end)

  for _, row in ipairs(rows) do
    it(row.name .. " says what is expected", function()
      assert.equal(repo.read(harness.expected(row)), open:play(row))
    end)
  end

  it("has a row for every file, and no row's expectation is left over", function()
    assert.same({}, harness.without_row(rows))
    local known = {}
    for _, row in ipairs(rows) do
      known[harness.expected(row)] = true
    end
    for _, path in ipairs(repo.files("spec/examples/expected", "")) do
      assert.is_true(known[path], path)
    end
  end)

  it("prints what import prints as Lua", function()
    local args = repo.read("spec/examples/expected/import.txt"):match("\n(local args = .-\n)%-%-")
    assert.is_function(repo.compile(args, "=args"))
  end)
end)

describe("a difference", function()
  it("is seen wherever it is", function()
    assert.is_nil(harness.difference("a\nb\n", "a\nb\n"))
    assert.matches("line 2 is\n +b\n +and expected is\n +c", harness.difference("a\nb\n", "a\nc\n"))
    assert.matches("line 2 is\n +b\n +and expected is\n +the end", harness.difference("a\nb\n", "a\n"))
    assert.matches("before the expected line\n +b", harness.difference("a\n", "a\nb\n"))
    assert.matches("line 1", harness.difference("a\n", nil))
  end)
end)
