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

  it("has commands for functions, but not for the operation that failed, nor for a call with arguments", function()
    for _, row in ipairs({
      { "ecs.doctor() shows it", "ecs-pipeline doctor shows it" },
      { "image.list: none; image.list() shows the images", "image.list: none; ecs-pipeline images shows the images" },
      { "see image.list", "see ecs-pipeline images" }, { "image.describe shows", "ecs-pipeline show shows" },
      { "image.delete, or image.prune with snapshots = true", "image.delete, or ecs-pipeline prune --snapshots" },
      { "first: image.share with remove_account", "first: ecs-pipeline share --remove" },
      { "image.share with is_public = false", "image.share with is_public = false" },
      { 'execution.wait("exec-1") waits, execution.cancel("exec-1") ends it; execution.cancelled("exec-1")',
        'ecs-pipeline wait exec-1 waits, ecs-pipeline cancel exec-1 ends it; execution.cancelled("exec-1")' },
      { 'image.list{ x = 1 }, execution.wait(id), my.image.list, image.listed, vswitch.list()',
        'image.list{ x = 1 }, execution.wait(id), my.image.list, image.listed, vswitch.list()' },
      { "policy: names such as ecs.bake, pipeline.create", "policy: names such as ecs.bake, pipeline.create" },
    }) do
      assert.equal(row[2], of("list", row[1]))
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

  it("about a wrong word names the word of the command line", function()
    for name, row in pairs({ wait = { "execution_id", "EXECUTION" }, build = { "image_pipeline_id", "PIPELINE" },
      copy = { "image_id", "IMAGE" }, show = { "image_component_id", "ID" },
      prune = { "image_pipeline_id", "--pipeline" } }) do
      assert.equal(("x.y: arguments refused: %s: the id; pass it"):format(row[2]),
        refused(name, { { message = ("%s: the id; pass it, or a table with %s or id"):format(row[1], row[1]) } }))
    end
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
