-- The gate of `make bench-instructions`: what it counts, what is red, and what it says where it does not judge.
local pieces = require("bench.instructions.pieces")
local report = require("bench.instructions.report")

local DUMP = [[
version: 1
positions: line
events: Ir

ob=/work/build/lua5.4/ecs_pipeline/core.so
fl=call.c
fn=prepare
10 100
+3 20
cob=/usr/lib/libcrypto.so.3
cfn=EVP_Digest
calls=2 0
12 9000
* 1
ob=/usr/lib/libcrypto.so.3
fn=EVP_Digest
0 9000
ob=/usr/bin/lua5.4
fn=luaV_execute
0 300
totals: 9421
]]

describe("the count of instructions", function()
  it("adds up what each object spends itself, without what it calls", function()
    assert.same({ ["core.so"] = 121, ["libcrypto.so.3"] = 9000, ["lua5.4"] = 300 },
      report.objects(DUMP:gmatch("([^\n]*)\n")))
  end)

  it("takes the mean of the seeds", function()
    assert.same({ own = 2, libc = 4 }, report.mean({ { own = 3, libc = 0 }, { own = 1, libc = 8 } }))
  end)

  it("is red from more than three percent above its budget, and without one", function()
    local rows = { { 100, 100, true, "+0.0 %" }, { 103, 100, true, "+3.0 %" }, { 104, 100, false, "+4.0 %  RED" },
      { 50, 100, true, "-50.0 %" }, { 100, nil, false, "no budget" } }
    for _, row in ipairs(rows) do
      local good, note = report.judge(row[1], row[2])
      assert.same({ row[3], row[4] }, { good, note })
    end
  end)

  -- A folder with the dumps of every piece, the Lua binary at so many instructions.
  local function folder(own)
    local path = os.tmpname()
    os.remove(path)
    assert(os.execute("mkdir " .. path))
    for _, piece in ipairs(pieces.LIST) do
      for seed = 1, 5 do
        local file = assert(io.open(("%s/%s.%d.1"):format(path, piece.name, seed), "w"))
        file:write("ob=/usr/bin/lua5.4\nfn=f\n0 ", own(piece) * piece.times, "\nob=/lib/libc.so.6\nfn=g\n0 999\n")
        file:close()
      end
    end
    return path
  end

  local function run(own, toolchain)
    local printed, path = {}, folder(own)
    local passed = report.run(path, toolchain, "check", function(line) printed[#printed + 1] = line end)
    os.execute("rm -r " .. path)
    return passed, printed[#printed], table.concat(printed, "\n")
  end

  local budget = require("bench.instructions.budget")
  local count = #pieces.LIST

  it("has a budget for every piece, and for nothing else", function()
    local names = { toolchain = true }
    for _, piece in ipairs(pieces.LIST) do
      names[piece.name] = true
    end
    for name in pairs(budget) do
      assert.is_true(names[name], name)
    end
    local passed, last = run(function(piece) return budget[piece.name] end, budget.toolchain)
    assert.same({ true, count .. " passed, 0 failed" }, { passed, last })
  end)

  it("fails for the one piece that costs more", function()
    local passed, last, all = run(function(piece)
      return budget[piece.name] * (piece.name == "check" and 1.04 or 1)
    end, budget.toolchain)
    assert.same({ false, count - 1 .. " passed, 1 failed" }, { passed, last })
    assert.matches("check .* %+4%.0 %%  RED", all)
  end)

  it("is not judged, and says so, with another compiler or Lua", function()
    local passed, last, all = run(function() return 1e9 end, "another compiler")
    assert.is_true(passed)
    assert.matches("^skipped: instructions are judged only with", last)
    assert.matches("this is:    another compiler", all, 1, true)
  end)
end)
