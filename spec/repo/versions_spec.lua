-- One version: the Lua face, the C module and the changelog say the same, and nobody else says it at all.
local repo = require("spec.support.repo")

describe("the version", function()
  local version = repo.read("csrc/ecsp.h"):match('#define ECSP_VERSION "([^"]+)"')

  it("is a semantic version", function()
    assert.truthy(version and version:match("^%d+%.%d+%.%d+[%w.+-]*$"), tostring(version))
  end)

  it("is the same in C, in Lua and on top of the changelog", function()
    local top = repo.read("CHANGELOG.md"):match("\n## %[([^%]]+)%]")
    assert.same({ lua = version, core = version, changelog = version }, {
      lua = require("ecs_pipeline")._VERSION,
      core = require("ecs_pipeline.core")._VERSION,
      changelog = top,
    })
  end)

  it("stands in no other source", function()
    local places = {}
    for _, path in ipairs(repo.files("csrc lua", "%.[chl][ua]*a?$")) do
      if repo.read(path):find('"' .. version .. '"', 1, true) then
        places[#places + 1] = path
      end
    end
    for i = #places, 1, -1 do
      if places[i] == "csrc/ecsp.h" or places[i] == "lua/ecs_pipeline/version.lua" then
        table.remove(places, i)
      end
    end
    assert.same({}, places)
  end)
end)
