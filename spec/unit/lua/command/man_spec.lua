-- The manual page: complete, and clean for the program that shows it.
local commands = require("ecs_pipeline.command.commands")
local man = require("ecs_pipeline.command.man")
local runs = require("spec.support.command_run")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local folder
scratch.each(before_each, after_each, function(path) folder = path end)

-- What `man -l` shows, on one line; and what groff, which it uses, warns of.
local function shown(page)
  shell.write(folder .. "/page.1", page)
  -- A sanitizer preloaded into the specs stays out of them: groff leaks.
  local text = shell.output(("export LD_PRELOAD= LC_ALL=C.UTF-8 MANWIDTH=200 MANPAGER=cat; "
    .. "export MAN_KEEP_FORMATTING= MANOPT=; "
    .. "man --nh --nj -l %s/page.1; "
    .. "groff -ww -z -man -Tutf8 %s/page.1 2>%s/warnings"):format(folder, folder, folder))
  return text:gsub(".\b", ""):gsub("%s+", " "), shell.read(folder .. "/warnings")
end

it("shows every command with its options, arguments and examples, without a warning", function()
  local code, page, err = runs.new()({ "man" })
  assert.same({ 0, "" }, { code, err })
  assert.equal(man.page(), page)
  local text, warnings = shown(page)
  assert.equal("", warnings)
  for _, row in ipairs(commands) do
    assert.truthy(text:find(" ecs-pipeline " .. row.usage .. " ", 1, true), row.usage)
    for _, option in ipairs(row.options) do
      local head = option[1] .. (option.value and " " .. option.value or "")
      assert.truthy(text:find((option.short and option.short .. ", " or "") .. head .. " ", 1, true), head)
    end
    for _, example in ipairs(row.examples) do
      assert.truthy(text:find(example[1] .. " " .. example[2], 1, true), example[1])
    end
  end
  for _, list in ipairs({ commands.GLOBAL, commands.ENVIRONMENT }) do
    for _, row in ipairs(list) do
      assert.truthy(text:find(row[1] .. " ", 1, true), row[1])
    end
  end
  for status, meaning in pairs(commands.EXIT_CODES) do
    assert.truthy(text:find((" %d %s "):format(status, meaning), 1, true), meaning)
  end
  assert.truthy(text:find(" Exit status 2 changes, with --detailed-exitcode ", 1, true))
end)

it("would be warned of if it were wrong", function()
  local _, warnings = shown(man.page() .. ".NONSENSE\n")
  assert.truthy(warnings:find("NONSENSE", 1, true), warnings)
end)

it("loads neither the library nor a C module", function()
  local ok, out = require("spec.support.child_lua").run([[
    require("ecs_pipeline.command.man").page()
    for name in pairs(package.loaded) do
      assert(not name:find("^ecs_pipeline") or name:find("^ecs_pipeline%.command%.")
        or name == "ecs_pipeline.version", name)
    end
  ]])
  assert.is_true(ok, out)
end)
