--- Writes what LDoc reads for `make docs`, into the folder that is given: a file for each group of functions, from the
--- doc comments and the tables of options, and one for each operation of the API, from the tables of the C core.
---     lua spec/tools/reference.lua build/docs-src
local api = require("ecs_pipeline.command.api")
local core = require("ecs_pipeline.core")
local html = require("spec.tools.reference_html")
local option_tables = require("spec.tools.option_tables")
local public_api = require("spec.tools.public_api")
local repo = require("spec.support.repo")

local M = {}

-- Where the page of a group begins, unless it is resources/<group>.lua: its title and the file whose first comment is
-- its text.
local PAGES = {
  client = { "client", "lua/ecs_pipeline/call/client.lua",
    "What a client of `ecs.new` has beside the groups. The default client has the same: `ecs.bake`, `ecs.call` …" },
  credentials = { "ecs.credentials", "lua/ecs_pipeline/credentials/init.lua",
    "Sources of credentials, for the option `credentials` of `ecs.new`. Each function returns a provider." },
  ecs = { "ecs", "lua/ecs_pipeline/init.lua" },
  emulator = { "ecs_pipeline.emulator", "lua/ecs_pipeline/emulator/init.lua" },
  openresty = { "ecs_pipeline.openresty", "lua/ecs_pipeline/openresty/init.lua" },
}
-- Functions of what another function returns stand on its page.
local ON_PAGE_OF = { single_flight = "openresty", watcher = "openresty" }

local function group_of(name)
  local group = name:match("^[%w_]+")
  return ON_PAGE_OF[group] or group
end

local function page_of(group)
  return PAGES[group] and PAGES[group][1] or "ecs." .. group
end

-- The page and anchor of a function, by its name in doc comments. LDoc leaves the page's name out of the anchor.
local function href(name)
  local page = page_of(group_of(name))
  return ("../modules/%s.html#%s"):format(page, (name:gsub("^" .. page:match("[%w_]+$") .. "[.:]", "")))
end

-- Says what blocks, where the comment does not.
local function blocking(entry, accepted)
  local text = entry.text:lower()
  for _, value in ipairs(entry.returns[1] or {}) do
    text = text .. value.text:lower()
  end
  if text:find("block", 1, true) or text:find("yield", 1, true) or text:find("sends nothing", 1, true) then
    return nil
  elseif not accepted or not accepted.call then
    return "Does not block."
  elseif entry.name:find("%.each$") then
    return "Blocks in the steps that fetch a page, and yields inside nginx."
  elseif accepted.rows.poll then
    return "Blocks until its result is there, at most `timeout` seconds, and yields inside nginx."
  end
  return "Blocks while it sends, each request at most `deadline` seconds, and yields inside nginx."
end

local function types_of(row)
  return type(row) == "table" and table.concat(row, " or ") or nil
end

