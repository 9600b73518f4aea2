-- What users print: clients, results, errors, rendered requests, policies, and refusals before anything is sent.
local harness = require("spec.canary.harness")
local canaries = require("spec.canary.canaries")
local cjson = require("cjson")
local core = require("ecs_pipeline.core")
local ecs = require("ecs_pipeline")
local emulators = require("ecs_pipeline.emulator")
local virtual = require("spec.support.virtual")

local VALUES = canaries.VALUES

local rows = {}

local function row(what, run, more)
  local new = { what, run = run }
  for name, value in pairs(more or {}) do
    new[name] = value
  end
  rows[#rows + 1] = new
end

local KEYS = { [VALUES.key_id] = { secret = VALUES.secret, token = VALUES.token } }

-- A client in front of an emulator, and that.
local function emulated(see, more, faults)
  local service = emulators.new({ now = 1795491843, credentials = KEYS, faults = faults })
  local options = harness.options(see, { transport = service:transport() })
  local log = options.platform.log
  options.platform = virtual.platform(service)
  options.platform.log = log
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return ecs.new(options), service, options
end

row("a client, its groups, core's objects", function(see)
  local client = emulated(see)
  harness.try(see, client.pipeline.list)
  see(client, client.with({ region = "cn-qingdao" }), ecs)
  local credentials = core.credentials(harness.KEYS)
  see(credentials, tostring(credentials), ecs.credentials.static(harness.KEYS))
end, { says = "LTAI…wxyz" })

row("the default client", function(see)
  ecs.configure(select(3, emulated(see)))
  harness.try(see, ecs.pipeline.list)
  see(ecs, ecs.pipeline)
  ecs.close()
  harness.try(see, ecs.pipeline.list)
  see(ecs)
  ecs.configure({ credentials = ecs.credentials.env(), transport = "auto", platform = {}, log = "warn", proxy = false,
    on_event = function() end, retry = {} })
  ecs.close()
end)

row("a whole life of a pipeline, seen from outside and at the emulator", function(see)
  local client, service = emulated(see)
  local made = harness.try(see, client.pipeline.create, harness.arguments())
  harness.try(see, client.execution.start, made.id)
  harness.try(see, client.execution.list, made.id)
  harness.try(see, client.pipeline.delete, made.id)
  harness.try(see, client.pipeline.plan, harness.arguments({ build_content = "RUN false" }))
  harness.try(see, client.doctor)
  see(service.log, service.faults)
end, { says = "CreateImagePipeline", shows = { key_id = true } }) -- the emulator's log says who called

row("a signature that is wrong: both ways, long and short", function(see)
  for _, version in ipairs({ "v3", "1.0" }) do
    for _, comments in ipairs({ 0, 450 }) do
      local client, service = emulated(see, { signature_version = version,
        credentials = { access_key_id = VALUES.key_id, access_key_secret = VALUES.secret .. "x",
          security_token = VALUES.token } })
      harness.try(see, client.pipeline.create,
        harness.arguments({ build_content = harness.CONTENT .. ("\n# a comment"):rep(comments) }))
      harness.try(see, client.doctor)
      see(service.log, service.faults)
    end
  end
end, { says = "does not belong to access key LTAI…wxyz", shows = { key_id = true } })

row("every code that the emulator knows", function(see)
  for _, code in ipairs({ "InvalidAccessKeyId.NotFound", "InvalidSecurityToken.Expired", "Forbidden.RAM",
    "InvalidTimeStamp.Expired", "MissingSecurityToken", "InvalidSecurityToken.MismatchWithAccessKey",
    "IncompleteSignature", "Throttling", "InternalError", "InvalidBuildContent.Malformed", "NoPermission" }) do
    local client = emulated(see, nil, { { kind = "error", code = code, times = 9 } })
    harness.try(see, client.pipeline.create, harness.arguments())
  end
end, { says = "InvalidSecurityToken.MismatchWithAccessKey" })

row("render and dry_run of every operation, both ways", function(see)
  for _, version in ipairs({ "v3", "1.0" }) do
    for _, placement in ipairs({ "query", "form" }) do
      local client = harness.client(see, { signature_version = version, placement = placement })
      harness.try(see, client.render, "pipeline.create", harness.arguments({ tags = { team = "web" } }))
      harness.try(see, client.render, "component.create", { name = "a", content = harness.CONTENT })
      harness.try(see, client.render, "pipeline.describe", { ids = { "ip-1" } })
      harness.try(see, client.render, "sts.assume_role", { role_arn = "acs:ram::1511928242963727:role/web",
        role_session_name = "spec", external_id = VALUES.password })
      harness.try(see, client.render, "sts.assume_role_with_oidc", { role_arn = "acs:ram::1511928242963727:role/web",
        role_session_name = "spec", oidc_token = VALUES.oidc,
        oidc_provider_arn = "acs:ram::1511928242963727:oidc-provider/k8s" })
      harness.try(see, client.pipeline.create, harness.arguments(), { dry_run = true })
      harness.try(see, client.pipeline.delete, "ip-1", { dry_run = true })
      harness.try(see, client.bake, harness.arguments(), { dry_run = true, journal = false })
      harness.try(see, client.call, "Ecs", "2014-05-26", "RunInstances", { Password = VALUES.password },
        { dry_run = true })
    end
  end
end, { says = "BuildContent" })

row("arguments refused: content, tags, extra, tokens", function(see)
  local client = emulated(see)
  for _, more in ipairs({
    { build_content = harness.CONTENT .. "\0" }, { build_content = harness.CONTENT .. ("x"):rep(20000) },
    { build_content = harness.CONTENT .. "\255" }, { build_content = { VALUES.content } },
    { name = VALUES.password .. "\n" }, { tags = { team = VALUES.password .. "\1" } },
    { tags = { team = ("x"):rep(200) .. VALUES.password } }, { extra = { Password = VALUES.password .. "\255" } },
    { extra = { ["Password "] = VALUES.password } },
    { image_name = VALUES.content .. "\t", system_disk_size = VALUES.password },
  }) do
    local arguments = harness.arguments(more)
    harness.try(see, client.pipeline.create, arguments)
    harness.try(see, client.pipeline.validate, arguments)
    harness.try(see, client.pipeline.create, arguments, { validate = "warn" })
    harness.try(see, client.bake, arguments, { journal = false })
  end
end, { says = "arguments refused" })

row("options that are wrong", function(see)
  for _, options in ipairs({
    { credentials = { access_key_id = VALUES.key_id, access_key_secret = 1 } },
    { credentials = { access_key_id = VALUES.key_id, secret = VALUES.secret } },
    { credentials = VALUES.secret }, { endpoint = "https://u:" .. VALUES.userinfo .. "@host/?x=" .. VALUES.query },
    { endpoint = { ecs = "https://u:" .. VALUES.userinfo .. "@host" } }, { endpoint = 1 }, { region = VALUES.secret },
    { region = VALUES.secret .. "\n" }, { proxy = "http://u:" .. VALUES.proxy .. "@host:1\n" },
    { proxy = "u:" .. VALUES.proxy .. "@" }, { proxy = { VALUES.proxy } }, { ca_file = { VALUES.password } },
    { user_agent = VALUES.password .. "\r\n" }, { log = VALUES.password }, { verify = VALUES.password },
    { transport = VALUES.password }, { default_tags = { VALUES.password } }, { retry = { attempts = VALUES.password } },
    { VALUES.secret }, { timeout = VALUES.password }, { signature_version = VALUES.password },
    { on_event = VALUES.password }, { insecure = VALUES.password }, { rate_limit = { per_second = VALUES.password } },
  }) do
    harness.try(see, ecs.new, options)
    local options_of_a_call = harness.options(see, options)
    harness.try(see, function()
      return ecs.new(options_of_a_call).pipeline.create(harness.arguments())
    end)
    harness.try(see, function()
      return ecs.new(options_of_a_call).doctor({ online = false })
    end)
  end
end, { says = "ecs.new: option" })

row("arguments of functions that are wrong", function(see)
  local client = emulated(see)
  local pure = { merge = true, split = true, from_list = true, to_list = true, diff = true } -- give back what they got
  local wrong = { VALUES.password, { VALUES.password }, { build_content = VALUES.content, nmae = VALUES.password } }
  for _, group in ipairs({ "pipeline", "execution", "component", "image", "tags" }) do
    for name, call in harness.sorted(client[group]) do
      for _, value in ipairs(pure[name] and {} or wrong) do
        harness.try(see, call, value, { [1] = VALUES.password })
        harness.try(see, call, client[group], value)
        harness.try(see, call, { id = {} }, { timeout = VALUES.password })
      end
    end
  end
end, { says = "use a dot", shows = { password = true } })

row("a core that is used in a wrong way", function(see)
  local credentials = core.credentials(harness.KEYS)
  local session = core.session({ decode = cjson.new().decode, user_agent = "spec" })
  for _, attempt in ipairs({ { credentials = harness.KEYS }, { credentials = credentials, endpoint = VALUES.userinfo },
    { credentials = credentials, region = "cn-hangzhou", endpoint = "https://u:" .. VALUES.userinfo .. "@host" },
    { credentials = credentials, region = "cn-hangzhou", endpoint = "https://host",
      headers = { x = VALUES.password .. "\n" } },
    { credentials = credentials, region = "cn-hangzhou", endpoint = "https://host", send = function() end },
    { credentials = credentials, region = "cn-hangzhou", endpoint = "https://host", nonce = { VALUES.password } } }) do
    harness.try(see, core.pipeline.create, session, harness.arguments(), attempt)
    harness.try(see, core.prepare, session, "pipeline.describe", { ids = { "\0" .. VALUES.password } }, attempt)
  end
  for _, fields in ipairs({ {}, { access_key_id = VALUES.key_id }, { access_key_id = VALUES.key_id,
    access_key_secret = VALUES.secret .. "\n" }, { access_key_id = VALUES.key_id, access_key_secret = {} } }) do
    harness.try(see, core.credentials, fields)
  end
end, { says = "must be a C function" })

row("policies", function(see)
  local client = harness.client(see)
  harness.try(see, client.policy, { operations = { "pipeline.create", "execution.start" } })
  see(tostring((client.policy({ operations = { "pipeline.create" } }))))
  harness.try(see, client.policy, { operations = { VALUES.password } })
end, { says = "ecs:CreateImagePipeline", shows = { password = true } })

row("the User-Agent, and nothing more than signing needs on the wire", function(see)
  local client = harness.client(see, { user_agent = "app/1", transport = { send = function(request)
    see(request.headers["user-agent"])
    see(request.headers["x-acs-credentials-provider"])
    return nil, "not sent"
  end } })
  harness.try(see, client.pipeline.create, harness.arguments())
end, { says = "ecs_pipeline/.* app/1" })

row("handlers that raise, transports that raise", function(see)
  local client = harness.client(see, { on_event = function() error("the handler's own") end,
    transport = { send = function() error("the transport's own") end } })
  harness.try(see, client.pipeline.create, harness.arguments())
end, { says = "on_event failed" })

-- Every string that can be reached from a value, by a debugger too; but not from the globals, where the spec itself is.
local function reached(value, see, seen)
  if type(value) == "string" then
    see(value)
  elseif (type(value) == "table" or type(value) == "function" or type(value) == "userdata") and not seen[value] then
    seen[value] = true
    reached(debug.getmetatable(value), see, seen)
    if type(value) == "table" then
      for key, item in next, value do
        reached(key, see, seen)
        reached(item, see, seen)
      end
    elseif type(value) == "function" then
      local index = 1
      while true do
        local name, held = debug.getupvalue(value, index)
        if not name then
          break
        end
        reached(held, see, seen)
        index = index + 1
      end
    end
  end
end

row("a client from the inside: fields, upvalues, metatables; the secret is in C memory only", function(see)
  local function nobody()
    return nil, "nobody there"
  end
  local seen = { [_G] = true, [package.loaded] = true, [string] = true, [debug.getmetatable("")] = true }
  collectgarbage() -- what other rows read, and dropped, is in a weak table until then
  collectgarbage()
  local clients = { ecs.new({ region = "cn-hangzhou", credentials = harness.KEYS, log = "off", proxy = false,
    retry = false, transport = { send = nobody } }) }
  clients[2] = clients[1].with({ region = "cn-qingdao", credentials = ecs.credentials.assume_role({
    role_arn = "acs:ram::1511928242963727:role/web", credentials = harness.KEYS }) })
  clients[3] = clients[1].with({ timeout = 3 })
  for _, client in ipairs(clients) do
    local _, _, err = client.pipeline.create({ name = "web", base_image = "m-1", base_image_type = "IMAGE" })
    reached({ client, err, ecs.credentials.static(harness.KEYS) }, see, seen)
  end
end, { says = "cn%-qingdao" })

return { name = "view", rows = rows }
