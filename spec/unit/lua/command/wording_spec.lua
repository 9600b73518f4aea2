-- Messages of the library name what the command line has: its options.
local commands = require("ecs_pipeline.command.commands")
local errors = require("ecs_pipeline.errors")
local help = require("ecs_pipeline.command.help")
local wording = require("ecs_pipeline.command.wording")

local function of(name, text, err)
  return wording.of(help.find(commands, name), text, err)
end

describe("a message", function()
  it("has options of this command for those of the library, and its own words otherwise", function()
    for _, row in ipairs({
      { "ensure", 'replace = "retire" and archive = false', "--replace retire and archive = false" },
      { "bake", 'why: force = true; give when_running = "adopt"', "why: --force; give --when-running adopt" },
      { "list", 'when_running = "adopt", name = "x"', 'when_running = "adopt", name = "x"' },
      { "prune", "apply = true deletes them; keep = true, apply = 3", "--apply deletes them; keep = true, apply = 3" },
      { "wait", 'execution.wait: option "poll" must be above 0', "execution.wait: --poll must be above 0" },
      { "wait", 'option "journal" is "poll"', 'option "journal" is "poll"' },
      { "list", 'ecs.new: option "timeout" must be', "ecs.new: --timeout must be" },
      { "policy", 'policy: "account_id" must be digits', "policy: --account must be digits" },
      { "list", 'region = "cn-hangzhou" (region_id)', "--region cn-hangzhou (region_id)" },
    }) do
      assert.equal(row[3], of(row[1], row[2]))
    end
  end)

  local function refused(name, failures)
    local _, message, err = errors.fail("x.y", { kind = "validation", failures = failures })
    return of(name, message, err)
  end

  it("about a wrong argument names the option that gave it", function()
    assert.equal("x.y: arguments refused: --add[2]: digits",
      refused("share", { { message = "add_account[2]: digits" } }))
    assert.equal("x.y: arguments refused: --keep: a number; give --pipeline, --name-regex, --family, tags or ids",
      refused("prune", { { message = "keep: a number; give --pipeline, name_regex, image_family, tags or ids" } }))
    assert.equal("x.y: arguments refused: --tag: no map; --region: none; image_idx: x",
      refused("list", { { message = "tags: no map" }, { message = "region_id: none" }, { message = "image_idx: x" } }))
  end)

  it("keeps the names of a file's arguments", function()
    local text = "image_options.image_family: a string; region_id: none; tags: a map; base_image: none"
    for _, name in ipairs({ "create", "plan", "ensure", "bake", "lint" }) do
      assert.equal("x.y: arguments refused: " .. text, refused(name, { { message = text } }))
    end
    local _, message, err = errors.fail("x.y", { kind = "api", message = "image_family: wrong" })
    assert.equal(message, of("images", message, err))
  end)
end)
