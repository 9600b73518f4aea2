-- Results on stdout, everything else on stderr; tables, JSON and ids.
local cjson = require("cjson")
local outputs = require("ecs_pipeline.command.output")

local function sink()
  return { text = "", write = function(self, ...)
    self.text = self.text .. table.concat({ ... })
    return self
  end }
end

local host, context

local function output(options, columns)
  host = { stdout = sink(), stderr = sink(), env = function(name) return host.variables[name] end,
    variables = {}, columns = function() return columns end }
  context = { command = { options = { { "--replace", kind = "mode" }, { "--apply", kind = "flag" } } } }
  context.ecs = { show = function(value, style)
    context.style = style
    return type(value) == "table" and (value.text or value.message) or value
  end }
  return function()
    return outputs.new(host, options or {})
  end
end

describe("a result", function()
  it("is shown for people, with one line end", function()
    output()():result(context, { text = "a table\n" })
    assert.equal("a table\n", host.stdout.text)
    output()():result(context, { text = "no line end" })
    assert.equal("no line end\n", host.stdout.text)
  end)

  it("that is a text is written as it is", function()
    output({ output = "json" })():result(context, "text")
    assert.equal("text", host.stdout.text)
  end)

  it("is JSON with sorted keys, empty lists and empty maps", function()
    output({ output = "json" })():result(context, { b = { tags = {}, changes = {} }, a = print, c = 1.5,
      list = { { 1 }, "ü\n" } })
    assert.equal('{\n  "b": {\n    "changes": [],\n    "tags": {}\n  },\n  "c": 1.5,\n  "list": [\n    [\n      1\n'
      .. '    ],\n    "ü\\n"\n  ]\n}\n', host.stdout.text)
    assert.same({ { 1 }, "ü\n" }, cjson.decode(host.stdout.text).list)
  end)

  it("that reports a failure is shown on stderr with --quiet, and no other", function()
    output({ quiet = true })():result(context, { text = "failed" }, true)
    outputs.new(host, { quiet = true }):result(context, { text = "good" }, false)
    assert.same({ "", "failed\n" }, { host.stdout.text, host.stderr.text })
  end)

  it("that is an empty list says so", function()
    local out = output()()
    context.nothing = "no images"
    out:result(context, {})
    assert.equal("no images\n", host.stdout.text)
  end)

  it("that names options of the library names those of the command", function()
    local out = output()()
    context.names_options = true
    out:result(context, { text = "apply = true deletes them; give replace = \"retire\" or region = cn-x; apply = 1" })
    assert.equal("--apply deletes them; give --replace retire or --region cn-x; apply = 1\n", host.stdout.text)
    out:error(context, "x: apply = true, but archive = false, replace = false")
    assert.equal("ecs-pipeline: x: --apply, but archive = false, replace = false\n", host.stderr.text)
  end)

  it("of a build names them, too; a dry run does not: its plan quotes scripts", function()
    output()():result(context, { outcome = "failed", text = "why: apply = true" })
    assert.equal("why: --apply\n", host.stdout.text)
    output()():result(context, { outcome = "dry_run", dry_run = true, text = "+RUN x apply = true" })
    assert.equal("+RUN x apply = true\n", host.stdout.text)
  end)

  local IDS = {
    { "a list", { { id = "ip-1" }, { id = "ip-2" } }, "ip-1\nip-2\n" },
    { "an empty list", {}, "" },
    { "one thing", { id = "ip-1", image_pipeline_id = "ip-1" }, "ip-1\n" },
    { "a build", { outcome = "success", id = "exec-1", image_id = "m-1", images = { ["cn-x"] = "m-1" } }, "m-1\n" },
    { "a build without an image", { outcome = "failed", id = "exec-1" }, "" },
    { "copies", { id = "m-2", images = { ["cn-b"] = "m-3", ["cn-a"] = "m-2" }, adopted = {} }, "m-2\nm-3\n" },
    { "lists by region", { ["cn-b"] = { { id = "m-2" } }, ["cn-a"] = { { id = "m-1" } } }, "m-1\nm-2\n" },
    { "what prune would delete", { delete = { { id = "m-1" } }, deleted = {}, keep = { { id = "m-9" } } }, "m-1\n" },
    { "what prune deleted", { delete = { { id = "m-1" } }, deleted = { "m-1" }, applied = true }, "m-1\n" },
  }
  for _, row in ipairs(IDS) do
    it("as ids: " .. row[1], function()
      output({ output = "id" })():result(context, row[2])
      assert.equal(row[3], host.stdout.text)
    end)
  end

  it("is not written with --quiet alone", function()
    output({ quiet = true })():result(context, { text = "x" })
    assert.equal("", host.stdout.text)
    output({ quiet = true, output = "id" })():result(context, { id = "m-1" })
    assert.equal("m-1\n", host.stdout.text)
  end)
end)

describe("colours", function()
  local function colour(options, columns, variables)
    local new = output(options, columns)
    host.variables = variables or {}
    new():result(context, { text = "" })
    return context.style.color, context.style.width
  end

  it("are for terminals only", function()
    assert.same({ true, 80 }, { colour({}, 80) })
    assert.same({ false }, { colour({}, nil) })
  end)

  it("are switched off by --no-color and by NO_COLOR, if that is not empty", function()
    assert.is_false((colour({ no_color = true }, 80)))
    assert.is_false((colour({}, 80, { NO_COLOR = "1" })))
    assert.is_true((colour({}, 80, { NO_COLOR = "" })))
  end)
end)

it("the width is that of the terminal, if the stream is one", function()
  local core = require("ecs_pipeline.core")
  local real = core.terminal
  local made = output()()
  host.columns = nil
  core.terminal = function(stream) return stream == host.stderr and 66 or nil end
  local widths = { made:columns(host.stderr) or 0, made:columns(host.stdout) or 0 }
  core.terminal = real
  assert.same({ 66, 0 }, widths)
end)

describe("an error", function()
  it("goes to stderr, also with --quiet", function()
    output({ quiet = true })():error(context, "why", { message = "shown\n\n" })
    assert.equal("ecs-pipeline: shown\n", host.stderr.text)
    assert.equal("", host.stdout.text)
  end)

  it("without fields is its message", function()
    output()():error(context, "why")
    assert.equal("ecs-pipeline: why\n", host.stderr.text)
  end)

  it("is one line of JSON with --output json", function()
    output({ output = "json" })():error(context, "why", { kind = "not_found", message = "why" })
    assert.same({ error = { kind = "not_found", message = "why" } }, cjson.decode(host.stderr.text))
    output({ output = "json" })():error(context, "why")
    assert.equal('{"error":{"kind":"usage","message":"why"}}\n', host.stderr.text)
  end)
end)

describe("the end", function()
  it("keeps the exit code if all was written, and tells if not", function()
    local new = output()
    host.stdout.flush = function() return true end
    assert.equal(3, new():close(3))
    host.stdout.flush = function() return nil, "No space left on device" end
    assert.equal(12, new():close(0))
    assert.equal("ecs-pipeline: the result could not be written: No space left on device\n", host.stderr.text)
  end)
end)

it("notes are left out with --quiet", function()
  output({ quiet = true })():note("x")
  assert.equal("", host.stderr.text)
  output({})():note("x")
  assert.equal("x", host.stderr.text)
end)