-- Writes a doc comment: each line after dashes.
local function comment(out, lines)
  local text = table.concat(lines, "\n")
  out[#out + 1] = "--- " .. text:gsub("\n", "\n-- ") .. "\n"
end

local function add_parameter(lines, param, accepted, links)
  local items = {}
  for _, option in ipairs(param.options) do
    local types = param.name == "options" and accepted and types_of(accepted.rows[option.name])
    items[#items + 1] = html.item(option.name, types, option.text, links)
  end
  local optional = param.optional and "[opt]" or ""
  lines[#lines + 1] = ("@%s%s %s%s %s%s"):format(param.type and "tparam" or "param", optional,
    param.type and param.type .. " " or "", param.name, html.text(param.text, links),
    items[1] and "\n<ul>\n" .. table.concat(items, "\n") .. "\n</ul>" or "")
end

local function add_function(out, entry, accepted, links)
  local text = html.paragraphs(entry.text, links)
  local blocks = blocking(entry, accepted)
  local lines = { text .. (blocks and "\n<p>" .. html.text(blocks, links) .. "</p>" or ""),
    "@function " .. entry.name }
  for _, param in ipairs(entry.params) do
    add_parameter(lines, param, accepted, links)
  end
  for group, values in ipairs(entry.returns) do
    for _, value in ipairs(values) do
      lines[#lines + 1] = ("@treturn[%d] %s %s"):format(group, value.type, html.text(value.text, links))
    end
  end
  if entry.raises then
    lines[#lines + 1] = "@raise " .. html.text(entry.raises, links)
  end
  comment(out, lines)
end

local function write(folder, name, out)
  local file = assert(io.open(folder .. "/" .. name .. ".lua", "wb"))
  file:write(table.concat(out, "\n"), "\n")
  file:close()
end

-- The text of a page: the first comment of its file, and of a group the comment of its `bind`.
local function heading(group)
  local page = PAGES[group]
  local path = page and page[2] or "lua/ecs_pipeline/resources/" .. group .. ".lua"
  return page and page[3] or public_api.heading(path)
end

local function write_group(folder, group, entries, accepted, links)
  local out = {}
  comment(out, { html.paragraphs(heading(group), links), "@module " .. page_of(group) })
  for _, entry in ipairs(entries) do
    add_function(out, entry, accepted[entry.name], links)
  end
  if group == "ecs" then
    local call = public_api.call_options()
    local lines = { html.paragraphs(call.text, links), "@table call_options" }
    for _, option in ipairs(call.options) do
      lines[#lines + 1] = ("@field %s <span class=\"types\">%s</span> %s"):format(option.name,
        types_of(option_tables.CALL[option.name]), html.text(option.text, links))
    end
    comment(out, lines)
  end
  write(folder .. "/modules", page_of(group), out)
end

local function results(rows)
  local list = {}
  api.walk(rows, "", function(path, row)
    list[#list + 1] = { path, row.wire, row.type }
  end)
  return list
end

local function write_operation(folder, operation, documented, links)
  local parameters, out = {}, {}
  api.walk(operation.parameters, "", function(path, row)
    parameters[#parameters + 1] = { path, row.wire, api.words(row) }
  end)
  local text = ("API: %s of %s %s%s."):format(operation.action, operation.product, operation.version,
    operation.ram_action and ", RAM action `" .. operation.ram_action .. "`" or "")
  if documented[operation.name] then
    text = text .. " Function: `" .. operation.name .. "`."
  end
  if operation.client_token then
    text = text .. "\n\nIt may be repeated with the same `client_token`: the service acts once."
  end
  comment(out, { html.paragraphs(text, links)
    .. html.table("Arguments", { "name", "API", "type, limits, default" }, parameters)
    .. html.table("Results", { "name", "API", "type" }, results(operation.results or {})),
    "@script " .. operation.name })
  write(folder .. "/operations", operation.name, out)
end

-- Doc comments of C, as they are, under the name of their module.
local function write_c(folder, module, path, links)
  local out = {}
  for _, file in ipairs(repo.files(path, "%.c$")) do
    for text in repo.read(file):gmatch("/%*%*%*\n(.-)%*/") do
      local lines = html.tagged(text, links)
      local place = text:find("@module", 1, true) and 1 or #out + 1
      local one = {}
      comment(one, lines)
      table.insert(out, place, one[1])
    end
  end
  write(folder .. "/modules", module, out)
end

--- Writes everything.
-- @tparam string folder with `modules` and `operations`
function M.write(folder)
  local documented, groups = public_api.functions(), {}
  local accepted, operations = option_tables.of(documented), core.operations()
  local links = { functions = {}, actions = {} }
  for name, entry in pairs(documented) do
    links.functions[name] = href(name)
    local group = group_of(name)
    groups[group] = groups[group] or {}
    table.insert(groups[group], entry)
  end
  for name in pairs(require("ecs_pipeline")) do -- the default client has what every client has
    links.functions["ecs." .. name] = links.functions["ecs." .. name] or links.functions["client." .. name]
  end
  for _, name in ipairs(repo.sorted(operations)) do
    local action = operations[name].action
    links.actions[action] = links.actions[action] or ("../operations/%s.html"):format(name)
  end
  for group, entries in pairs(groups) do
    table.sort(entries, function(a, b) return a.name < b.name end)
    write_group(folder, group, entries, accepted, links)
  end
  for _, operation in pairs(operations) do
    write_operation(folder, operation, documented, links)
  end
  write_c(folder, "ecs_pipeline.core", "csrc/binding", links)
  write_c(folder, "ecs_pipeline.curl", "csrc/curl", links)
end

if arg and (arg[0] or ""):find("spec/tools/reference.lua", 1, true) then
  M.write(arg[1])
end

return M
