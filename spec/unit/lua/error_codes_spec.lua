-- The tables of docs/errors.md and lua/ecs_pipeline/error_codes.lua say the same, and each code is what they say when
-- it comes the way that codes come: as a reply, or as a transport's failure, to a call that reads and one that writes.
local ecs = require("ecs_pipeline")
local error_codes = require("ecs_pipeline.error_codes")
local errors = require("ecs_pipeline.errors")
local fake = require("spec.support.fake")
local markdown = require("spec.support.markdown_table")
local repo = require("spec.support.repo")
local retry = require("ecs_pipeline.call.retry")
local service_codes = require("spec.support.service_codes")

local DOCS = repo.read("docs/errors.md")

local function quoted(cell)
  local list = {}
  for text in cell:gmatch("`([^`]+)`") do
    list[#list + 1] = text
  end
  return list
end

-- Hints that depend on the error: what the table says about them → a part of each of them.
local DYNAMIC = {
  ["*where the signed texts differ*"] = "secret",
  ["*which key, and what to check*"] = "key",
  ["*how far the clock is off*"] = "clock",
  ["*which part of the token is wrong*"] = "token",
  ["*renew the token*"] = "token has expired",
  ["*the statement that allows the role*"] = "CreateServiceLinkedRole",
  ["*the RAM action that is missing*"] = "RAM action",
}

local CREATE = { base_image = "m-1", base_image_type = "IMAGE" }

-- Sends a read and a write that meet the same step. → the two errors, and how many requests the write took
local function both(step, options)
  options = options or { retry = false }
  local client, transport = fake.client({ step }, options)
  local _, _, read = client.pipeline.describe("ip-1")
  local before = #transport.requests
  local _, _, write = client.pipeline.create(CREATE)
  return read, write, #transport.requests - before
end

local function exit_codes(read, write)
  return { ecs.exit_code(nil, read.message, read), ecs.exit_code(nil, write.message, write) }
end

describe("the codes of the service in docs/errors.md", function()
  local rows, unknown = {}, {}
  for _, cells in ipairs(markdown(DOCS, "Codes of the service", "Code")) do
    local exit, exit_write = cells[4]:match("^(%d+) ?/? ?(%d*)$")
    local row = { codes = quoted(cells[1]), class = cells[2]:match("^%l+"),
      settles = cells[2]:find(", networks wait", 1, true) ~= nil, kind = quoted(cells[3])[1], hint = cells[5],
      exit = { tonumber(exit), tonumber(exit_write ~= "" and exit_write or exit) } }
    if row.codes[1] then
      rows[#rows + 1] = row
    else
      unknown[cells[1]] = row
    end
  end

  it("are the rows of the library, in its order", function()
    for index, row in ipairs(error_codes.SERVICE) do
      local shown = rows[index] or {}
      assert.same({ table.concat(row, " "), row.kind or "api", row.hint or "", row.settles or false },
        { table.concat(shown.codes or {}, " "), shown.kind, DYNAMIC[shown.hint] and "" or shown.hint, shown.settles })
    end
    assert.equal(#error_codes.SERVICE, #rows)
  end)

  it("name each code once, and kinds and classes that exist", function()
    local seen = {}
    for _, row in ipairs(rows) do
      assert.is_string(errors.KINDS[row.kind], row.kind)
      for _, code in ipairs(row.codes) do
        assert.is_nil(seen[code], code)
        seen[code] = true
      end
    end
  end)

  -- Written once more, on purpose: which row is a code's?
  local function row_of(code, status)
    for _, row in ipairs(rows) do
      for _, name in ipairs(row.codes) do
        if name == code then
          return row, name
        end
      end
    end
    for _, row in ipairs(rows) do
      for _, name in ipairs(row.codes) do
        local pattern = name:gsub("%.", "%%."):gsub("%*", ".*")
        if name:find("*", 1, true) and code:find("^" .. pattern .. "$") then
          return row, name
        end
      end
    end
    return status >= 500 and unknown["any other, status 5xx"] or unknown["any other"]
  end

  local used = {}
  for _, case in ipairs(service_codes.list) do
    local code, status = case.code, case.status
    it(("%s %d"):format(code, status), function()
      local row, name = row_of(code, status)
      used[name or ""] = true
      local step = fake.refusal(status, code)
      local read, write = both(step)
      for _, err in ipairs({ read, write }) do
        assert.same({ code, row.kind, status }, { err.code, err.kind, err.status })
        assert.equal(row.class, retry.classify(err))
        if DYNAMIC[row.hint] then
          assert.matches(DYNAMIC[row.hint], err.hint, 1, true)
        elseif row.hint ~= "" then
          assert.equal(row.hint, err.hint)
        end
      end
      assert.equal(row.hint ~= "", read.hint ~= nil)
      assert.same(row.exit, exit_codes(read, write))
      assert.equal(row.exit[2] == 13 and "unknown" or nil, write.outcome)
      assert.is_nil(read.outcome)
      -- with retries: again, or not, and always with the same token
      local ok = fake.reply(200, { RequestId = "R", ImagePipelineId = "ip-1" })
      local client, transport, platform = fake.client({ step, ok })
      local made = client.pipeline.create(CREATE)
      assert.equal(row.exit[1] == 11, made ~= nil)
      assert.equal(made and 2 or 1, #transport.requests)
      if made then
        local first, second = fake.parameters(transport.requests[1]), fake.parameters(transport.requests[2])
        assert.equal(first.ClientToken, second.ClientToken)
        assert.not_equal(transport.requests[1].headers["x-acs-signature-nonce"],
          transport.requests[2].headers["x-acs-signature-nonce"])
        assert.is_true(row.class ~= "pending" or platform.slept[1] >= 3)
      end
    end)
  end

  it("are all in use: a code of the service's pages, or reached by a code of this form", function()
    for index, row in ipairs(rows) do
      for _, code in ipairs(row.codes) do
        local made, patterns = code:gsub("%*", "Xyz")
        assert.equal(error_codes.SERVICE[index], error_codes.of(made), code)
        assert.is_true(patterns > 0 or used[code] == true, code .. " is not in spec/support/service_codes.lua")
      end
    end
    assert.is_true(used[""]) -- and there are codes that are not in the table
  end)

  it("of any other form get the row of any other", function()
    for _, code in ipairs({ "Never.Heard.Of.It", "invalidname.malformed", ("Invalid"):rep(1000), "" }) do
      assert.same({}, error_codes.of(code))
    end
    assert.same({}, error_codes.of(nil))
    assert.equal("validation", errors.kind_of("InvalidName.Malformed"))
  end)
end)

describe("error_codes.names_region", function()
  it("knows the codes of a region that does not exist", function()
    for code, wanted in pairs({ ["InvalidRegionId.NotFound"] = true, ["InvalidToRegionId.NotFound"] = true,
      ["InvalidRegionId"] = false, ["InvalidVpcId.NotFound"] = false, [""] = false }) do
      assert.equal(wanted, error_codes.names_region(code), code)
    end
    assert.is_false(error_codes.names_region(nil))
  end)
end)

describe("the codes of the library in docs/errors.md", function()
  -- What the table cannot say: how such a failure comes.
  local REPLIES = {
    ["BAD_REPLY"] = fake.reply(502, "<html>"), ["BAD_REPLY 4xx"] = fake.reply(404, "<html>"),
    ["REDIRECT"] = fake.reply(302, ""),
  }

  local documented = {}
  local function check(name, reason, row)
    local code = name:match("^%S+")
    documented[code] = true
    documented[reason and code .. " " .. reason or code] = true
    local may_pass = row.passes:find("^yes") ~= nil
    local function step(sent)
      return REPLIES[name]
        or { failed = { kind = row.kind, code = code, reason = reason, sent = sent, message = "no" } }
    end
    local sent = row.after ~= nil
    local read, write = both(step(sent))
    assert.same({ row.kind, code, may_pass }, { read.kind, read.code, read.retryable })
    assert.same({ row.exit, row.after or row.exit }, exit_codes(read, write))
    assert.equal(row.after and "unknown" or nil, write.outcome)
    if not REPLIES[name] then -- nothing was sent: a write is as a read
      assert.same({ row.exit, row.exit }, exit_codes(both(step(false))))
    end
    local again = may_pass and row.passes == "yes"
    local _, _, requests = both(step(false), {})
    assert.equal((again and not REPLIES[name] or name == "BAD_REPLY") and 5 or 1, requests)
  end

  for _, cells in ipairs(markdown(DOCS, "Codes of this library", "`err.code`")) do
    local name, reasons = cells[1]:gsub("`", ""), quoted(cells[2])
    local row = { kind = quoted(cells[3])[1], passes = cells[5], exit = tonumber(cells[6]),
      after = tonumber(cells[7]) }
    it(name .. " " .. (reasons[1] or ""), function()
      if not reasons[1] then
        check(name, nil, row)
      end
      for _, reason in ipairs(reasons) do
        check(name, reason, row)
      end
    end)
  end

  it("are those of the library", function()
    for _, row in ipairs(error_codes.OWN) do
      for _, code in ipairs(row) do
        assert.is_true(documented[code], code)
      end
    end
  end)

  it("are all codes and reasons that the sources can produce", function()
    local count = 0
    local function produced(text, pattern)
      for kind, code in text:gmatch(pattern) do
        count = count + 1
        assert.is_true(errors.KINDS[kind] == nil or documented[code] == true, code)
      end
    end
    for _, path in ipairs(repo.files("csrc/curl", "%.c$")) do
      produced(repo.read(path), '"(%l+)",%s*"(%u[%u_]+)"')
    end
    for _, folder in ipairs({ "transport", "call" }) do
      for _, path in ipairs(repo.files("lua/ecs_pipeline/" .. folder, "%.lua$")) do
        local text = repo.read(path)
        produced(text, 'unsent%("(%l+)", "(%u[%u_]+)"')
        produced(text, 'kind = "(%l+)", code = "(%u[%u_]+)"')
      end
    end
    assert.is_true(count >= 30)
    for _, path in ipairs({ "csrc/curl/tls_reason.c", "csrc/curl/failure.c",
      "lua/ecs_pipeline/transport/cosocket_errors.lua" }) do
      for reason in repo.read(path):gmatch('reason = "([%l_]+)"') do
        assert.is_true(documented["TLS " .. reason] or documented["PROXY " .. reason], reason)
      end
      for reason in repo.read(path):gmatch('{"([%l_]+)", "the [^"]+"}') do
        assert.is_true(documented["TLS " .. reason], reason)
      end
    end
  end)

  it("of credentials depend on what failed behind them", function()
    local function failing(cause, absent)
      return { get = function()
        return nil, "no keys", { kind = "credentials", message = "no keys", sent = false, cause = cause,
          absent = absent }
      end }
    end
    for _, case in ipairs({
      { { kind = "transport", code = "CONNECT" }, 11 }, { { kind = "timeout", code = "TIMEOUT" }, 11 },
      { { kind = "throttled", code = "Throttling.User" }, 11 }, { { kind = "api", code = "InternalError" }, 11 },
      { { kind = "protocol", status = 503 }, 11 }, { { kind = "protocol", status = 404 }, 8 },
      { { kind = "transport", code = "TLS", reason = "expired" }, 8 },
      { { kind = "denied", code = "NoPermission" }, 8 }, { nil, 8 }, { { code = "DEADLINE" }, 11 },
      { { code = "NO_TRANSPORT" }, 8 }, { { kind = "timeout", code = "TIMEOUT" }, 8, true },
      { { kind = "credentials", cause = { kind = "transport", code = "RESET" } }, 11 },
    }) do
      local client, transport = fake.client({ fake.unsent() }, { credentials = failing(case[1], case[3]) })
      local none, message, err = client.pipeline.create(CREATE)
      assert.same({ "credentials", case[2] == 11 }, { err.kind, err.retryable })
      assert.equal(case[2], ecs.exit_code(none, message, err))
      assert.same({ 1, 0 }, { err.attempts, #transport.requests }) -- the source has tried again by itself
    end
  end)
end)
