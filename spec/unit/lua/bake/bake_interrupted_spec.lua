-- ecs.bake, killed before and after every send and every journal write, then called again: one template, one image.
local mortal = require("spec.support.killed_at_step")
local virtual = require("spec.support.virtual")

local function spec(fields)
  local args = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN make" }
  for name, value in pairs(fields or {}) do
    args[name] = value
  end
  return args
end

-- One row a way of baking: what was baked before, what is baked, how many templates and executions then remain, and how
-- many steps there are at least, writes to the journal among them.
local ROWS = {
  { what = "the first time", templates = 1, executions = 1, steps = 13 },
  { what = "side by side", before = true, fields = { build_content = "RUN make all" }, templates = 2, executions = 2,
    steps = 14 },
  { what = "and retire", before = true, fields = { build_content = "RUN make all" }, templates = 1, executions = 1,
    options = { replace = "retire", archive = false }, steps = 17 },
  { what = "again, unchanged", before = true, templates = 1, executions = 1, steps = 5 },
}

local function killed_at(row, n, when, journalled)
  local client, emulator = virtual.client()
  if row.before then
    assert(client.bake(spec(), { poll = 900 }))
  end
  local death, journal = mortal.new(n, when), mortal.memory()
  local function options(kept)
    local all = { poll = 900, journal = journalled and kept or nil }
    for name, value in pairs(row.options or {}) do
      all[name] = value
    end
    return all
  end
  local doomed = client.with({ transport = death.transport(emulator:transport()) })
  if not mortal.run(function() assert(doomed.bake(spec(row.fields), options(death.journal(journal)))) end) then
    return false
  end
  local again = assert(client.bake(spec(row.fields), options(journal)))
  assert.is_true(again.ok)
  local state = emulator:state()
  local where = ("%s step %d"):format(when, n)
  assert.same({ row.templates, row.executions }, { #state.pipelines, #state.executions }, where)
  -- of what was replaced the image stays
  assert.equal(row.before and row.fields and 2 or 1, #state.images, where)
  local third = assert(client.bake(spec(row.fields), options(journal)))
  assert.same({ "unchanged", again.image_id }, { third.outcome, third.image_id }, where)
  return true
end

describe("ecs.bake, killed", function()
  for _, row in ipairs(ROWS) do
    for _, when in ipairs({ "before", "after" }) do
      for _, journalled in ipairs(when == "after" and { true, false } or { true }) do
        it(when .. " every step, " .. row.what .. (journalled and "" or ", without a journal"), function()
          local n = 0
          while killed_at(row, n + 1, when, journalled) do
            n = n + 1
          end
          assert.is_true(n >= (journalled and row.steps or 3), "only " .. n .. " steps")
        end)
      end
    end
  end
end)
