--- Text of doc comments as HTML, with links to functions and operations. Pure.
local M = {}

local function escape(text)
  return (text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

-- LDoc reads @ at the beginning of a line, and @{…}.
local function plain(text, links)
  text = escape(text):gsub("@", "&#64;")
  text = text:gsub("call options", '<a href="../modules/ecs.html#call_options">call options</a>')
  return (text:gsub("%f[%w]%u%w+%f[^%w]", function(word)
    return links.actions[word] and ('<a href="%s">%s</a>'):format(links.actions[word], word) or nil
  end))
end

local function code(text, links)
  local name = text:gsub("[({].*$", "")
  local target = links.functions[name]
  local shown = "<code>" .. escape(text):gsub("@", "&#64;") .. "</code>"
  return target and ('<a href="%s">%s</a>'):format(target, shown) or shown
end

--- A text of one paragraph: what is in backquotes is code.
function M.text(text, links)
  local out = {}
  for before, quoted in (text .. "``"):gmatch("([^`]*)`([^`]*)`") do
    out[#out + 1] = plain(before, links)
    out[#out + 1] = quoted ~= "" and code(quoted, links) or nil
  end
  return table.concat(out)
end

--- A text of paragraphs; the first one is for LDoc's summary, so it has no tag.
function M.paragraphs(text, links)
  local out = {}
  for paragraph in (text .. "\n\n"):gmatch("(.-)\n%s*\n") do
    if paragraph:find("%S") then
      local shown
      if paragraph:find("^    ") then
        shown = "<pre>" .. escape(paragraph:gsub("^    ", ""):gsub("\n    ", "\n")):gsub("@", "&#64;") .. "</pre>"
      else
        shown = M.text(paragraph:gsub("%s+", " "), links)
        shown = out[1] and "<p>" .. shown .. "</p>" or shown
      end
      out[#out + 1] = shown
    end
  end
  return table.concat(out, "\n")
end

--- An item of a list of options.
function M.item(name, types, text, links)
  return ("<li><span class=\"parameter\">%s</span> %s%s</li>"):format(name,
    types and ('<span class="types">%s</span> '):format(types) or "", M.text(text, links))
end

--- A table; nothing, if it has no rows.
function M.table(title, head, rows)
  if not rows[1] then
    return ""
  end
  local out = { "\n<h2>" .. title .. "</h2>\n<table class=\"parameters\">\n<tr>" }
  for _, cell in ipairs(head) do
    out[#out + 1] = "<th>" .. cell .. "</th>"
  end
  out[#out + 1] = "</tr>"
  for _, row in ipairs(rows) do
    out[#out + 1] = ("\n<tr><td><code>%s</code></td><td>%s</td><td>%s</td></tr>"):format(row[1], row[2],
      (escape(row[3]):gsub("@", "&#64;")))
  end
  out[#out + 1] = "\n</table>"
  return table.concat(out)
end

--- The lines of a doc comment of C: its tags stay, its texts become HTML.
function M.tagged(text, links)
  local parts, current = {}, { "" }
  for line in text:gmatch("[^\n]+") do
    local tag, rest = line:match("^(@%S+)%s*(.*)$")
    if tag then
      parts[#parts + 1], current = current, { rest, tag = tag }
    else
      current[#current + 1] = line
    end
  end
  parts[#parts + 1] = current
  local lines = {}
  for _, part in ipairs(parts) do
    local body, kept = table.concat(part, " "):gsub("%s+", " "):gsub("^ ", ""), ""
    if part.tag then -- type and name are LDoc's
      local words = part.tag:find("^@tparam") and 2 or part.tag == "@raise" and 0 or 1
      for _ = 1, words do
        local word, rest = body:match("^(%S+)%s*(.*)$")
        kept, body = kept .. " " .. (word or ""), rest or ""
      end
    end
    lines[#lines + 1] = (part.tag or "") .. kept .. (part.tag and " " or "") .. M.text(body, links)
  end
  return lines
end

return M
