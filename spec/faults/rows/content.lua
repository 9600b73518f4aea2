-- A 200 whose body is not the reply of the service.
local rows, row = require("spec.faults.row_list")()

local function bad(fault, play, more)
  row(fault, play, "lost", "protocol", "BAD_REPLY", more)
end

bad("200, HTML", "html/200", { status = 200 })
bad("200, empty", "body/200")
bad("204", "bare/204", { status = 204 })
bad("200 null", "body/200 null")
bad("200, a number", "body/200 5")
bad("200, a string", 'body/200 "RequestId"')
bad("200 true", "body/200 true")
bad("200, blanks", "body/200    ")
bad("JSON cut short", "truncated_json")
bad("text behind the JSON", "trailing_text")
bad("NUL behind the JSON", "trailing_nul")
bad("NUL inside a string", 'field/"New":"a\\x00b"')
bad("NUL inside a string, encoded", 'body/200 {"RequestId":"\\u00', {})
bad("invalid UTF-8", 'field/"New":"\\xff\\xfe"')
bad("UTF-8 of a surrogate", 'field/"New":"\\xed\\xa0\\x80"')
bad("UTF-8 byte order mark", "bom")
bad("UTF-16", "utf16")
bad("single quotes", "body/200 {'RequestId':'R'}")
bad("5,000 levels deep", "deep/5000")
bad("a million levels deep", "deep/1000000")
row("500 levels deep", "deep/500", "ok")
row("names twice, the last is right", "twice", "ok")
row("numbers of every kind", 'field/"N":[1e308,-0.0,1e400,123456789012345678901234567890]', "ok")
row("an unknown field", 'field/"NewThing":{"A":[1,null,{"B":[]}]}', "ok")
row("nulls", 'field/"Description":null,"New":null', "ok")

-- Wrong types and missing parts, per call.
local create, describe, delete = { calls = { "create" } }, { calls = { "describe" } }, { calls = { "delete" } }
bad("create: an empty object", "body/200 {}", create)
bad("create: a list", "body/200 []", create)
bad("create: no id", 'body/200 {"RequestId":"R"}', create)
for _, value in ipairs({ "null", '""', "{}", "[]", "true", "0", '["ip-1"]' }) do
  bad("create: the id is " .. value, 'replace/"ImagePipelineId" ' .. value, create)
end
bad("describe: an empty object", "body/200 {}", describe)
bad("describe: a list", "body/200 []", describe)
bad("describe: no set", 'body/200 {"RequestId":"R"}', describe)
bad("describe: no set, and a count", 'body/200 {"RequestId":"R","TotalCount":1}', describe)
for _, value in ipairs({ "null", '""', "true", "0", '"ip-1"', '{"ImagePipelineSet":null}',
    '{"ImagePipelineSet":"x"}', '{"ImagePipelineSet":7}' }) do
  bad("describe: the set is " .. value, 'replace/"ImagePipeline" ' .. value, describe)
end
row("describe: items are no objects", 'replace/"ImagePipeline" {"ImagePipelineSet":[1,"x",null,true]}',
  "lost", "protocol", "BAD_REPLY", describe)
row("describe: an item without id", 'replace/"ImagePipeline" {"ImagePipelineSet":[{"Name":"x"}]}',
  "lost", "protocol", "BAD_REPLY", describe)
row("describe: an item whose id is an object", 'replace/"ImagePipeline" {"ImagePipelineSet":[{"ImagePipelineId":{}}]}',
  "lost", "protocol", "BAD_REPLY", describe)
row("describe: an empty set", 'replace/"ImagePipeline" {"ImagePipelineSet":[]}', "final", "not_found", nil, describe)
row("describe: a count that is a word", 'field/"TotalCount":"many","MaxResults":{},"NextToken":[]', "ok", nil, nil,
  describe)
bad("delete: a list", "body/200 []", delete)
bad("delete: an empty object", "body/200 {}", delete)

return rows
