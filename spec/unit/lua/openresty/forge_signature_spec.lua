-- Signatures of forges, beside the vectors that the forges publish.
local base64 = require("ecs_pipeline.openresty.base64")
local forge_messages = require("spec.support.forge_messages")
local forge_signature = require("ecs_pipeline.openresty.forge_signature")
local forges = require("ecs_pipeline.openresty.forges")
local request = require("ecs_pipeline.openresty.request")

local NOW = 1795491843
local SECRETS = forge_messages.SECRETS
local TOKEN = "the token of a GitLab project"

local function body_of(text)
  local host = { req = { read_body = function() end, get_body_data = function() return text end } }
  return request.body(host, {}, #text)
end

-- → "ok", guard; or the code of the refusal
local function judge(headers, text, secrets, now)
  local forge = forges.find(headers)
  local own = { secrets = type(secrets) == "table" and secrets or { secrets or SECRETS[forge.name] } }
  local hook = { window = 300, wall = function() return now or NOW end }
  local claim, refusal = forge_signature.claim(hook, forge, own, headers)
  local known
  if claim then
    known, refusal = forge_signature.check(forge, own, claim, body_of(text))
  end
  if known then
    return "ok", claim.guard, known
  end
  assert.is_nil(refusal.message:find("signing key", 1, true))
  return refusal.code, refusal.status, refusal.message
end

local function signed(name, given)
  given = given or {}
  given.now = given.now or NOW
  return forge_messages.push(name, given)
end

describe("published vectors:", function()
  it("GitHub", function()
    assert.equal("ok", (judge({ ["x-github-event"] = "push", ["x-hub-signature-256"] =
      "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17" }, "Hello, World!",
      "It's a Secret to Everybody")))
  end)

  it("Standard Webhooks", function()
    assert.equal("ok", (judge({ ["webhook-id"] = "msg_p5jXN8AQM9LWM0D4loKWxJek",
      ["webhook-timestamp"] = "1614265330",
      ["webhook-signature"] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" }, '{"test": 2432232314}',
      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1614265330)))
  end)
end)

describe("a message of", function()
  for _, name in ipairs(forge_messages.NAMES) do
    it(name .. " is believed if a secret signed it, byte for byte", function()
      local text, headers = signed(name)
      assert.equal("ok", (judge(headers, text)))
      local other = name == "standard" and "whsec_AAAAAAAAAAAAAAAAAAAAAAAA" or SECRETS[name]
      assert.equal("ok", (judge(headers, text, { other, SECRETS[name] })))
      assert.equal("BAD_SIGNATURE", (judge(headers, text .. " ")))
      text, headers = signed(name, { secret = "another secret than ours" })
      assert.equal("BAD_SIGNATURE", (judge(headers, text)))
      text, headers = signed(name)
      for _, header in ipairs({ "x-hub-signature-256", "x-hub-signature", "x-gitea-signature", "x-forgejo-signature",
        "webhook-signature" }) do
        headers[header] = nil
      end
      assert.equal("NOT_SIGNED", (judge(headers, text)))
    end)
  end

  it("Gitea and Forgejo has two signatures, and neither may be wrong", function()
    for _, name in ipairs({ "x-gitea-signature", "x-forgejo-signature" }) do
      local text, headers = signed("forgejo")
      headers[name] = ("0"):rep(64)
      assert.equal("BAD_SIGNATURE", (judge(headers, text)))
      headers[name] = "sha256=" .. ("0"):rep(64)
      assert.equal("NOT_SIGNED", (judge(headers, text)))
      headers[name] = nil
      assert.equal("ok", (judge(headers, text)))
    end
  end)

  it("GitHub, Gitea and Bitbucket has its signature once, of 64 digits in either case", function()
    local text, headers = signed("github")
    headers["x-hub-signature-256"] = headers["x-hub-signature-256"]:upper():gsub("SHA", "sha")
    assert.equal("ok", (judge(headers, text)))
    for _, value in ipairs({ "", "sha256=", "sha1=" .. ("0"):rep(40), "sha256=" .. ("0"):rep(63), ("0"):rep(64) }) do
      headers["x-hub-signature-256"] = value
      assert.equal("NOT_SIGNED", (judge(headers, text)), value)
    end
    headers["x-hub-signature-256"] = { "sha256=" .. ("0"):rep(64), "sha256=" .. ("0"):rep(64) }
    assert.equal("NOT_SIGNED", (judge(headers, text)))
  end)
end)

describe("Standard Webhooks", function()
  it("has a window on both sides, and the time stamp is signed", function()
    local text, headers = signed("standard")
    assert.equal("ok", (judge(headers, text, nil, NOW + 300)))
    assert.equal("ok", (judge(headers, text, nil, NOW - 300)))
    local code, status, message = judge(headers, text, nil, NOW + 301)
    assert.same({ "TOO_OLD", 403 }, { code, status })
    assert.matches("more than 300 s from this server's clock", message, 1, true)
    assert.equal("TOO_OLD", (judge(headers, text, nil, NOW - 301)))
    headers["webhook-timestamp"] = ("%d"):format(NOW + 1)
    assert.equal("BAD_SIGNATURE", (judge(headers, text)))
    for _, value in ipairs({ "", "1e9", "-1", "1.5", ("1"):rep(16), { "1", "2" } }) do
      headers["webhook-timestamp"] = value
      assert.equal("NOT_SIGNED", (judge(headers, text)))
    end
  end)

  it("signs the id, and one of several signatures is enough", function()
    local text, headers = signed("standard")
    local right = headers["webhook-signature"]
    local wrong = "v1," .. base64.from_hex(("0"):rep(64))
    headers["webhook-signature"] = wrong .. " v1a,abc= " .. right
    assert.equal("ok", (judge(headers, text)))
    headers["webhook-signature"] = wrong
    assert.equal("BAD_SIGNATURE", (judge(headers, text)))
    for _, value in ipairs({ "", "v1", "v1,", "v1,a", "v1,AAAA", "v2" .. right:sub(3) }) do
      headers["webhook-signature"] = value
      assert.equal("NOT_SIGNED", (judge(headers, text)), value)
    end
    headers["webhook-signature"], headers["webhook-id"] = right, "another"
    assert.equal("BAD_SIGNATURE", (judge(headers, text)))
  end)
end)

describe("GitLab", function()
  it("without a signature sends its secret token", function()
    local text, headers = signed("gitlab")
    headers["webhook-signature"], headers["x-gitlab-token"] = nil, TOKEN
    assert.equal("ok", (judge(headers, text, TOKEN)))
    headers["x-gitlab-token"] = TOKEN .. "x"
    assert.equal("BAD_SIGNATURE", (judge(headers, text, TOKEN)))
    headers["x-gitlab-token"] = nil
    assert.equal("NOT_SIGNED", (judge(headers, text, TOKEN)))
    headers["x-gitlab-token"] = { TOKEN, TOKEN }
    assert.equal("NOT_SIGNED", (judge(headers, text, TOKEN)))
  end)

  it("is not believed because of a token when its signature is wrong, or when only a signature counts", function()
    local text, headers = signed("gitlab")
    headers["x-gitlab-token"] = TOKEN
    assert.equal("ok", (judge(headers, text, { SECRETS.gitlab, TOKEN })))
    assert.equal("BAD_SIGNATURE", (judge(headers, text .. " ", { SECRETS.gitlab, TOKEN })))
    local other, others = signed("gitlab", { secret = TOKEN }) -- the token is no key
    assert.equal("BAD_SIGNATURE", (judge(others, other, { SECRETS.gitlab, TOKEN })))
    headers["webhook-signature"], headers["x-gitlab-token"] = nil, SECRETS.gitlab
    assert.equal("BAD_SIGNATURE", (judge(headers, text)))
  end)

  it("with a signature and a handler that has the token only is believed because of the token", function()
    local text, headers = signed("gitlab")
    headers["x-gitlab-token"] = TOKEN
    assert.equal("ok", (judge(headers, text, TOKEN)))
  end)
end)

it("the set of secrets that the sender knows is exact", function()
  local text, headers = signed("github")
  local _, _, known = judge(headers, text, { "one more secret to try", SECRETS.github })
  assert.same({ [SECRETS.github] = true }, known)
end)
