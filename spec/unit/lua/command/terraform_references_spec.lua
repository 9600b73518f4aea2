local references = require("ecs_pipeline.command.terraform_references")

describe("a reference", function()
  local known = { ["var.name"] = "web", ["var.size"] = 40, ["local.list"] = { "a" }, ["local.full"] = "${var.name}-x",
    ["local.loop"] = "${local.loop}", ["var.no"] = false }

  it("to a known value is replaced by it", function()
    for text, wanted in pairs({ ["plain"] = "plain", ["${var.name}"] = "web",
      ["a-${var.name}-${ var.size }"] = "a-web-40",
      ["${var.size}"] = 40, ["${local.full}"] = "web-x", ["x${local.full}y"] = "xweb-xy",
        ["$${var.name}"] = "${var.name}",
      ["%%{if}"] = "%{if}", ["a$b"] = "a$b",
      ["{ a: ${var.name} }"] = "{ a: web }", ["100%"] = "100%", ["${var.no}"] = false, ["x${var.no}"] = "xfalse" }) do
      assert.equal(wanted, (references.resolve(text, known)), text)
    end
    assert.same({ "a" }, (references.resolve("${local.list}", known)))
  end)

  it("to another one is named", function()
    for text, wanted in pairs({ ["${var.other}"] = "var.other", ["a-${data.x.y.id}"] = "data.x.y.id",
      ["%{ if true }x%{ endif }"] = "if true", ["x${local.list}"] = "local.list", ["x${never"] = "never",
      ["${local.loop}"] = "local.loop", ['${jsonencode({"a" = 1})}'] = 'jsonencode({"a" = 1' }) do
      local value, missing = references.resolve(text, known)
      assert.is_nil(value)
      assert.equal(wanted, missing)
    end
  end)

  it("has an advice", function()
    assert.equal("ecs.zone.list{}[1].id gives it", references.advice("data.alicloud_zones.default.ids.0", {}))
    assert.equal("ecs.image.list{ owners = \"self\", size = 5 }[1].id gives it", references.advice(
      "data.alicloud_images.x.ids.0", { data = { alicloud_images = { x = { owners = "self", size = 5,
        tags = {}, name_regex = "${var.x}" } } } }))
    assert.equal("ecs.image.list{}[1].id gives it", references.advice("data.alicloud_images.x.ids.0", { data = "x" }))
    assert.matches("^only terraform knows it", references.advice("data.other.x.id", {}))
    assert.matches("^only terraform knows it", references.advice("upper(var.x)", {}))
  end)
end)

describe("known values", function()
  it("are defaults of variables and locals, in both ways of writing", function()
    assert.same({ ["var.a"] = 1, ["var.b"] = 2, ["local.c"] = 3 },
      references.known({ variable = { a = { default = 1 }, b = { { default = 2 } }, d = {} }, locals = { { c = 3 } } }))
    assert.same({ ["local.c"] = 3 }, references.known({ locals = { c = 3 } }))
    assert.same({}, references.known({}))
  end)
end)
