local ecs = require("ecs_pipeline")
local files = require("ecs_pipeline.command.files")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local folder

scratch.each(before_each, after_each, function(path) folder = path .. "/" end)

local GOOD = { base_image = "m-1", base_image_type = "IMAGE", name = "web" }

local function host(more)
  local out = { env = function(name) return name == "TEAM" and "web" or nil end }
  for name, value in pairs(more or {}) do
    out[name] = value
  end
  return out
end

local function load_text(name, text, options, more)
  shell.write(folder .. name, text)
  return files.load(host(more), folder .. name, options)
end

-- What the C library says in the language of the locale.
local ABSENT = select(2, io.open("/nowhere/none")):match(": (.*)$")

-- Standard input, as a file that is read once.
local function stdin(text)
  return { stdin = { read = function(_, count)
    local part = text:sub(1, count)
    return part ~= "" and part or nil
  end } }
end

local function refused(wanted, args, message, err)
  assert.is_nil(args)
  assert.equal(wanted, (message:gsub("^" .. folder:gsub("%p", "%%%0"), "")))
  assert.equal(wanted:find(": storage failed: ", 1, true) and "storage" or "validation", err.kind)
  return err
end

describe("a file of arguments", function()
  it("is Lua, JSON or YAML by its name", function()
    for name, text in pairs({ ["x.lua"] = "return { name = os.getenv('TEAM'), base_image = 'm-1', "
      .. "base_image_type = 'IMAGE' }",
      ["x.json"] = '\239\187\191{ "name": "web", "base_image": "m-1", "base_image_type": "IMAGE", "tags": null }',
      ["x.yaml"] = "name: web\nbase_image: m-1\nbase_image_type: IMAGE\ntags: ~\n",
      ["x.YML"] = "{name: web, base_image: m-1, base_image_type: IMAGE}\n" }) do
      local args, notes = load_text(name, text)
      assert.same({ GOOD, {} }, { args, notes }, name)
    end
  end)

  it("is standard input for -, JSON unless a format is given", function()
    for format, text in pairs({ json = '{"name":"web","base_image":"m-1","base_image_type":"IMAGE"}',
      yaml = "{name: web, base_image: m-1, base_image_type: IMAGE}",
      lua = "return {name='web', base_image='m-1', base_image_type='IMAGE'}" }) do
      assert.same(GOOD, (files.load(host(stdin(text)), "-", { format = format ~= "json" and format or nil })))
    end
    refused("standard input: arguments refused: nothing on standard input", files.load(host(stdin("")), "-"))
    refused("standard input: arguments refused: larger than 1048576 bytes",
      files.load(host(stdin(("x"):rep(1048577))), "-", { format = "lua" }))
    refused("standard input:1: arguments refused: it is not JSON, at column 1",
      files.load(host(stdin("x")), "-"))
  end)

  it("may give the text of a script as a file beside it", function()
    shell.write(folder .. "build.sh", "RUN echo hi\n")
    shell.run("mkdir " .. folder .. "tests")
    shell.write(folder .. "tests/t.sh", "RUN true\n")
    local args = load_text("x.json", '{"name":"web","base_image":"m-1","base_image_type":"IMAGE",'
      .. '"build_content_file":"build.sh","test_content_file":"' .. folder .. 'tests/t.sh"}')
    assert.same({ "RUN echo hi\n", "RUN true\n" }, { args.build_content, args.test_content })
    assert.is_nil(args.build_content_file)
    args = load_text("x.lua", "return {name='web', base_image='m-1', base_image_type='IMAGE', build_content='RUN x'}",
      { set = { "build_content_file=" .. folder .. "build.sh" } })
    assert.equal("RUN echo hi\n", args.build_content)
  end)

  it("names the line of a script that cannot be read", function()
    local function with(value, more)
      return load_text("x.json", '{\n"name": "web",\n"build_content_file": ' .. value .. (more or "") .. "\n}")
    end
    shell.run("mkfifo " .. folder .. "fifo")
    shell.write(folder .. "big", ("x"):rep(65537))
    for name, why in pairs({ none = ABSENT, fifo = "not a plain file",
      big = "larger than 65536 bytes",
      ["."] = "not a plain file" }) do
      local err = refused(("x.json:3: storage failed: build_content_file: %s%s: %s"):format(folder, name, why),
        with('"' .. name .. '"'))
      assert.same({ "storage", 3, "build_content_file" }, { err.kind, err.line, err.param })
    end
    refused("x.json:3: arguments refused: build_content_file must be the path of a file", with("5"))
    refused("x.json:3: arguments refused: build_content and build_content_file are both given; leave one out",
      with('"big"', ',\n"build_content": "RUN x"'))
  end)

  it("is changed by --set", function()
    local args = load_text("x.yaml", "name: old\nbase_image: m-1\nbase_image_type: IMAGE\n",
      { set = { "name=web" } })
    assert.same(GOOD, args)
    refused("x.yaml: arguments refused: --set wants key=value or a.b=value, for example --set system_disk_size=60",
      load_text("x.yaml", "name: web\n", { set = { "x" } }))
  end)

  it("may have what only some commands know", function()
    local text = "return { id = 'ip-1', name = 'web', base_image = 'm-1', base_image_type = 'IMAGE' }"
    assert.equal("ip-1", load_text("x.lua", text, { keep = { id = true } }).id)
    assert.equal("id", refused("x.lua:1: arguments refused: id: not a parameter of pipeline.create (got string of 4 "
      .. "characters); leave it out, or send it in the API's spelling with extra = { Name = value }",
      load_text("x.lua", text)).param)
  end)
end)

