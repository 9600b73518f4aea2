--- `ecs-pipeline man`: the manual page, made from the table of commands. Pure.
local commands = require("ecs_pipeline.command.commands")
local help = require("ecs_pipeline.command.help")

local man = {}

local DATE = "2026-11-28" -- of the release

-- Characters that troff reads in its own way, or writes as typographic ones.
local ESCAPES = { ["\\"] = "\\e", ["-"] = "\\-", ["'"] = "\\(aq", ["`"] = "\\(ga", ["^"] = "\\(ha",
  ["~"] = "\\(ti" }

-- Text as it is, also at the beginning of a line.
local function text_of(text)
  return (text:gsub("[\\%-'`^~]", ESCAPES):gsub("^%.", "\\&."))
end

local function bold(text)
  return "\\fB" .. text_of(text) .. "\\fR"
end

local function italic(text)
  return "\\fI" .. text_of(text) .. "\\fR"
end

local function sentence(text)
  return text_of(text:sub(1, 1):upper() .. text:sub(2)) .. "."
end

local Page = {}
Page.__index = Page

function Page:add(...)
  for _, line in ipairs({ ... }) do
    self[#self + 1] = line
  end
end

function Page:item(head, text)
  self:add(".TP", head, text_of(text))
end

local function option_head(option)
  return (option.short and bold(option.short) .. ", " or "") .. bold(option[1])
    .. (option.value and " " .. italic(option.value) or "")
end

function Page:options(list)
  for _, option in ipairs(list) do
    self:item(option_head(option), help.option_text(option))
  end
end

local function usage(row)
  return "\\fBecs\\-pipeline\\fR " .. bold(row.name) .. text_of(row.usage:sub(#row.name + 1))
end

function Page:command(row)
  self:add(".SS " .. text_of(row.name), usage(row), ".PP", sentence(row.summary))
  for _, argument in ipairs(row.arguments) do
    self:item(italic(argument[1]:upper()), argument[2])
  end
  self:options(row.options)
  for _, pair in ipairs(help.exit_codes(commands, row)) do
    if row.exit and row.exit[pair[1]] then
      self:item("Exit status " .. bold(tostring(pair[1])), pair[2])
    end
  end
  self:add(".PP", "Examples:")
  for _, example in ipairs(row.examples) do
    self:item(bold(example[1]), example[2])
  end
end

--- The page, for `man -l`.
-- @treturn string
function man.page()
  local page = setmetatable({}, Page)
  page:add(".\\\" Written by `ecs-pipeline man`.",
    (".TH ECS\\-PIPELINE 1 %s \"ecs\\-pipeline %s\" \"User Commands\""):format(DATE,
      require("ecs_pipeline.version")),
    ".SH NAME", "ecs\\-pipeline \\- image pipelines of Alibaba Cloud ECS: from a file to an image",
    ".SH SYNOPSIS", "\\fBecs\\-pipeline\\fR [\\fIoptions\\fR] \\fICOMMAND\\fR ...",
    ".SH DESCRIPTION",
    "Creates and plans image pipelines, builds images from them, and takes care of what was built.",
    "Results are written to standard output, everything else to standard error.",
    "Commands that delete or cancel something ask first on a terminal; elsewhere they want",
    "\\fB\\-\\-yes\\fR.", ".SH OPTIONS", "Every command takes these options.")
  page:options(commands.GLOBAL)
  for _, group in ipairs(commands.GROUPS) do
    page:add(".SH " .. group:upper())
    for _, row in ipairs(commands) do
      if row.group == group then
        page:command(row)
      end
    end
  end
  page:add(".SH EXIT STATUS")
  for _, pair in ipairs(help.exit_codes(commands, {})) do
    page:item(bold(tostring(pair[1])), pair[2])
  end
  page:add(".SH ENVIRONMENT")
  for _, variable in ipairs(commands.ENVIRONMENT) do
    page:item(bold(variable[1]), variable[2])
  end
  return table.concat(page, "\n") .. "\n"
end

--- `man`
function man.man()
  return man.page()
end

return man
