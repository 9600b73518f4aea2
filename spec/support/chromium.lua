--- A headless Chromium, spoken to over a pair of pipes in its DevTools protocol (--remote-debugging-pipe: JSON texts,
--- each ended by a zero byte).
--     local browser = require("spec.support.chromium").start()
--     local page = browser:open(url)
--     page:evaluate("document.title"); page:wait_for("document.title !== ''"); browser:stop()
local cjson = require("cjson").new()
local shell = require("ecs_pipeline.emulator.nginx.shell")

local M = {}

local Browser, Page = {}, {}
Browser.__index, Page.__index = Browser, Page

-- A browser that hangs is ended by itself, and with it the pipe that we read from.
local LIFETIME = 240

local function read_message(browser)
  local bytes = {}
  repeat
    local byte = browser.output:read(1)
    assert(byte, "Chromium ended: " .. (shell.read(browser.folder .. "/log") or ""))
    bytes[#bytes + 1] = byte
  until byte == "\0"
  bytes[#bytes] = nil
  return cjson.decode(table.concat(bytes))
end

--- Sends a command and waits for its result; events on the way are kept.
function Browser:call(method, params, session)
  self.last_id = self.last_id + 1
  assert(self.input:write(cjson.encode({ id = self.last_id, method = method, params = params, sessionId = session }),
    "\0"))
  assert(self.input:flush())
  while true do
    local answer = read_message(self)
    if answer.id == self.last_id then
      assert(not answer.error, answer.error and method .. ": " .. tostring(answer.error.message))
      return answer.result
    elseif answer.method then
      self.events[#self.events + 1] = answer
    end
  end
end

--- Starts it.
-- @treturn Browser
function M.start()
  assert(shell.run("command -v chromium >/dev/null"),
    "chromium is not installed: `make test-openresty` brings it (Debian: apt-get install chromium)")
  local folder = assert(shell.line("mktemp -d -t ecs_pipeline.XXXXXX"))
  local quoted = shell.quote(folder)
  assert(shell.run(("mkfifo %s/in %s/out"):format(quoted, quoted)))
  -- `timeout` passes what ends it on to the browser; its children end with it.
  local pid = assert(shell.line(("exec timeout -k 5 %d chromium --headless --no-sandbox --disable-gpu "
    .. "--disable-dev-shm-usage --no-first-run --disable-background-networking --disable-component-update "
    .. "--user-data-dir=%s/profile --remote-debugging-pipe about:blank 3<%s/in 4>%s/out >%s/log 2>&1 </dev/null "
    .. "& echo $!")
    :format(LIFETIME, quoted, quoted, quoted, quoted)))
  local browser = setmetatable({ pid = pid, folder = folder, last_id = 0, events = {} }, Browser)
  -- For reading as well: written to after the browser has died, a pipe without a reader would end us by SIGPIPE.
  browser.input = assert(io.open(folder .. "/in", "r+b"))
  browser.output = assert(io.open(folder .. "/out", "rb"))
  return browser
end

--- Opens a page in a tab of its own.
-- @treturn Page
function Browser:open(url)
  local target = self:call("Target.createTarget", { url = "about:blank" }).targetId
  local page = setmetatable({ browser = self,
    session = self:call("Target.attachToTarget", { targetId = target, flatten = true }).sessionId }, Page)
  page:call("Log.enable")
  page:call("Network.enable")
  page:call("Page.navigate", { url = url })
  return page
end

function Page:call(method, params)
  return self.browser:call(method, params, self.session)
end

--- What a JavaScript expression is now.
function Page:evaluate(expression)
  local result = self:call("Runtime.evaluate", { expression = expression, returnByValue = true })
  assert(not result.exceptionDetails, expression)
  return result.result.value
end

--- Asks until an expression is true; whether it became so.
function Page:wait_for(expression, seconds)
  return shell.wait(seconds or 40, function() return self:evaluate(expression) == true end)
end

--- What the browser said against the page so far (the log of its console), and the addresses that it asked for.
function Page:noted()
  self:evaluate("1") -- what was said before that has come
  local complaints, addresses = {}, {}
  for _, event in ipairs(self.browser.events) do
    if event.sessionId == self.session and event.method == "Log.entryAdded" then
      complaints[#complaints + 1] = event.params.entry.text
    elseif event.sessionId == self.session and event.method == "Network.requestWillBeSent" then
      addresses[#addresses + 1] = event.params.request.url
    end
  end
  return complaints, addresses
end

-- Its own processes and all of their children have the folder in their command lines. The brackets keep pgrep's shell
-- from finding itself.
local function gone(browser)
  return not shell.run("pgrep -f '" .. browser.folder:gsub("^/(.)", "/[%1]") .. "/profile' >/dev/null")
end

--- Ends it; true when nothing is left.
function Browser:stop()
  pcall(self.call, self, "Browser.close")
  self.input:close()
  self.output:close()
  local ended = shell.wait(10, function() return gone(self) end)
  if not ended then
    shell.run("kill -TERM " .. self.pid)
    ended = shell.wait(10, function() return gone(self) end)
  end
  shell.run("rm -rf " .. shell.quote(self.folder))
  return ended
end

return M