describe("what is wrong in a file", function()
  it("is named with file, line and argument, and what was meant", function()
    local err = refused("x.yaml:4: arguments refused: image_options.image_famly: not a parameter of "
      .. "pipeline.create (got "
      .. "string of 1 character); did you mean image_family?",
      load_text("x.yaml", "base_image: m-1\nbase_image_type: IMAGE\nimage_options:\n  image_famly: x\n"))
    assert.same({ 4, "image_options.image_famly", folder .. "x.yaml" }, { err.line, err.param, err.file })
    err = refused("x.lua: arguments refused: line 3: nmae: not a parameter of pipeline.create (got string of 1 "
      .. "character); "
      .. "did you mean name?; line 2: system_disk_size: 20 to 500 GiB (got 4); raise it",
      load_text("x.lua", "return {\n system_disk_size = 4,\n nmae = 'x', base_image = 'm', base_image_type = "
        .. "'IMAGE' }"))
    assert.equal(2, #err.failures)
    refused("x.json: arguments refused: base_image_type: required (got nothing); pass a value",
      load_text("x.json", "{}"))
  end)

  it("is named when it is not of its format", function()
    for _, row in ipairs({
      { "x.json", '{\n "a": 1,,\n}', "x.json:2: arguments refused: it is not JSON, at column 9" },
      { "x.json", "", "x.json: arguments refused: the file is empty" },
      { "x.json", "5", "x.json: arguments refused: a table of arguments is wanted, not a number" },
      { "x.json", "null", "x.json: arguments refused: there is nothing in it but null" },
      { "x.json", '{"tags": {"a": [1, null]}}', "x.json: arguments refused: tags.a[2] is null; leave the item out" },
      { "x.yaml", "a: 1\nb: [", "x.yaml:2: arguments refused: not YAML: did not find expected node content" },
      { "x.yaml", "a: 1\n---\nb: 2\n", "x.yaml: arguments refused: more than one YAML document; give one" },
      { "x.yaml", " \n", "x.yaml: arguments refused: the file is empty" },
      { "x.yaml", "# nothing\n", "x.yaml: arguments refused: there is nothing in it but null" },
      { "x.lua", "return nope.x", "x.lua:1: arguments refused: there is no nope here; a file of arguments has string, "
        .. "table, math and os.getenv" },
      { "x.lua", "", "x.lua: arguments refused: returned nothing; it must return a table" },
      { "x.lua", "\27Lua", "x.lua: arguments refused: compiled Lua is not accepted; give the source" },
      { "x.toml", "", "x.toml: arguments refused: the format of this file is not known: its name must end in .lua, "
        .. ".json, .yaml or .yml" },
      { "x", "", "x: arguments refused: the format of this file is not known: its name must end in .lua, .json, .yaml "
        .. "or .yml" },
    }) do
      refused(row[3], load_text(row[1], row[2]))
    end
    refused("x.json: arguments refused: the format is one of json, lua and yaml",
      load_text("x.json", "{}", { format = "toml" }))
  end)

  it("is too many tables in one another, which is found at once", function()
    for _, row in ipairs({ { "yaml", ("["):rep(100000) }, { "yaml", ("- "):rep(1000) .. "x" },
      { "yaml", ("{a: "):rep(200) .. "x" .. ("}"):rep(200) },
      { "json", '{"a":' .. ("["):rep(200) .. ("]"):rep(200) .. "}" } }) do
      local since = os.clock()
      refused(("x.%s: arguments refused: more than 128 tables in one another"):format(row[1]),
        load_text("x." .. row[1], row[2]))
      assert.is_true(os.clock() - since < 1)
    end
    assert.equal("[[[", load_text("x.yaml", "description: '[[['\nbase_image: m-1\nbase_image_type: "
      .. "IMAGE\n").description)
  end)

  it("is HCL", function()
    refused("x.tf: arguments refused: HCL is not read; give terraform's JSON: `terraform show -json` of the plan or "
      .. "state, or *.tf.json", load_text("x.tf", 'resource "x" "y" {}'))
  end)

  it("is named when it cannot be read", function()
    shell.run("mkfifo " .. folder .. "fifo.json")
    refused("fifo.json: storage failed: not a plain file", files.load(host(), folder .. "fifo.json"))
    local err = refused("none.json: storage failed: " .. ABSENT, files.load(host(), folder .. "none.json"))
    assert.equal(12, ecs.exit_code(nil, err.message, err))
    refused("big.lua: storage failed: larger than 1048576 bytes", load_text("big.lua", ("-"):rep(1048577)))
  end)

  it("is not what --set gives: that has no line in it", function()
    local function set(...)
      return load_text("x.yaml", "name: web\nbase_image: m-1\nbase_image_type: IMAGE\nsystem_disk_size: 40\n"
        .. "image_options:\n  image_name: good\n  image_family: x\n", { set = { ... } })
    end
    refused("x.yaml: arguments refused: line 7: image_options.image_family: 2 to 128 characters (got string of 1 "
      .. "character); write at least 2 characters; --set system_disk_size: 20 to 500 GiB (got 1); raise it",
      set("system_disk_size=1"))
    refused("x.yaml: arguments refused: --set image_options.image_name: 2 to 64 characters (got string of 1 character)"
      .. "; write at least 2 characters", set('image_options={"image_name": "x"}'))
    refused("x.yaml: storage failed: --set build_content_file: none: " .. ABSENT,
      set("image_options.image_family=f", "build_content_file=none"))
  end)

  it("is lyaml that is missing", function()
    refused("x.yaml: arguments refused: YAML needs lyaml for this Lua: apt install lua-yaml, or luarocks "
      .. "install lyaml; "
      .. "JSON and Lua need nothing more", load_text("x.yaml", "name: web\n", nil, { lyaml = false }))
  end)

  it("may be a table that YAML repeats", function()
    local args, message = load_text("x.yaml", "tags: &t {a: b}\nimage_options: {image_tags: *t}\nbase_image: m-1\n"
      .. "base_image_type: IMAGE\n")
    assert.same({ a = "b" }, (args or message).image_options.image_tags)
  end)
end)

describe("terraform's JSON", function()
  local function load_terraform(name, options)
    return files.load(host(), "spec/support/terraform/" .. name, options)
  end

  it("is taken as it is, with notes on what it cannot say", function()
    local args, notes = load_terraform("state.json", { address = "alicloud_ecs_image_pipeline.imported",
      set = { "build_content=RUN x" } })
    assert.equal("RUN x", args.build_content)
    assert.equal("rg-acfmxazb4ph6aiy", args.resource_group_id)
    assert.matches("^build_content is not in this state", notes[1])
  end)

  it("needs a value for each reference", function()
    local _, message, err = load_terraform("example.tf.json", { set = { "base_image=m-1", "vswitch_id=vsw-1",
      "resource_group_id=rg-1", "instance_type=ecs.g6.large" } })
    assert.equal("spec/support/terraform/example.tf.json: alicloud_ecs_image_pipeline.default: arguments refused: "
      .. "add_account[1]: ${data.alicloud_account.default.id} is a reference: ecs.account.describe().id gives "
      .. "it; pass it "
      .. "with --set add_account=…", message)
    assert.same({ "alicloud_ecs_image_pipeline.default", "add_account[1]" }, { err.address, err.param })
    local args = load_terraform("example.tf.json", { set = { "base_image=m-1", "vswitch_id=vsw-1",
      "resource_group_id=rg-1", "instance_type=ecs.g6.large", "add_account=151192824296372" } })
    assert.same({ "151192824296372" }, args.add_account)
    _, message, err = load_terraform("example.tf.json")
    assert.equal(5, #err.failures)
    for _, failure in ipairs(err.failures) do
      assert.truthy(message:find(failure.message, 1, true), failure.message)
      assert.matches("is a reference: .+ gives it; pass it with %-%-set " .. failure.param:match("^[%l_]+") .. "=…$",
        failure.message)
    end
    assert.equal("RUN yum update -y", args.build_content)
    args = load_terraform("several.tf.json", { address = 'alicloud_ecs_image_pipeline.keyed["north"]',
      set = { "build_content_file=spec/support/terraform/plan.json" } })
    assert.matches("planned_values", args.build_content)
  end)

  it("needs an address if there are several, and only then", function()
    refused("spec/support/terraform/plan.json: arguments refused: 2 image pipelines in this file; choose one with "
      .. '--address: alicloud_ecs_image_pipeline.default, module.web.alicloud_ecs_image_pipeline.default["a"]',
      load_terraform("plan.json"))
    refused("x.json: arguments refused: --address chooses a pipeline of terraform's JSON; this file is not that",
      load_text("x.json", "{}", { address = "x" }))
    refused("x.tfstate: arguments refused: this is terraform's own state file; give the output of `terraform "
      .. "show -json`",
      load_text("x.tfstate", '{ "version": 4, "terraform_version": "1.9.8", "serial": 1, "outputs": [null] }'))
  end)
end)

describe("other data", function()
  it("is read in the same way", function()
    shell.write(folder .. "faults.yaml", "- kind: throttle\n  times: 2\n")
    assert.same({ { kind = "throttle", times = 2 } }, (files.data(host(), folder .. "faults.yaml")))
    refused("none.json: storage failed: " .. ABSENT, files.data(host(), folder .. "none.json"))
  end)
end)
