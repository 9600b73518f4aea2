-- The counted pieces. As a program: `lua pieces.lua` lists them; `lua pieces.lua PIECE BASE` runs one, a few times to
-- settle, then `times` times between the two marks of mark.c. BASE is the URL of server.lua. As a module: `LIST`.
local replies = require("bench.replies")
local requests = require("bench.requests") -- loads nothing of the library: `require` is counted

local CREATE, ID = requests.CREATE, requests.ID

-- The same in each run.
local function attempt()
  local fixed = requests.attempt()
  fixed.now, fixed.nonce = 1800000000, "0123456789abcdef0123456789abcdef"
  return fixed
end

local function prepare(operation, args)
  local core, session, one_attempt = require("ecs_pipeline.core"), requests.session(), attempt()
  return function() return assert(core.prepare(session, operation, args, one_attempt)) end
end

local function finish(count)
  local core = require("ecs_pipeline.core")
  local request = prepare("pipeline.describe", { ids = { ID } })()
  local reply = { status = 200, headers = { ["content-type"] = "application/json" }, body = replies.page(count) }
  return function() return assert(core.finish(request, reply)) end
end

-- `make(base)` returns the function that is counted.
local LIST = {
  { name = "require", times = 1, settle = 0, make = function()
    return function() require("ecs_pipeline") end
  end },
  { name = "prepare_describe", times = 100, make = function()
    return prepare("pipeline.describe", { ids = { ID } })
  end },
  { name = "prepare_create", times = 100, make = function() return prepare("pipeline.create", CREATE) end },
  { name = "finish_1", times = 100, make = function() return finish(1) end },
  { name = "finish_500", times = 2, settle = 1, make = function() return finish(500) end },
  { name = "describe", times = 100, make = function(base)
    local describe = requests.client(base).pipeline.describe
    return function() assert(describe(ID)) end
  end },
  { name = "create", times = 100, make = function(base)
    local create = requests.client(base).pipeline.create
    return function() assert(create(CREATE)) end
  end },
  { name = "check", times = 100, make = function()
    local check, one_attempt = require("ecs_pipeline.core").check, attempt()
    return function() assert(check("pipeline.create", CREATE, one_attempt)) end
  end },
  { name = "validate", times = 100, make = function(base)
    local validate = requests.client(base).pipeline.validate
    return function() assert(validate(CREATE)) end
  end },
  { name = "lint_16k", times = 1, settle = 1, make = function()
    local lint = require("ecs_pipeline").build_content.lint
    local content = requests.content(16384)
    return function() lint(content) end
  end },
}

if not (arg and arg[0] and arg[0]:find("pieces%.lua$")) then
  return { LIST = LIST }
end

for _, piece in ipairs(LIST) do
  if not arg[1] then
    print(piece.name)
  elseif piece.name == arg[1] then
    local mark, run = require("mark"), piece.make(arg[2])
    for _ = 1, piece.settle or 3 do
      run()
    end
    -- Garbage is collected once, at the end: how many cycles of the collector fall into the loop would be chance.
    collectgarbage()
    collectgarbage("stop")
    mark.zero()
    for _ = 1, piece.times do
      run()
    end
    collectgarbage()
    mark.dump()
  end
end
