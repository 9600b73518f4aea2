local lines = require("ecs_pipeline.command.lines")

describe("the line of an argument", function()
  it("is found in Lua", function()
    local found = lines.of([=[
-- name = "no"
local base = { name = "inner" } --[[ name = 1
]] local text = [[ name = 2 ]]
local args = {
  description = "name = \" 3", name = 'web',
  image_options = {
    ["image_name"] = "x",
  },
  add_account = { "1", { id = "2" } }; tags = { Team = "x == y" },
}
args.system_disk_size = 40
if args.a == 1 then end
return args]=], "lua")
    assert.same({ 2, 6, 7, 9, 9, 11, nil }, { lines.find(found, "name"), lines.find(found, "image_options"),
      lines.find(found, "image_options.image_name"), lines.find(found, "add_account[2]"),
      lines.find(found, "tags.Team"), lines.find(found, "system_disk_size"), lines.find(found, "nope") })
    assert.equal(5, lines.find(found, "description"))
  end)

  it("is found in JSON", function()
    local found = lines.of('{\n "name": "a \\"tags\\": b",\n "tags": {\n  "name": "x"\n },\n "to_region_id": '
      .. '[["a"],\n "b"],'
      .. '\n "build_content_file": "x"}', "json")
    assert.same({ 2, 3, 4, 6, 8 }, { lines.find(found, "name"), lines.find(found, "tags"),
      lines.find(found, "tags.name"), lines.find(found, "to_region_id[1]"), lines.find(found, "build_content") })
  end)

  it("is found in YAML", function()
    local found = lines.of("# name: x\nname: web\nimage_options:\n  image_name: x\n\"tags\":\n  Team: web\n  "
      .. "name: 'a: b'\n"
      .. "add_account:\n- \"1\"\nbuild_content: |\n  RUN x\nhttp://x", "yaml")
    assert.same({ 2, 4, 6, 7, 8, 10 }, { lines.find(found, "name"), lines.find(found, "image_options.image_name"),
      lines.find(found, "tags.Team"), lines.find(found, "tags.name"), lines.find(found, "add_account[1]"),
      lines.find(found, "build_content") })
  end)

  it("is that of what contains it, if it has none; and broken texts have lines too", function()
    local found = lines.of('{\n"image_options": {}', "json")
    assert.equal(2, lines.find(found, "image_options.image_name"))
    assert.equal(3, lines.at("a\nb\nc", 5))
    assert.same({}, lines.of("[[ never ends", "lua"))
    assert.same({}, lines.of('"never ends', "json"))
    assert.same({}, lines.of("}}]]", "json"))
  end)
end)
