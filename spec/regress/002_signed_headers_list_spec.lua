--- Found by sending a request that the vendor's SDK had signed, with "x-acs-date;" removed from SignedHeaders: the
--- emulator accepted it. It built the canonical request from the headers that must be signed, and never read the list
--- that the client had sent. So it accepted a client with a wrong list, which the service refuses, because the service
--- signs what is listed. Now the list must be the one that was signed.

local emulators = require("ecs_pipeline.emulator")
local caller = require("spec.support.emulator_caller")

describe("the emulator reads SignedHeaders", function()
  local function answer(change)
    local client = caller.new(emulators.new())
    local request = client:request("DescribeImagePipelines")
    local before = request.headers.authorization
    request.headers.authorization = before:gsub("SignedHeaders=([^,]+)", change)
    local status, reply = client:send(request)
    return status, reply.Code, before ~= request.headers.authorization
  end

  it("accepts the list that was signed", function()
    assert.same({ 200 }, { (answer("SignedHeaders=%1")) })
  end)

  for name, change in pairs({
    ["a name left out"] = function(list)
      return "SignedHeaders=" .. list:gsub("x%-acs%-date;", "")
    end,
    ["a name that was not signed"] = "SignedHeaders=accept;%1",
    ["another order"] = function(list)
      return "SignedHeaders=" .. list:gsub("^(host);(x%-acs%-action)", "%2;%1")
    end,
    ["capitals"] = function(list)
      return "SignedHeaders=" .. list:gsub("x%-acs%-date", "X-Acs-Date")
    end,
  }) do
    it("refuses " .. name, function()
      assert.same({ 400, "SignatureDoesNotMatch", true }, { answer(change) })
    end)
  end
end)
