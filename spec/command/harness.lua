--- Runs `bin/ecs-pipeline` as a user does: a real process, over HTTPS, in an empty folder, with nothing in its
--- environment but PATH and what says where the service is. Piped, or in a real terminal (tmux). Service and clock are
--- those of spec/examples/harness.lua.
local child_lua = require("spec.support.child_lua")
local examples = require("spec.examples.harness")
local shell = require("ecs_pipeline.emulator.nginx.shell")

local harness = {}

local Harness = {}
Harness.__index = Harness

local COLUMNS, LINES = 100, 60

--- @tparam[opt] string clock as of spec/examples/harness.lua
function harness.open(clock)
  local service = examples.open(clock)
  local root, bin = shell.line("pwd"), service.running.prefix .. "/bin"
  shell.run("mkdir " .. shell.quote(bin))
  local program = root .. "/bin/ecs-pipeline"
  shell.write(bin .. "/ecs-pipeline", ("#!/bin/sh\nexec %s %s \"$@\"\n"):format(child_lua.interpreter, program))
  shell.run("chmod +x " .. shell.quote(bin .. "/ecs-pipeline"))
  return setmetatable({ service = service, clock = clock, bin = bin, program = program, folder = service.folder,
    socket = service.running.prefix .. "/tmux" }, Harness)
end

function Harness:close()
  shell.run(("tmux -S %s kill-server 2>/dev/null"):format(shell.quote(self.socket)))
  self.service:close()
end

local function escaped(text)
  return (text:gsub("%p", "%%%0"))
end

-- What is another one each time: times of day, the service's address, random numbers, the Lua.
function Harness:normalised(text)
  local address = self.service.url:match("//(.*)$")
  text = text:gsub(escaped(address), "ENDPOINT"):gsub(escaped(self.program), "ecs-pipeline")
    :gsub(escaped(self.service.running.prefix), "FOLDER"):gsub("%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ", "TIME")
    :gsub('("[%l_]*elapsed": ?)[%d.]+', "%1SECONDS"):gsub("%x+%-%x+%-%x+%-%x+%-%x+", "REQUEST")
    :gsub('(token": ")%x+', "%1TOKEN"):gsub('(Token": ")%x+', "%1TOKEN"):gsub("(Token=)%x+", "%1TOKEN")
    :gsub('(nonce": ")%x+', "%1NONCE"):gsub("ecs_pipeline/%d[%d.]+ Lua %S+", "ecs_pipeline/VERSION")
  return text
end

-- The environment of the command.
function Harness:environment(row)
  local service = self.service
  local words = { "env -i PATH=" .. shell.quote(self.bin) .. ":\"$PATH\"", "HOME=" .. shell.quote(self.folder) }
  if row.bare then
    return words[1]
  elseif not self.clock then
    words[#words + 1] = ("LD_PRELOAD=%s KILL_CLOCK_STANDS=1 KILL_CLOCK=%s"):format(shell.quote(service.library),
      service:control("GET", "state").now)
  end
  words[#words + 1] = "ALIBABA_CLOUD_REGION_ID=cn-hangzhou ALIBABA_CLOUD_ACCESS_KEY_ID=emulator-key"
    .. " ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator-secret ECS_PIPELINE_CA_FILE=" .. shell.quote(service.running.ca_file)
  words[#words + 1] = ("ALIBABA_CLOUD_ENDPOINT_ECS=%s ALIBABA_CLOUD_ENDPOINT_STS=%s"):format(service.url, service.url)
  words[#words + 1] = row.variables
  return table.concat(words, " ")
end

function Harness:prepare(row)
  self.service:fresh()
  for name, text in pairs(row.files or {}) do
    shell.write(self.folder .. "/" .. name, text)
  end
  if row.builds then
    self.service:control("POST", "build", row.builds)
  end
end

local function indented(title, text)
  return text == "" and "" or title .. "\n" .. text .. (text:find("\n$") and "" or "\n")
end

--- One command line, piped.
-- @treturn integer exit code
-- @treturn string stdout
-- @treturn string stderr
function Harness:run(row, line)
  local out = self.service.running.prefix .. "/out"
  local path = self.service.running.prefix .. "/line.sh"
  shell.write(path, line .. "\n")
  shell.run(("cd %s && timeout -k 1 120 %s sh %s >%s 2>%s.errors </dev/null; echo $? >%s.code"):format(
    shell.quote(self.folder), self:environment(row), shell.quote(path), out, out, out))
  return tonumber(shell.read(out .. ".code")), self:normalised(shell.read(out)),
    self:normalised(shell.read(out .. ".errors"))
end

--- Plays a row, piped.
-- @treturn string each command with what it wrote and how it ended
function Harness:play(row)
  self:prepare(row)
  local shown = {}
  for _, line in ipairs(row) do
    local code, out, err = self:run(row, line)
    assert(not (out .. err):find("\27", 1, true), "an ESC was written to a pipe by " .. line)
    shown[#shown + 1] = ("$ %s\n%s%s[exit %d]\n"):format(line, out, indented("[stderr]", err), code)
  end
  return table.concat(shown, "\n")
end

local function tmux(self, words)
  return shell.run(("tmux -S %s -f /dev/null %s"):format(shell.quote(self.socket), words))
end

function Harness:screen()
  local pipe = assert(io.popen(("tmux -S %s capture-pane -p -J -t it"):format(shell.quote(self.socket))))
  local text = pipe:read("*a")
  pipe:close()
  return text:match("^(.-)[ \n]*$") .. "\n"
end

--- Waits until the screen has a text.
function Harness:sees(text)
  local found = shell.wait(30, function() return self:screen():find(text, 1, true) ~= nil end)
  assert(found, "the screen never shows " .. text .. ":\n" .. self:screen())
end

function Harness:type(keys)
  assert(tmux(self, "send-keys -t it " .. keys))
end

--- Runs command lines in a terminal of 100 columns; `close_terminal` it.
-- @tparam table row `{ lines …, files = …, builds = … }`
function Harness:terminal(row)
  self:prepare(row)
  local path, script = self.service.running.prefix .. "/screen.sh", {}
  for _, line in ipairs(row) do
    script[#script + 1] = ("printf '$ %%s\\n' %s\n%s\necho \"[exit $?]\"\n"):format(shell.quote(line), line)
  end
  -- Ctrl-C is for the command: the shell goes on.
  shell.write(path, "trap : INT\n" .. table.concat(script) .. "echo \"[end]\"\ncat\n")
  assert(tmux(self, ("new-session -d -s it -x %d -y %d %s"):format(COLUMNS, LINES, shell.quote(
    ("cd %s && %s TERM=\"$TERM\" sh %s"):format(shell.quote(self.folder), self:environment(row), shell.quote(path))))))
end

function Harness:close_terminal()
  tmux(self, "kill-session -t it")
end

--- Plays a row in a terminal. `row.keys` = list of `{ text to wait for, keys of tmux send-keys }`.
-- @treturn string the last screen
function Harness:show(row)
  self:terminal(row)
  for _, pair in ipairs(row.keys or {}) do
    self:sees(pair[1])
    self:type(pair[2])
  end
  self:sees("[end]")
  local text = self:normalised(self:screen())
  self:close_terminal()
  return text
end

--- The file that holds what a row shows; UPDATE=1 writes it.
function harness.expected(row)
  return "spec/command/expected/" .. row.name .. ".txt"
end

return harness
