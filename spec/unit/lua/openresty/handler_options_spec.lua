-- The options of openresty.handler.
local call_options = require("ecs_pipeline.call.options")
local fake_ngx = require("spec.support.fake_ngx")
local fake_request = require("spec.support.fake_request")
local handler_options = require("ecs_pipeline.openresty.handler_options")
local markdown_blocks = require("spec.support.markdown_blocks")
local openresty = require("ecs_pipeline.openresty")
local shell = require("ecs_pipeline.emulator.nginx.shell")
local tables = require("ecs_pipeline.tables")

local SECRET = fake_request.SECRET

describe("the options of openresty.handler", function()
  it("in docs/webhooks.md are right", function()
    local count = 0
    for _, block in ipairs(markdown_blocks.of("docs/webhooks.md")) do
      if block.flags == "lua nginx" then
        local chunk = assert((loadstring or load)("local require, os = ... " .. block.text)) -- luacheck: ignore 113
        assert.is_function(chunk(function(name)
          assert.equal("ecs_pipeline.openresty", name)
          return { handler = function(options)
            options.host = fake_ngx.new()
            return openresty.handler(options)
          end }
        end, { getenv = function() return SECRET end }))
        count = count + 1
      end
    end
    assert.is_true(count > 2)
  end)

  local function raises(text, change)
    local options = { secret = SECRET, pipelines = { web = "ip-1" }, host = fake_ngx.new() }
    for name, value in pairs(change) do
      options[name] = value or nil
    end
    assert.error_matches(function() openresty.handler(options) end, text, 1, true)
  end

  it("are checked", function()
    assert.error_matches(function() openresty.handler() end, "options must be a table", 1, true)
    raises("unknown option \"pipeline\" (did you mean \"pipelines\"?)", { pipeline = "ip-1" })
    raises("option \"pipelines\" is missing", { pipelines = false })
    raises("option \"pipelines\" names none", { pipelines = {} })
    raises("a name must be a text", { pipelines = { "ip-1" } })
    raises("a name must be a text", { pipelines = { ["a\nb"] = "ip-1" } })
    raises("pipelines[\"web\"]: options must be a table, not a number", { pipelines = { web = 1 } })
    raises("option \"id\" is missing", { pipelines = { web = { region_id = "cn-qingdao" } } })
    raises("pipelines[\"web\"]: arguments refused: image_pipeline_id: the id of a pipeline, \"ip-…\"",
      { pipelines = { web = "" } })
    raises("(got the id of an execution, \"exec-…\")", { pipelines = { web = { id = "exec-1" } } })
    raises("must be \"start\", \"cancel\", \"show\"", { pipelines = { web = { id = "ip-1", actions = { "stop" } } } })
    raises("at least 16 bytes: openssl rand -hex 32", { secret = "short" })
    raises("must be a string, or a list of them", { secret = { 1 } })
    raises("must begin and end with \"/\"", { prefix = "/bakes" })
    raises("must be https:// and a host", { console = "javascript:alert(1)" })
    raises("must be https:// and a host", { console = "https://a.example/\"><script>" })
    raises("must be a text without control characters", { name = "" })
    raises("must be a text without control characters", { name = "a\nb" })
    raises("works inside nginx only", { host = false })
  end)
end)

local DOCUMENT = "docs/webhooks.md"

-- The rows of the table of options below a text: name → its default.
local function table_below(start)
  local text = assert(shell.read(DOCUMENT))
  local from = assert(select(2, text:find("\n" .. start, 1, true)), start)
  local rows = {}
  for names, default in text:match("\n| %w+ | default |.-\n\n", from):gmatch("\n| (`[^|]+`) | ([^|]-) |") do
    for name in names:gmatch("`([%l_%d]+)`") do
      rows[name] = default
    end
  end
  return rows
end

-- What each table of options that a handler reads accepts: where → rows. `where` has no name of a handler.
local function rows_of(given)
  local caught, check = {}, call_options.check
  call_options.check = function(where, own, rows)
    caught[where:gsub("^openresty.handler:? ?", "")] = rows
    return check(where, own, rows)
  end
  local ran, why = pcall(openresty.handler, given)
  call_options.check = check
  assert(ran, why)
  return caught
end

describe("the table of options in " .. DOCUMENT, function()
  local rows, shown = table_below("## Options of the handler"), {}

  it("has each option, and no other", function()
    local known = {}
    for name in pairs(handler_options.ROWS) do
      known[name] = rows[name] or "is missing"
    end
    assert.same(known, rows)
  end)

  it("of pipelines, rules and receivers have each, and no other", function()
    local caught = rows_of({ host = fake_ngx.new(), secret = SECRET, client = {}, pipelines = { web = { spec = {
      name = "web", base_image = "m-1", base_image_type = "IMAGE" } } }, notify = { url = "https://a.example/" },
      forges = { github = { secret = SECRET, rules = { { pipeline = "web" } } } } })
    for where, case in pairs({
      ['pipelines["web"]'] = { "## Bakes from arguments", { "actions", "secret" } }, -- in both forms
      ["forges.github.rules[1]"] = { "**Rules.**", {} }, notify = { "Each `notify` gets a POST", {} },
    }) do
      local known, written = {}, table_below(case[1])
      for name in pairs(tables.without(assert(caught[where], where), case[2])) do
        known[name] = written[name] or "is missing"
        assert.equal(caught[where][name].required == true, written[name] == "must be given", where .. " " .. name)
      end
      assert.same(known, written)
    end
  end)

  it("says the default of each", function()
    for name, default in pairs(handler_options.DEFAULTS) do
      shown[name] = type(default) == "string" and ("`%q`"):format(default)
        or type(default) == "number" and ("`%.0f`"):format(default) or ("`%s`"):format(tostring(default))
      assert.equal(shown[name], rows[name], name)
    end
    for name, default in pairs(rows) do
      assert.is_true(shown[name] ~= nil or default == "none" or not default:find("^`[%d\"]"), name)
    end
    local hook = handler_options.read("spec", { secret = SECRET, pipelines = { web = "ip-1" }, client = {},
      host = fake_ngx.new() })
    for name, default in pairs(handler_options.DEFAULTS) do
      assert.equal(default, hook[name], name)
    end
    hook = handler_options.read("spec", { secret = SECRET, pipelines = { web = "ip-1" }, client = {},
      host = fake_ngx.new(), accept_v1 = true, window = 5 })
    assert.same({ true, 5, "/bakes/" }, { hook.accept_v1, hook.window, hook.name })
  end)
end)
