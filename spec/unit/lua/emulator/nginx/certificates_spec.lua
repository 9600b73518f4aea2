local certificates = require("ecs_pipeline.emulator.nginx.certificates")
local scratch = require("spec.support.scratch")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local folder

scratch.each(before_each, after_each, function(path) folder = path end)

describe("certificates for a server", function()
  it("are for localhost and 127.0.0.1, of an authority of their own", function()
    local ca = assert(certificates.make(folder))
    assert.is_true(shell.run(("openssl verify -CAfile %s -verify_hostname localhost %s/server.pem >/dev/null 2>&1")
      :format(ca, folder)))
    assert.is_true(shell.run(("openssl verify -CAfile %s -verify_ip 127.0.0.1 %s/server.pem >/dev/null 2>&1")
      :format(ca, folder)))
    assert.is_false(shell.run(("openssl verify -CAfile %s -verify_hostname example.com %s/server.pem >/dev/null 2>&1")
      :format(ca, folder)))
  end)

  it("are missing for a reason", function()
    shell.run("mkdir " .. folder .. "/ca.key")
    local ca, why = certificates.make(folder)
    assert.is_nil(ca)
    assert.matches("^openssl failed: .*ca%.key", why)
  end)
end)
