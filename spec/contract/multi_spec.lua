-- One request at a time through curl_multi fulfils the send contract; then the cases with many requests.

local child = require("spec.support.child_lua")
local core = require("ecs_pipeline.core")
local curl = require("ecs_pipeline.transport.curl")
local raw_server = require("spec.support.raw_server")
local tls_server = require("spec.support.tls_server")

local function multi_of()
  return require("ecs_pipeline.curl").multi()
end

-- Carries on until the exchange is over.
local function finish(multi, id)
  while true do
    local over, reply, err = multi:next()
    if over == id then
      return reply, err
    elseif not over then
      multi:step(60)
    end
  end
end

require("spec.contract.send_contract")("curl_multi", function(options)
  local transport, multi = curl.new(options), multi_of()
  return { send = function(request, deadline)
    local id, err = transport.start(multi, request, deadline)
    if not id then
      return nil, err
    end
    return finish(multi, id)
  end, close = function()
    multi:close()
    transport.close()
  end }
end, {
  clock = core.clock,
  close = function(transport) transport.close() end,
})

describe("a multi", function()
  local server, multi, transport

  setup(function()
    server = raw_server.start(120)
  end)

  teardown(function()
    server.stop()
  end)

  before_each(function()
    multi, transport = multi_of(), curl.new()
  end)

  after_each(function()
    multi:close()
    transport.close()
  end)

  local function start(path, deadline, other)
    return (other or transport).start(multi, { method = "POST", url = server.url(path), headers = {},
      body = "a=1" }, deadline)
  end

  local function all(count)
    local over = {}
    for _ = 1, count do
      local id, reply, err = multi:next()
      while not id do
        multi:step(60)
        id, reply, err = multi:next()
      end
      over[id] = { reply = reply, err = err }
    end
    return over
  end

  it("carries many at once and says which is which", function()
    local ids = {}
    for index = 1, 40 do
      ids[index] = assert(start("/ok/" .. index, core.clock() + 30))
    end
    local over = all(40)
    for index, id in ipairs(ids) do
      assert.equal(index, #over[id].reply.body)
    end
    assert.is_nil(multi:next())
    assert.equal(0, multi:step(60)) -- does not block: nothing is under way
  end)

  it("uses its connections again", function()
    start("/count")
    local before = all(1)
    local id = assert(start("/count"))
    local after = all(1)[id].reply.body
    local _, first = next(before)
    assert.equal(first.reply.body:match("^%d+"), after:match("^%d+"))
  end)

  it("takes another connection when the kept one was spoken to out of turn", function()
    start("/unasked")
    all(1)
    core.sleep(0.05) -- the unasked reply arrives
    local id = assert(start("/ok/7"))
    assert.equal(7, #all(1)[id].reply.body)
  end)

  it("ends one by its id and leaves the others alone", function()
    local slow, quick = assert(start("/hang")), assert(start("/ok/3"))
    assert.is_true(multi:cancel(slow))
    assert.is_false(multi:cancel(slow))
    local over = all(2)
    assert.equal("cancelled CANCELLED", over[slow].err.kind .. " " .. over[slow].err.code)
    assert.equal(200, over[quick].reply.status)
  end)

  it("ends those of a transport that is closed, and no others", function()
    local other = curl.new()
    local slow, quick = assert(start("/hang", nil, other)), assert(start("/slow/0.2"))
    multi:step(0)
    other.close()
    local over = all(2)
    assert.equal("cancelled", over[slow].err.kind)
    assert.equal(200, over[quick].reply.status)
    assert.has_error(function() start("/ok", nil, other) end)
  end)

  it("keeps each one's deadline", function()
    local late = assert(start("/hang", core.clock() + 0.1))
    local fine = assert(start("/slow/0.3", core.clock() + 30))
    local over = all(2)
    assert.equal("timeout", over[late].err.kind)
    assert.equal(200, over[fine].reply.status)
    local none, err = start("/ok", core.clock() - 1)
    assert.is_nil(none)
    assert.same({ "timeout", false }, { err.kind, err.sent })
  end)

  it("survives its transport, collected while a request is under way", function()
    local lonely = curl.new()
    local id = assert(start("/slow/0.2", nil, lonely))
    lonely = nil -- luacheck: ignore
    collectgarbage()
    collectgarbage()
    assert.equal(200, all(1)[id].reply.status)
  end)

  it("loses nothing when a request cannot be read", function()
    for _ = 1, 3 do
      assert.has_error(function()
        transport.start(multi, { method = "POST", url = server.url("/ok"), headers = { a = {} } })
      end)
      assert.has_error(function()
        transport.start(multi, { method = "POST", headers = {} })
      end)
    end
    local id = assert(start("/ok/7"))
    assert.equal(7, #all(1)[id].reply.body)
  end)

  it("shows what to watch and how long", function()
    assert.same({}, multi:descriptors())
    assert.is_nil(multi:timeout())
    local id = assert(start("/slow/0.3"))
    local watched = {}
    while #watched == 0 do
      multi:step(0.01)
      watched = multi:descriptors()
    end
    assert.is_number(watched[1].fd)
    assert.is_true(watched[1].read or watched[1].write)
    assert.equal(200, all(1)[id].reply.status)
  end)

  it("cannot be used when closed, except to be closed again", function()
    local mine = multi_of()
    assert(transport.start(mine, { method = "POST", url = server.url("/hang"), headers = {} }))
    mine:close()
    mine:close()
    assert.has_error(function() mine:step(0) end, "the multi is closed")
    assert.has_error(function() transport.start({}, {}) end)
    assert.has_error(function() multi:step(-1) end)
  end)

  -- With Debian's libcurl each new connection would parse 145 certificates (20 ms and more) again.
  it("does not read the CA bundle again for a new connection", function()
    local tls, path = tls_server.start(), os.tmpname()
    local function write(text)
      local file = assert(io.open(path, "w"))
      file:write(text)
      file:close()
    end
    local bundle = assert(io.open(tls.bundle_file))
    write(bundle:read("*a"))
    bundle:close()
    local secure = curl.new({ ca_file = path })
    for round = 1, 4 do
      local id = assert(secure.start(multi, { method = "POST", url = tls.url("good", "/once"), headers = {},
        body = "" }, core.clock() + 20))
      local over = all(1)[id]
      assert.equal(200, over.reply and over.reply.status, round .. ": " .. (over.err or { message = "" }).message)
      write("no certificate at all") -- whoever reads it now can connect to nobody
    end
    os.remove(path)
    secure.close()
    tls.stop()
  end)

  it("tells a forked child that its exchanges are the parent's, and goes on in both", function()
    child.build_forking()
    local ok, printed = child.run(([[
      local forking = require("forking")
      local core = require("ecs_pipeline.core")
      local curl = require("ecs_pipeline.curl")
      local transport, multi = curl.transport(), curl.multi()
      local function ask(path)
        return assert(transport.start(multi, { method = "POST", url = %q .. path, headers = {} },
          core.clock() + 20))
      end
      local function finish()
        local id, reply, err = multi:next()
        while not id do
          multi:step(20)
          id, reply, err = multi:next()
        end
        return id, reply, err
      end
      ask("/ok/1")
      finish()
      local id = ask("/slow/0.5")
      multi:step(0.05)
      local pid = forking.fork()
      if pid == 0 then
        local mine = ask("/ok/2")
        local first, _, err = finish()
        local second, reply = finish()
        forking.exit(first == id and err.kind == "cancelled" and second == mine
          and reply.status == 200 and 0 or 1)
      end
      assert(forking.wait(pid) == 0, "the child failed")
      local over, reply = finish()
      assert(over == id and reply.status == 200)
      print("both fine")
    ]]):format(server.url("")), "ASAN_OPTIONS=detect_leaks=0") -- the child abandons what it inherits
    assert.is_true(ok, printed)
    assert.equal("both fine\n", printed)
  end)
end)
