-- docs/install.md, "Into OpenResty's own tree", followed as it stands: OpenResty's LuaJIT (Debian's luajit2), its
-- folders and its search paths; only the nginx is Debian's.
local blocks = require("spec.support.markdown_blocks").of
local curl = require("ecs_pipeline.transport.curl")
local nginx = require("spec.support.openresty_nginx.server")
local repo = require("spec.support.repo")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local OPENRESTY = "/usr/local/openresty"

local NGINX_CONF = [[
@MODULES@
@USER@
daemon on;
pid @PREFIX@/nginx.pid;
error_log @PREFIX@/error.log info;
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path @PREFIX@/tmp;
  proxy_temp_path @PREFIX@/tmp;
  fastcgi_temp_path @PREFIX@/tmp;
  uwsgi_temp_path @PREFIX@/tmp;
  scgi_temp_path @PREFIX@/tmp;
  lua_package_path "%s/site/lualib/?.lua;%s/site/lualib/?/init.lua;%s/lualib/?.lua;%s/lualib/?/init.lua";
  lua_package_cpath "%s/site/lualib/?.so;%s/lualib/?.so";
  server {
    listen 127.0.0.1:@PORT@;
    location / {
      content_by_lua_block {
        local ecs = require("ecs_pipeline")
        require("ecs_pipeline.emulator").configure()
        local result = assert(ecs.bake{ name = "web", base_image = "m-bp1example", base_image_type = "IMAGE" })
        ngx.say(result.outcome, " ", debug.getinfo(ecs.new, "S").source)
      }
    }
  }
}]]

local function command()
  for _, block in ipairs(blocks("docs/install.md")) do
    if block.text:find(OPENRESTY, 1, true) then
      return (block.text:gsub("%s+$", ""))
    end
  end
end

describe("docs/install.md", function()
  local folder, server

  setup(function()
    folder = shell.line("mktemp -d")
  end)

  teardown(function()
    if server then
      server.stop()
    end
    shell.run("rm -rf " .. folder)
  end)

  it("installs into OpenResty's tree, where its nginx finds everything, and nothing lies elsewhere", function()
    local tree = folder .. OPENRESTY
    shell.run(("mkdir -p %s/luajit/include %s/lualib && cp -R /usr/include/luajit-2.1 %s/luajit/include/")
      :format(tree, tree, tree))
    for _, name in ipairs({ "resty", "cjson" }) do -- what OpenResty brings with it
      shell.run(("for at in /usr/share/lua/5.1 /usr/lib/*/lua/5.1; do for file in $at/%s $at/%s.so; do "
        .. "[ ! -e $file ] || ln -s $file %s/lualib/; done; done"):format(name, name, tree))
    end
    -- compiled elsewhere than what other specs use
    local lines, ok = repo.run(("env -u MAKEFLAGS -u MAKELEVEL %s CFLAGS=-O0 BUILD=%s/build 2>&1")
      :format(command():gsub(OPENRESTY, tree), folder))
    assert.is_true(ok, table.concat(lines, "\n"))
    assert.same({}, repo.run(("find %s -type f -newer Makefile ! -path '%s/site/*' ! -path '%s/luajit/*' "
      .. "! -path '%s/build/*'"):format(folder, tree, tree, folder)))

    server = assert(nginx.start({ template = NGINX_CONF:gsub("%%s", tree) }))
    local reply = assert(curl.new({}).send({ method = "GET", headers = {}, body = "",
      url = ("http://127.0.0.1:%d/"):format(server.port) }))
    assert.equal(("success @%s/site/lualib/ecs_pipeline/init.lua\n"):format(tree), reply.body, server.log())
  end)
end)
