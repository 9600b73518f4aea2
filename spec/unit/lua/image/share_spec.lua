-- image.share: ten accounts a call.
local fake = require("spec.support.fake")

describe("image.share", function()
  it("sends ten accounts a call", function()
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }) })
    local add = {}
    for number = 1, 23 do
      add[number] = 1000 + number
    end
    local done = assert(client.image.share("m-1", { add_account = add, remove_account = "7", is_public = false }))
    assert.same({ 23, { "7" }, "R", 3 }, { #done.added, done.removed, done.request_id, #transport.requests })
    local first, last = fake.parameters(transport.requests[1]), fake.parameters(transport.requests[3])
    assert.same({ "1010", "7", "false" }, { first["AddAccount.10"], first["RemoveAccount.1"], first.IsPublic })
    assert.same({ "1023" }, { last["AddAccount.3"], last["AddAccount.4"], last["RemoveAccount.1"], last.IsPublic })
  end)

  it("tells what was done before a failure, and refuses to do nothing", function()
    local add = {}
    for number = 1, 11 do
      add[number] = number
    end
    local client, transport = fake.client({ fake.reply(200, { RequestId = "R" }), fake.refusal(403, "Forbidden.RAM") })
    local _, _, err = client.image.share("m-1", { add_account = add })
    assert.same({ "denied", 10 }, { err.kind, #err.partial.added })
    err = select(3, client.image.share("m-1", {}))
    assert.equal("validation", err.kind)
    err = select(3, client.image.share("m-1", { add_account = { "me" } }))
    assert.equal("validation", err.kind)
    assert.equal(2, #transport.requests)
    assert.equal("1", client.image.share("m-1", { add_account = "1" }, { dry_run = true }).parameters["AddAccount.1"])
    assert.has_error(function() client.image.share("m-1") end)
  end)
end)
