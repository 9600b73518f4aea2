-- Bodies that are not the JSON that was asked for, or JSON that is not the answer; refusals in odd
-- shapes; redirects.
local write = require("spec.support.raw_server_faults.write")

local content = {}

local html = "<html><head><title>Bad Gateway</title></head><body>nginx</body></html>"

local function unescape(text)
  return (text:gsub("\\x(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- `body/200 {"a":1}`: that status and body; `\x00` for a byte.
function content.body(connection, good, argument)
  local status, text = argument:match("^(%d+) ?(.*)$")
  return connection:send(write.with(good, unescape(text), nil, tonumber(status)))
end

function content.html(connection, _, status)
  return connection:send(write.reply({ status = tonumber(status), body = html,
    headers = { ["content-type"] = "text/html" } }))
end

--- 204 and 304 carry no body and no length.
function content.bare(connection, _, status)
  return connection:send(("HTTP/1.1 %s No Body\r\n\r\n"):format(status))
end

--- `redirect/302 http://…`
function content.redirect(connection, _, argument)
  local status, location = argument:match("^(%d+) (.*)$")
  return connection:send(write.reply({ status = tonumber(status), body = html,
    headers = { location = location } }))
end

function content.truncated_json(connection, good)
  return connection:send(write.with(good, good.body:sub(1, -10)))
end

function content.trailing_text(connection, good)
  return connection:send(write.with(good, good.body .. " and more"))
end

function content.trailing_nul(connection, good)
  return connection:send(write.with(good, good.body .. "\0\0garbage"))
end

function content.bom(connection, good)
  return connection:send(write.with(good, "\239\187\191" .. good.body))
end

function content.utf16(connection, good)
  return connection:send(write.with(good, (good.body:gsub(".", "%0\0"))))
end

-- The right answer with one more field in front.
local function with_field(connection, good, field)
  return connection:send(write.with(good, (good.body:gsub("^{", function() return "{" .. field .. "," end))))
end

--- `field/"New":[1,2]`
function content.field(connection, good, text)
  return with_field(connection, good, unescape(text))
end

--- `deep/5000`: an unknown field that nests so deep.
function content.deep(connection, good, depth)
  depth = tonumber(depth)
  return with_field(connection, good, '"Deep":' .. ("["):rep(depth) .. ("]"):rep(depth))
end

--- The same for objects, in a refusal.
function content.deep_refusal(connection, good, depth)
  depth = tonumber(depth)
  return connection:send(write.with(good, '{"Code":"InvalidParameter","Deep":' .. ('{"a":'):rep(depth)
    .. "1" .. ("}"):rep(depth) .. "}", nil, 400))
end

--- Each name of the answer twice, first with a wrong value.
function content.twice(connection, good)
  return with_field(connection, good, '"ImagePipelineId":"ip-wrong","RequestId":"WRONG","ImagePipeline":null')
end

--- `replace/"ImagePipelineId" {}`: another value under that name, wherever it stands at the top.
function content.replace(connection, good, argument)
  local name, value = argument:match('^"(%w+)" (.*)$')
  local answer = { '"' .. name .. '":' .. unescape(value) }
  answer[#answer + 1] = '"RequestId":"R-REPLACED"'
  return connection:send(write.with(good, "{" .. table.concat(answer, ",") .. "}"))
end

return content
