--- What specs of the C core start from: a session, credentials and attempts with fixed time and nonce.

local core = require("ecs_pipeline.core")
local cjson = require("cjson").new()

local M = { null = require("cjson").null }

M.SECRET = "canary-secret-5d2f"

function M.session(options)
  local all = { decode = cjson.decode, user_agent = "spec" }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return core.session(all)
end

function M.credentials(fields)
  local all = { access_key_id = "LTAI5tExampleKeyAb3d", access_key_secret = M.SECRET }
  for name, value in pairs(fields or {}) do
    all[name] = value
  end
  return assert(core.credentials(all))
end

function M.attempt(fields)
  local all = {
    credentials = M.credentials(), endpoint = "https://ecs.cn-hangzhou.aliyuncs.com", region = "cn-hangzhou",
    now = 1764000000, nonce = "nonce-1",
  }
  for name, value in pairs(fields or {}) do
    all[name] = value
  end
  return all
end

--- The parameters of a prepared request as one map; fails the spec when the arguments are refused.
function M.params(operation, args, attempt, session)
  local request, err = core.prepare(session or M.session(), operation, args, M.attempt(attempt))
  if not request then
    error(err.message, 2)
  end
  local params = {}
  for _, pair in ipairs(request.trace:params()) do
    params[pair.name] = pair.value
  end
  return params, request
end

--- The failures of refused arguments by parameter (the last one of each), and the error.
function M.failures(operation, args, attempt)
  local ok, err = core.check(operation, args, attempt or { region = "cn-hangzhou" })
  assert(ok == nil, "the arguments were accepted")
  local by_param = {}
  for _, failure in ipairs(err.failures) do
    by_param[failure.param] = failure
  end
  return by_param, err
end

--- The least that create accepts, with more fields.
function M.create_args(more)
  local args = { base_image = "m-1", base_image_type = "IMAGE" }
  for name, value in pairs(more or {}) do
    args[name] = value
  end
  return args
end

return M
