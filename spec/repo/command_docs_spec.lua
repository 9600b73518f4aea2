-- docs/command.md lists what the table of commands has.
local docs = require("spec.tools.command_docs")
local repo = require("spec.support.repo")

describe("docs/command.md", function()
  it("has the lists of the table of commands", function()
    local text = repo.read(docs.PATH)
    assert.equal(docs.complete(text), text, "run `make command-docs`")
  end)

  it("names every command, option and exit code once it is made", function()
    local lists = docs.lists()
    for _, part in ipairs({ "### bake\n", "`--when-running MODE` | what to do when an execution runs already; default",
      "| 130 | interrupted |", "| `NO_COLOR` |", "| 2 | changes, with --detailed-exitcode |",
      "| `-f` `--file FILE` |" }) do
      assert.truthy(lists:find(part, 1, true), part)
    end
  end)
end)

describe("share/", function()
  it("has the manual page and the completion that the command writes, and nothing else", function()
    local shared = docs.shared()
    assert.same(repo.sorted(shared), repo.files("share", ""))
    for path, text in pairs(shared) do
      assert.equal(text, repo.read(path), path .. ": run `make command-docs`")
    end
  end)
end)
