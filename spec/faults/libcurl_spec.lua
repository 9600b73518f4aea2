-- "One outcome on every system" in docs/errors.md: each symptom is a row of `make faults` with that kind and code, and
-- this system's libcurl has the number that the table says, where the table has its version.
local curl = require("ecs_pipeline.curl")
local families = require("spec.faults.rows")
local harness = require("spec.faults.harness")
local repo = require("spec.support.repo")

-- → list of { symptom, kind, code, retryable, numbers = { ["7.88"] = 27, … } }
local function read_table()
  local text = repo.read("docs/errors.md"):match("\n## One outcome on every system\n(.*)$")
  local versions, list = {}, {}
  for line in text:gmatch("\n(|[^\n]+)") do
    local cells = {}
    for cell in line:gmatch("|([^|]*)") do
      cells[#cells + 1] = cell:match("^%s*`?(.-)`?%s*$")
    end
    if cells[1] == "symptom" then
      for index = 2, 4 do
        versions[index] = cells[index]:match("^libcurl (%d+%.%d+)$")
      end
    elseif not cells[1]:find("^%-") then
      local numbers = {}
      for index, version in pairs(versions) do
        numbers[version] = tonumber(cells[index])
      end
      list[#list + 1] = { symptom = cells[1], numbers = numbers, kind = cells[5], code = cells[6],
        retryable = cells[7] }
    end
  end
  return list
end

local ROWS = {}
for _, family in ipairs(families) do
  for _, row in ipairs(family.rows) do
    ROWS[row.fault] = row
  end
end

local version = curl.version():match("^libcurl/(%d+%.%d+)")

describe("docs/errors.md, symptom by symptom:", function()
  local open

  setup(function() open = harness.open() end)
  teardown(function() open:close() end)

  -- What the program of this libcurl, with no checks of ours, ends with.
  local function number_of(row)
    open.server.play(type(row.play) == "table" and row.play or { row.play }, true)
    local url = row.endpoint and row.endpoint(open) or open.server.url("")
    local ca_file = (row.options and row.options(open) or {}).ca_file
    -- A sanitizer that is preloaded into the spec is not for the program.
    local command = "LD_PRELOAD= curl -s -o /dev/null --compressed --http1.1 --max-time 10 --noproxy '*' %s "
      .. "-X POST -d '' '%s/?Action=DescribeRegions'; echo $?"
    local pipe = io.popen(command:format(ca_file and "--cacert '" .. ca_file .. "'" or "", url))
    local number = tonumber(pipe:read("*a"):match("(%d+)%s*$"))
    pipe:close()
    return number
  end

  for _, entry in ipairs(read_table()) do
    it(entry.symptom, function()
      local row = assert(ROWS[entry.symptom], "no such row in spec/faults/rows")
      assert.same({ row.kind or "", row.code or "" }, { entry.kind, entry.code })
      assert.equal(row.class == "ok" and "" or row.class == "final" and "no" or "yes", entry.retryable)
      local count = 0
      for _ in pairs(entry.numbers) do count = count + 1 end
      assert.equal(3, count, "a number for each version")
      if entry.numbers[version] then
        assert.equal(entry.numbers[version], number_of(row))
      end
    end)
  end

  it("has symptoms, and a libcurl to ask", function()
    assert.is_true(#read_table() >= 20)
    assert.is_string(version)
  end)
end)
