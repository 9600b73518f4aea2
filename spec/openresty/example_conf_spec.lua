-- `nginx -t` accepts examples/openresty/nginx.conf, byte for byte as it is checked in. nginx tries every path that the
-- file names, so what it would write goes into a mount namespace of its own.
local shell = require("ecs_pipeline.emulator.nginx.shell")

local EXAMPLE = "examples/openresty/nginx.conf"

-- Workers as root: an ordinary user who is root in a namespace can give files to nobody else.
local COMMAND = [[unshare %s--mount sh -c 'for folder in /run /var/log/nginx /var/lib/nginx; do
    mount -t tmpfs none $folder || exit 1
  done
  PATH=$PATH:/usr/sbin nginx -t -g "user root;" -c "$0"; echo "exit code $?"' %s 2>&1]]

local function check(path)
  local user = shell.line("id -u") == "0" and "" or "--user --map-root-user "
  return shell.output(COMMAND:format(user, shell.quote(path)))
end

describe("examples/openresty/nginx.conf", function()
  it("is accepted by nginx -t, without a warning", function()
    local said = check(shell.line("pwd") .. "/" .. EXAMPLE)
    assert.matches("test is successful\nexit code 0\n$", said)
    assert.is_nil(said:find("[warn]", 1, true), said)
  end)

  -- A check that accepts everything would not notice.
  for name, change in pairs({
    ["with a directive that is misspelt"] = { "lua_ssl_verify_depth", "lua_ssl_verify_deep" },
    ["with an authority that is not there"] = { "ca%-certificates%.crt", "no-certificates.crt" },
    ["without the module"] = { "load_module modules/ngx_http_lua_module.so;", "" },
  }) do
    it("is refused " .. name, function()
      local path = os.tmpname()
      finally(function() os.remove(path) end)
      local text, count = assert(shell.read(EXAMPLE)):gsub(change[1], (change[2]:gsub("%%", "%%%%")))
      assert.equal(1, count)
      shell.write(path, text)
      local said = check(path)
      assert.matches("%[emerg%]", said)
      assert.matches("exit code 1\n$", said)
    end)
  end
end)
