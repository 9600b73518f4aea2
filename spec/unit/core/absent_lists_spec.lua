-- Answers of every list operation that leave its list out. Where the API gives a count or a token, the answer must say
-- by them that there is nothing; otherwise a RequestId alone says so.

local core = require("ecs_pipeline.core")
local fixture = require("spec.support.core_fixture")

-- The top fields of a result by name on the wire; is it about one resource, which has an id?
local function shape(operation)
  local fields, lists, about_one = {}, {}, false
  for _, field in ipairs(operation.results) do
    fields[field.wire] = field
    about_one = about_one or field.id == true
    if field.type == "objects" then
      lists[#lists + 1] = field
    end
  end
  return fields, lists, about_one
end

local LISTS = {}
for name, operation in pairs(core.operations()) do
  local fields, lists, about_one = shape(operation)
  if #lists > 0 and not about_one then
    LISTS[#LISTS + 1] = { name = name, lists = lists,
      count = fields.TotalCount ~= nil, token = fields.NextToken ~= nil }
  end
end
table.sort(LISTS, function(a, b) return a.name < b.name end)

local function finish(name, body)
  local request = assert(core.prepare(fixture.session(), name, {}, fixture.attempt({ validate = "off" })))
  return core.finish(request, { status = 200, headers = {}, body = body })
end

local function is_empty(row, body)
  local result, err = finish(row.name, body)
  assert(result, row.name .. ": " .. body .. ": " .. tostring(err.message))
  for _, field in ipairs(row.lists) do
    assert.same({}, result[field.name])
  end
end

local function is_refused(row, body)
  local result, err = finish(row.name, body)
  assert.is_nil(result, row.name .. " accepts " .. body)
  assert.equal("protocol BAD_REPLY", err.kind .. " " .. err.code)
end

-- An answer of this operation with such a list, and so many texts before it.
local function with_list(row, value, before)
  local parts = { '"RequestId":"R"', before }
  for _, field in ipairs(row.lists) do
    parts[#parts + 1] = ('"%s":%s'):format(field.wire, value:gsub("WRAPPER", field.wrapper))
  end
  return "{" .. table.concat(parts, ",") .. "}"
end

describe("an answer without its list", function()
  it("is looked at for each list operation there is", function()
    local names = {}
    for index, row in ipairs(LISTS) do
      names[index] = row.name .. (row.count and " count" or "") .. (row.token and " token" or "")
    end
    assert.same({ "component.describe count token", "execution.describe count token", "image.describe count",
      "instance_type.list token", "instance_type.supported", "pipeline.describe count token", "region.list",
      "resource_group.list count", "tags.list token", "vpc.list count", "vswitch.list count", "zone.available",
      "zone.list" }, names)
  end)

  it("is empty where the API has neither a count nor a token, and it is an answer of the service", function()
    for _, row in ipairs(LISTS) do
      local check = (row.count or row.token) and is_refused or is_empty
      check(row, '{"RequestId":"R"}')
      check(row, with_list(row, "null"))
      check(row, with_list(row, '{"WRAPPER":null}'))
      is_refused(row, "{}")
      is_refused(row, "[]")
      is_refused(row, '{"RequestId":null}')
      is_refused(row, '{"RequestId":""}')
      is_refused(row, '{"RequestId":7}')
    end
  end)

  it("is empty where its count is 0, and only there", function()
    for _, row in ipairs(LISTS) do
      if row.count then
        for _, zero in ipairs({ "0", '"0"', "0.0" }) do
          is_empty(row, '{"RequestId":"R","TotalCount":' .. zero .. "}")
          is_empty(row, with_list(row, "null", '"TotalCount":' .. zero))
          is_refused(row, '{"TotalCount":' .. zero .. "}")
        end
        for _, other in ipairs({ "3", '"3"', "-1", "0.5", '""', '"none"', "true", "false", "[]" }) do
          is_refused(row, '{"RequestId":"R","TotalCount":' .. other .. "}")
          is_refused(row, '{"RequestId":"R","NextToken":"","TotalCount":' .. other .. "}")
        end
      end
    end
  end)

  it("is empty where it has a token and no count", function()
    for _, row in ipairs(LISTS) do
      local check = row.token and is_empty or (row.count and is_refused)
      if check then
        check(row, '{"RequestId":"R","NextToken":""}')
        check(row, '{"RequestId":"R","TotalCount":null,"NextToken":"more"}')
        is_refused(row, '{"RequestId":"R","NextToken":null}')
        is_refused(row, '{"RequestId":"R","NextToken":0}')
      end
    end
  end)

  it("is none of these when the list is there and is none", function()
    for _, row in ipairs(LISTS) do
      is_empty(row, with_list(row, '{"WRAPPER":[]}'))
      is_empty(row, with_list(row, "[]"))
      for _, wrong in ipairs({ '""', "0", "true", '["x"]', '{"WRAPPER":""}', '{"WRAPPER":["x"]}',
        '{"WRAPPER":{"a":1}}' }) do
        is_refused(row, with_list(row, wrong, '"TotalCount":0,"NextToken":""'))
      end
    end
  end)
end)

describe("an answer about one resource", function()
  it("has no list that the service left out", function()
    local result = assert(finish("vpc.describe", '{"RequestId":"R","VpcId":"vpc-1"}'))
    assert.same({ id = "vpc-1", vpc_id = "vpc-1", request_id = "R" }, result)
  end)
end)
