--- Prints words for the fuzzers, in libFuzzer's notation: the names of the API's own tables and bits of JSON and HTTP.
local core = require("ecs_pipeline.core")

local words = {
  '"', ":", ",", "{", "}", "[", "]", "null", "true", "false", "-1", "0.5", "1e400", '\\u0000', '[\\"a\\"]', '"Code"',
  '"Message"', '"RequestId"', '"Success"', '"code"', '"TagKey"', '"TagValue"', '"Key"', '"Value"', "acs:", "aliyun",
  "HTTP/1.1 200 OK\r\n", "HTTP/1.1 101 x\r\n", "\r\n", "\r\n\r\n", "Content-Length: ", "Transfer-Encoding: chunked",
  "Content-Encoding: gzip", "identity", "x-gzip",
}

local function add(fields)
  for _, field in ipairs(fields) do
    words[#words + 1] = '"' .. field.wire .. '"'
    if field.wrapper then
      words[#words + 1] = '"' .. field.wrapper .. '"'
    end
    add(field.fields or {})
  end
end

for _, operation in pairs(core.operations()) do
  add(operation.results)
end
local seen = {}
for _, word in ipairs(words) do
  if not seen[word] then
    seen[word] = true
    print('"' .. word:gsub('[%c"\\]', function(char)
      return ("\\x%02X"):format(char:byte())
    end) .. '"')
  end
end
