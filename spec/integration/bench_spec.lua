-- `make bench` with a few calls: every row is there, floors sign every request, nothing is left behind. No figure is
-- judged.
local emulator = require("ecs_pipeline.emulator.nginx.server")
local repo = require("spec.support.repo")
local requests = require("bench.requests")
local servers = require("bench.servers")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local OPTIONAL = { ["by hand: luajit"] = true, ["vendor's SDK, node"] = true } -- not among what `make test` installs
local KEPT = { "ecs_pipeline, lua5.4", "ecs_pipeline, luajit", "by hand: luajit, luasocket, luaossl",
  "by hand: luajit, lua-curl, luaossl", "vendor's SDK, node" }
local OF_VALGRIND = "Instructions of "
local IN_NGINX, CJSON = { "ecs.map" }, { "core.finish" }

-- section, floor, other rows
local TABLES = {
  { "Describe, HTTP, kept connection", "bare C, libcurl easy", KEPT },
  { "Describe, HTTPS, kept connection", "bare C, libcurl easy", KEPT },
  { "pipeline.create with terraform's arguments, HTTP, kept connection", "bare C, libcurl easy",
    { "ecs_pipeline, lua5.4", "ecs_pipeline, luajit", "vendor's SDK, node" } },
  { "64 describes in flight, HTTP", "bare C, libcurl multi",
    { "ecs.map, lua5.4", "ecs.map, luajit", "vendor's SDK, node" } },
  { "One describe in a fresh process, HTTPS", "the curl command", { "ecs_pipeline, lua5.4", "ecs_pipeline, luajit",
    "bare C, libcurl easy", "by hand: luajit, luasec, luaossl", "vendor's SDK, node" } },
  { "100 describes in flight in one nginx worker", "by hand: cosockets, libcrypto", IN_NGINX },
  { "The same on a service that takes 300 ms", "by hand: cosockets, libcrypto", IN_NGINX },
  { "Decode a reply with 1 template, lua5.4", "cjson alone", CJSON },
  { "Decode a reply with 500 templates, lua5.4", "cjson alone", CJSON },
  { "Decode a reply with 500 templates, luajit", "cjson alone", CJSON },
  { OF_VALGRIND .. "a describe, HTTP, kept connection", "bare C, libcurl easy",
    { "ecs_pipeline, lua5.4", "ecs_pipeline, luajit", "by hand: luajit, luasocket, luaossl" } },
  { OF_VALGRIND .. "decoding a reply with 500 templates, lua5.4", "cjson alone", CJSON },
  { OF_VALGRIND .. "a describe of 100 in flight in one nginx worker", "by hand: cosockets, libcrypto", IN_NGINX },
}
local has_valgrind = shell.run("valgrind --version >/dev/null 2>&1")

local function bench(settings, sections, rounds)
  local lines, ok = repo.run(("LD_PRELOAD= BENCH_SHARE=0.001 %s bench/run.sh '%s' %s 2>&1"):format(settings, sections,
    rounds))
  return "\n" .. table.concat(lines, "\n") .. "\n", ok
end

-- The line of a row below the title of its section, without its name.
local function row_of(output, title, name)
  local _, from = output:find("\n" .. title .. "   (", 1, true)
  assert.truthy(from, "no section " .. title .. "\n" .. output)
  local stop = output:find("\n\n", from, true) or #output
  local _, finish = output:sub(from, stop):find("\n  " .. name .. "  ", 1, true)
  assert.truthy(finish, title .. " has no row " .. name .. "\n" .. output)
  return output:sub(from + finish - 1):match("^ *([^\n]*)")
end

local function is_measured(line, ratio)
  return line:find("^[%d.]+ +" .. ratio .. " %([%d.]+%-[%d.]+%)") ~= nil
end

local function check_row(output, title, name, ratio, optional)
  local line = row_of(output, title, name)
  optional = optional or title:find(OF_VALGRIND, 1, true) and not has_valgrind
  assert.is_true(is_measured(line, ratio) or optional and line:find("^not measured: %S") ~= nil,
    title .. ": " .. name .. ": " .. line)
end

