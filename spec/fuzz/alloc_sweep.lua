--- The calls that alloc_sweep.c starves of memory: a list of { name, outcome with enough memory, function }.
-- A function returns "ok" or the kind of its typed error, with the code where memory ran out.
local core, decode = ...

local endpoint = "https://ecs.aliyuncs.com"

local function keys()
  return core.credentials({
    access_key_id = "LTAI5tExampleKeyAb3d", access_key_secret = "secret", security_token = "token",
  })
end

local function attempt_with(fields)
  local attempt = { credentials = keys(), endpoint = endpoint, region = "cn-hangzhou" }
  for name, value in pairs(fields) do
    attempt[name] = value
  end
  return attempt
end

local session = core.session({ decode = decode, user_agent = "sweep" })
local v1 = core.session({ decode = decode, user_agent = "sweep", signature_version = "1.0" })
local attempt = attempt_with({ now = 1764000000, nonce = "n", headers = { ["x-acs-a"] = "b" } })
local bare = attempt_with({})
local sending = attempt_with({ send = rawequal, timeout = 1 }) -- a C function that answers nothing

local good = {
  base_image = "m-1", base_image_type = "IMAGE", name = "golden", build_content = ("RUN true\n"):rep(40),
  tags = { b = "2", a = "1", c = 3 }, add_account = { "1", 2 },
  image_options = { image_tags = { { key = "k", value = "v" } } },
}
local long = { base_image = "m-1", base_image_type = "IMAGE", build_content = ("x"):rep(9000) }
local bad = {
  base_image_type = "image", nmae = 1, name = ("x"):rep(200), tags = { ["acs:"] = "acs:", A = "", a = true },
  system_disk_size = 1, add_account = { "a", {} }, image_options = 7, extra = { ["a b"] = 1, c = { 1, nil, 3 } },
}
local outside = { base_image = "m-1", base_image_type = "image", system_disk_size = 1, image_name = "Old" }
local plain = { A = { 1, 2, { B = true } }, C = "c" }
local action = { product = "Ecs", version = "2014-05-26", action = "DescribeRegions" }

local described = assert(core.prepare(session, "pipeline.describe", {}, attempt))
local other = assert(core.prepare(session, action, plain, attempt))

local function reply(status, body)
  return { status = status, headers = { ["x-acs-request-id"] = "r" }, body = body }
end

local page = reply(200, [[{ "TotalCount": 2.0, "NextToken": null, "New": { "a": [null, 1] },
  "ImagePipeline": { "ImagePipelineSet": [{ "ImagePipelineId": "ip-1", "RepairItems": null,
    "AddAccounts": { "AddAccount": ["1", 2] }, "ToRegionIds": { "ToRegionId": ["[\"a\",\"b\"]"] },
    "Tags": { "Tag": [{ "TagKey": "a", "TagValue": "b" }, { "TagKey": "acs:a", "TagValue": null }] } }] } }]])
local refusal = reply(403, [[{ "Code": "Forbidden", "Message": "no", "RequestId": "1" }]])
local garbage = reply(502, "<html>")
local redirect = reply(302, "")

local function outcome(value, err)
  if value then
    return "ok"
  end
  if type(err) ~= "table" then
    return "no typed error"
  end
  return err.code == "MEMORY" and err.kind .. " MEMORY" or err.kind
end

local function scenario(name, expected, call)
  return { name, expected, function()
    return outcome(call())
  end }
end

local function prepare(with, operation, args, how)
  return function()
    return core.prepare(with, operation, args, how)
  end
end

local function check(args, how)
  return function()
    return core.check("pipeline.create", args, how)
  end
end

local function finish(request, answer)
  return function()
    return core.finish(request, answer)
  end
end

return {
  scenario("prepare, V3", "ok", prepare(session, "pipeline.create", good, attempt)),
  scenario("prepare, 1.0", "ok", prepare(v1, "pipeline.create", good, attempt)),
  scenario("prepare, long form", "ok", prepare(session, "pipeline.create", long, bare)),
  scenario("prepare, any action", "ok", prepare(session, action, plain, attempt)),
  scenario("prepare, refused", "validation", prepare(session, "pipeline.create", bad, attempt)),
  scenario("check", "ok", check(good, attempt)),
  scenario("check, refused", "validation", check(bad, attempt)),
  scenario("check, warned", "ok", check(outside, { validate = "warn", region = "cn-hangzhou" })),
  scenario("finish, page", "ok", finish(described, page)),
  scenario("finish, any action", "ok", finish(other, page)),
  scenario("finish, refusal", "api", finish(described, refusal)),
  scenario("finish, no JSON", "protocol", finish(described, garbage)),
  scenario("finish, redirect", "protocol", finish(described, redirect)),
  scenario("whole call", "transport", function()
    return core.pipeline.create(session, good, sending)
  end),
  scenario("trace", "ok", function()
    local trace = described.trace
    return trace:params() and trace:canonical_request() and trace:string_to_sign() and trace:way()
  end),
  scenario("session", "ok", function()
    return core.session({ decode = decode, user_agent = "sweep" })
  end),
  scenario("credentials", "ok", function()
    local credentials = keys()
    return tostring(credentials) and credentials:access_key_id() and credentials:key_digest()
  end),
  scenario("operations", "ok", core.operations),
  scenario("one operation", "ok", function()
    return core.operation("image.copy") and core.operation_flags("image.copy")
  end),
  scenario("nearest", "ok", function()
    return core.nearest("nam", { "name", "tags" })
  end),
  scenario("regex", "ok", function()
    return core.regex("^(a|b){2,3}$"):match("ab")
  end),
  scenario("durable file", "ok", function()
    local path = os.getenv("SWEEP_FILE")
    local file = core.durable_file(path, true)
    local done = file:read(100) ~= nil and file:check() and file:replace("text")
    file:close()
    return done and core.read_file(path, 100) and core.file_status(path) and core.working_folder()
      and core.real_path(path)
  end),
  scenario("redact", "ok", function()
    return core.redact("said: security token, and c2VjdXJpdHkgdG9rZW4=", described.trace, attempt.credentials)
  end),
  scenario("sign.v3", "ok", function()
    return core.sign.v3({
      method = "POST", query = "a=b", headers = { host = "h" }, body = "b", access_key_id = "i",
      access_key_secret = "s",
    })
  end),
  scenario("sign.v1", "ok", function()
    return core.sign.v1({ method = "POST", query = "a=b", access_key_secret = "s" })
  end),
  scenario("stages", "ok", function()
    return core.sign.canonical_query({ a = "b", c = "d" }) and core.percent_encode("a b")
      and core.sign.sha256_hex("a") and core.sign.hmac_sha256_hex("k", "a")
      and core.sign.hmac_sha256("k"):update("a"):hex()
      and core.sign.hmac_sha1_base64("k", "a") and core.random(8) and core.token()
  end),
}
