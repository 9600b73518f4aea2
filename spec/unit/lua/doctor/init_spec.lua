-- ecs.doctor: what it says of this process, of options, of sources. What it says of a service is in
-- service_spec.lua.
local doctor_rows = require("spec.support.doctor_rows")
local ecs = require("ecs_pipeline")

local offline, fails = doctor_rows.offline, doctor_rows.fails

describe("ecs.doctor", function()
  it("makes a row of what raises", function()
    local provider = { get = function() error("Signature=CANARY") end }
    local row = offline({ region = "cn-hangzhou", credentials = provider }).credentials
    fails(row, "doctor/init_spec", "raised this")
    assert.is_nil(row.detail:find("CANARY", 1, true))
  end)

  it("is a table to read, a line for each check and each hint", function()
    local _, report = offline({}, {}, { cjson = function() return nil, "no\27[31mne" end })
    local lines, hints = {}, 0
    for line in tostring(report):gmatch("[^\n]+") do
      lines[#lines + 1] = line
      assert.is_nil(line:find("%c"))
    end
    for _, row in ipairs(report.checks) do
      hints = hints + (row.hint and 1 or 0)
    end
    assert.equal(("ecs_pipeline 0.1.0: %d passed, %d failed, %d not checked"):format(report.passed, report.failed,
      report.skipped), lines[1])
    assert.equal(1 + #report.checks + hints, #lines)
    assert.equal(#report.checks, report.passed + report.failed + report.skipped)
    assert.matches("\n  FAILED  cjson  +no %[31mne\n +%-> install it", tostring(report))
  end)

  it("raises for options that it does not have, and when closed", function()
    assert.error_matches(function() ecs.doctor({ on_line = false }) end,
      "doctor: unknown option \"on_line\" %(did you mean \"online\"%?%)")
    assert.error_matches(function() ecs.doctor("x") end, "doctor: call options must be a table")
    local client = ecs.new({})
    client.close()
    assert.error_matches(function() client.doctor() end, "doctor: the client has been closed")
  end)
end)