describe("bench/run.sh", function()
  it("prints each row of each section, measured or with the reason why not", function()
    local output, ok = bench("", "", 1)
    assert.is_true(ok, output)
    for _, table_of in ipairs(TABLES) do
      check_row(output, table_of[1], table_of[2], "1%.00")
      for _, name in ipairs(table_of[3]) do
        check_row(output, table_of[1], name, "[%d.]+", OPTIONAL[name] or OPTIONAL[name:match("^[^,]*")])
      end
    end
  end)

  it("says why a row is not measured", function()
    local folder = shell.line("mktemp -d")
    shell.write(folder .. "/node", "#!/bin/sh\nexit 1\n")
    shell.run("chmod +x " .. folder .. "/node")
    local output, ok = bench("PATH=" .. folder .. ":$PATH", "create", 1)
    shell.run("rm -r " .. folder)
    assert.is_true(ok, output)
    assert.equal("not measured: node is not here",
      row_of(output, "pipeline.create with terraform's arguments, HTTP, kept connection", "vendor's SDK, node"))
  end)

  it("puts the library in the place of each floor to check itself", function()
    local output = bench("SELF=1", "decode", 1)
    for _, title in ipairs({ "Decode a reply with 1 template, lua5.4", "Decode a reply with 500 templates, luajit" }) do
      assert.is_true(is_measured(row_of(output, title, "core.finish, as the floor"), "1%.00"), output)
      assert.is_true(is_measured(row_of(output, title, "core.finish"), "[%d.]+"), output)
    end
    assert.truthy(output:find("\nEvery floor that is the library itself gives 1.00", 1, true)
      or output:find("\nNot 1.00 within the spread: Decode", 1, true), output)
  end)

  it("writes data of curves, and draws them where gnuplot is", function()
    local folder = shell.line("mktemp -d")
    local output, ok = bench("BENCH_CURVES=" .. folder, "tags,concurrency", 1)
    assert.is_true(ok, output)
    local drawn = shell.run("gnuplot --version >/dev/null 2>&1")
    for _, name in ipairs({ "tags", "concurrency" }) do
      assert.truthy(shell.read(("%s/%s.dat"):format(folder, name)):find('^"[^"\n]+"\n%d+ [%d.]+ [%d.]+ [%d.]+\n'), name)
      assert.equal(drawn, (shell.read(("%s/%s.svg"):format(folder, name)) or ""):find("</svg>", 1, true) ~= nil, name)
    end
    shell.run("rm -r " .. folder)
  end)

  it("refuses a section that it does not have", function()
    local output, ok = bench("", "seq,speed", 1)
    assert.is_false(ok)
    assert.truthy(output:find("bench: no section speed: choose of curves seq https", 1, true), output)
  end)

  it("stops its nginx and removes its folder when it is stopped", function()
    local folder = shell.line("mktemp -d")
    local pid = shell.line(("LD_PRELOAD= TMPDIR=%s bench/run.sh seq 1000 >/dev/null 2>&1 & echo $!"):format(folder))
    local nginx
    assert.is_true(shell.wait(20, function()
      nginx = (shell.line(("cat %s/*/*/nginx.pid 2>/dev/null"):format(folder)) or ""):match("%d+")
      return nginx ~= nil
    end))
    shell.run("kill -TERM " .. pid)
    assert.is_true(shell.wait(10, function() return not shell.alive(pid) and not shell.alive(nginx) end))
    assert.is_nil(shell.line("ls -A " .. folder))
    shell.run("rmdir " .. folder)
  end)
end)

describe("a floor of the benches", function()
  local service, query, worker
  local bare = os.tmpname()
  local keys = requests.KEYS

  setup(function()
    service = assert(emulator.start({ tls = false, emulator = {
      credentials = { [keys.access_key_id] = { secret = keys.access_key_secret } } } }))
    service.url = "http://127.0.0.1:" .. service.http_port
    local client = requests.client(service.url)
    local made = assert(client.pipeline.create(requests.create_with("name", "web-1")))
    client.close()
    query = requests.query("pipeline.describe", { ids = { made.id } })
    worker = servers.worker()
    assert(shell.run("LD_PRELOAD= cc -std=c99 -o " .. bare .. " bench/clients/bare.c -lcurl -lcrypto"))
  end)

  teardown(function()
    worker.stop()
    service.stop()
    os.remove(bare)
  end)

  -- Two calls after a warm one: a nonce that comes twice is refused.
  local ways = {
    ["bare C, easy"] = bare .. " 2 1 %s - 0 DescribeImagePipelines '%s' %s %s",
    ["bare C, multi"] = bare .. " 4 2 %s - 2 DescribeImagePipelines '%s' %s %s",
    ["luasocket"] = "luajit bench/clients/hand.lua 2 1 luasocket %s - '%s' %s %s",
    ["lua-curl"] = "luajit bench/clients/hand.lua 2 1 lua-curl %s - '%s' %s %s",
  }

  local function run(way, secret)
    return repo.run("LD_PRELOAD= " .. ways[way]:format(service.url, query, keys.access_key_id, secret) .. " 2>&1")
  end

  local has_luaossl = shell.run("luajit -e 'require(\"openssl.hmac\")' >/dev/null 2>&1")
  local modules = { luasocket = "socket", ["lua-curl"] = "curl" }
  for way in pairs(ways) do
    local module = modules[way]
    if not module or has_luaossl and shell.run(("luajit -e 'require(%q)' >/dev/null 2>&1"):format(module)) then
      it("signs each request: " .. way, function()
        local lines, ok = run(way, keys.access_key_secret)
        assert.is_true(ok, table.concat(lines, "\n"))
        assert.truthy(lines[1]:find("^[%d.]+ [%d.]+$"), lines[1])
        lines, ok = run(way, "wrong")
        assert.is_false(ok)
        assert.truthy(table.concat(lines):find("SignatureDoesNotMatch", 1, true), table.concat(lines, "\n"))
      end)
    end
  end

  local function in_nginx(secret)
    return shell.line(("curl -s -G --data-urlencode '%s' 'http://127.0.0.1:%d/bench?way=hand&port=%d&id=%s&secret=%s"
      .. "&count=2&times=2'"):format("query=" .. query, worker.port, service.http_port, keys.access_key_id, secret))
  end

  it("signs each request: cosockets", function()
    assert.truthy(in_nginx(keys.access_key_secret):find("^[%d.]+ [%d.]+$"), worker.log())
  end)

  it("is refused with a wrong key: cosockets", function()
    local other = servers.worker() -- the first has made its loop already
    worker, other = other, worker
    in_nginx("wrong")
    local log = worker.log()
    other.stop()
    assert.truthy(log:find("SignatureDoesNotMatch", 1, true), log)
  end)
end)
