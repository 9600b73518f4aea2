--- Found by `make faults`: a connection that ended inside the reply's headers gave a reply with an empty body,
-- because for libcurl the end of the connection also ends the headers. Our checks of the headers (two lengths, unknown
-- codings) had not run, and the error was "not the JSON that was asked for" instead of "the connection broke".

local harness = require("spec.faults.harness")

describe("a reply that ends inside its headers", function()
  it("is a broken connection", function()
    local open = harness.open()
    finally(function() open:close() end)
    local row = { play = "close/in_headers", class = "lost", kind = "transport", code = "RESET", message = "cut short" }
    for _, call in ipairs(harness.CALLS) do
      assert.same({}, open:run(row, call, "always").problems)
    end
  end)
end)
