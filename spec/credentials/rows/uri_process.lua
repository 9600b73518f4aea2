-- A credentials URI, and a command.
local harness = require("spec.credentials.harness")
local cjson = require("cjson")
local ecs = require("ecs_pipeline")

local function uri(url)
  return function() return ecs.credentials.uri({ uri = url or harness.SIDECAR }) end
end

local function answers(what, reply, fails)
  return { what, provider = uri(), fails = fails, setup = { sidecar = reply } }
end

local function document(more, seconds)
  return function(self) return harness.reply(200, self:document(more, seconds)) end
end

local function command(output)
  return function(self)
    self.command = type(output) == "function" and output(self) or output
    return ecs.credentials.process({ command = "get 'the keys' canary-user" })
  end
end

local function printed(more, seconds)
  return function(self)
    local keys = self.emulator:issue(seconds or 900, "acs:sts::1:assumed-role/web/spec")
    local all = { mode = "StsToken", access_key_id = keys.id, access_key_secret = keys.secret, sts_token = keys.token,
      expiration = os.date("!%Y-%m-%dT%H:%M:%SZ", keys.expires) }
    for name, value in pairs(more or {}) do
      all[name] = value ~= cjson.null and value or nil
    end
    return cjson.encode(all) .. "\n0"
  end
end

local function ran(times)
  return function(self) return #self.commands ~= times and #self.commands .. " runs" or nil end
end

return {
  { name = "uri", rows = {
    answers("present", document()),
    { "present: by ALIBABA_CLOUD_CREDENTIALS_URI", provider = function() return ecs.credentials.uri() end,
      setup = { sidecar = document(), env = { ALIBABA_CLOUD_CREDENTIALS_URI = harness.SIDECAR } } },
    { "absent", provider = function() return ecs.credentials.uri() end,
      fails = "ALIBABA_CLOUD_CREDENTIALS_URI is not set" },
    { "broken: no URL", provider = uri("sidecar"), fails = "must be http://host/path" },
    { "broken: a password in it", provider = uri("http://canary-user:canary-secret@sidecar.test/"),
      fails = "without a user name" },
    { "broken: another scheme", provider = uri("file:///etc/passwd"), fails = "must be http://host/path" },
    answers("unreachable", harness.unreachable, "connection refused"),
    answers("slow", harness.slow, "no answer in time"),
    answers("broken: status 404", function() return harness.reply(404, "canary-broken") end, "answers with status 404"),
    answers("lying: no JSON", function() return harness.reply(200, "canary-broken") end, "is not a JSON object"),
    answers("lying: a list of nothing", function() return harness.reply(200, "[]") end, "has no AccessKeyId"),
    answers("lying: no token", document({ SecurityToken = cjson.null }), "has no SecurityToken"),
    answers("lying: null", function() return harness.reply(200, "{\"AccessKeyId\":null}") end, "has no AccessKeyId"),
    answers("lying: an expiration that is none", document({ Expiration = "canary" }), "Expiration is not a time"),
    answers("expired", document(nil, -1), "had already expired"),
  } },
  { name = "process", rows = {
    { "present", provider = command(printed()), after = function(self)
      local line = self.commands[1]
      return not line:find("'get' 'the keys' 'canary-user'", 1, true) and line or nil
    end },
    { "present: expiration in seconds", provider = command(printed({ expiration = 1795491843 + 900 })) },
    { "present: without an expiration, run again after a while",
      provider = command(printed({ expiration = cjson.null })),
      after = function(self, client)
        self.emulator:advance(299)
        assert(client.pipeline.list({}))
        local early = ran(1)(self)
        self.emulator:advance(2)
        assert(client.pipeline.list({}))
        return early or ran(2)(self)
      end },
    { "present: AK", provider = command(cjson.encode({ mode = "AK", access_key_id = "emulator-key",
      access_key_secret = "emulator-secret" }) .. "\n0") },
    { "absent: not found", provider = command("\n127"), fails = "the command was not found: get" },
    { "absent: no popen", provider = function() return ecs.credentials.process({ command = "get" }) end,
      fails = "cannot start commands" },
    { "broken: it fails", provider = command("canary-broken\n1"), fails = "ended with status 1" },
    { "broken: no JSON", provider = command("canary-broken\n0"), fails = "does not print a JSON object" },
    { "broken: too much", provider = command(("x"):rep(70000) .. "\n0"), fails = "more than 64 KiB" },
    { "broken: killed", provider = command("canary-bro"), fails = "was stopped" },
    { "slow", provider = command("\ntimeout"), fails = "took more than 60 s" },
    { "broken: a role without its ARN", provider = command(printed({ mode = "RamRoleArn" })),
      fails = "the command printed a profile: it has no ram_role_arn" },
    { "broken: no token", provider = command(printed({ sts_token = cjson.null })), fails = "printed no sts_token" },
    { "broken: no id", provider = command(printed({ access_key_id = cjson.null })),
      fails = "printed no access_key_id" },
    { "broken: no secret", provider = command(printed({ access_key_secret = "" })),
      fails = "printed no access_key_secret" },
    { "lying: an expiration that is none", provider = command(printed({ expiration = "soon" })),
      fails = "is not a time" },
    { "expired", provider = command(printed(nil, -5)), fails = "had already expired" },
  } },
}
