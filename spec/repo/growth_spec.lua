-- Whatever text comes from outside, the work grows with its length: eight times the text, at most ten times the
-- instructions, those inside patterns included. A row for every parser of such text. GROWTH=1 prints the table.
local counted = require("spec.support.counted_patterns")

local SMALL, LARGE = 8 * 1024, 64 * 1024
local ALLOWED = 10
local FREE = 20000 -- instructions that are no growth: the beginnings

local function filled(before, unit, after)
  return function(size) return before .. unit:rep(math.floor(size / #unit)) .. after end
end

local INPUTS = {
  { "blanks", filled("", " ", "") }, { "a, blanks, b", filled("a", " ", "b") }, { "tabs", filled("x", "\t", "=") },
  { "[", filled("", "[", "") }, { "[ and blanks", filled("[", " ", "") }, { "[]", filled("", "[]", "") },
  { "nested []", function(size) return ("["):rep(size / 2) .. ("]"):rep(size / 2) end },
  { "quotes", filled("", "\"", "") }, { "apostrophes", filled("a='", "'", "") }, { "\\", filled("\"", "\\", "") },
  { "=", filled("a", "=", "") }, { "letters", filled("", "a", "") }, { "digits", filled("", "1", "!") },
  { "line ends", filled("", "\n", "x") }, { "\\r", filled("", "\r", "x") }, { "\\r\\n", filled("a", "\r\n", "b") },
  { "${", filled("", "${", "") }, { "string to", filled("", "string ", "") }, { "words", filled("", "a ", "") },
  { "dots", filled("", "a.", "") }, { "://", filled("http", "://", "") }, { "%", filled("", "%", "") },
  { ", ;", filled("", ", ;", "") }, { "LTAI", filled("", "LTAI", "") }, { "RUN", filled("RUN ", "a && ", "") },
  { "RUN \\", filled("RUN x", " \\\n", "") }, { "ENV", filled("ENV a=", "x y=", "") }, { "<", filled("", "<a>", "") },
  { "yaml", filled("a:", "\n  - b: c", "") },
}

local function of(name)
  return require("ecs_pipeline." .. name)
end

local head = of("transport.http1.head")

local function fresh_head()
  local one = head.new(math.huge, 1e6)
  one:status_line("HTTP/1.1 200 OK\r\n")
  return one
end

-- One line of a text as a parser of lines gets it.
local function flat(text)
  return (text:gsub("[\r\n]", " "))
end

local PARSERS = {
  { "header value", function(text) fresh_head():field("X: " .. text .. "\r\n") end },
  { "header", function(text) fresh_head():field(text .. "\r\n") end },
  { "status line", function(text) head.new(math.huge, 1):status_line(text .. "\r\n") end },
  { "chunk size", function(text)
    local rest = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1" .. text .. "\r\n"
    of("transport.http1.reply").read(function()
      local now = rest
      rest = nil
      return now, "closed"
    end, { max_reply_bytes = 1e6, max_header_bytes = 1e6 })
  end },
  { "ini file", function(text) of("credentials.ini").parse("[default]\n" .. text) end },
  { "ini value", function(text) of("credentials.ini").parse("[default]\na = " .. flat(text)) end },
  { "trim", function(text) of("text").trim(text) end },
  { "Base64", function(text) of("openresty.base64").decode(text) end },
  { "name and patterns", function(text)
    local glob = of("openresty.glob")
    glob.matches(glob.compile({ "*a*b*a", "**/a/**/*a*b", "!a/**" }), text)
  end },
  { "signature of Standard Webhooks", function(text)
    local _, refusal = of("openresty.forge_signature").claim({ wall = function() return 0 end, window = 1 },
      { standard = true }, {}, { ["webhook-id"] = text, ["webhook-timestamp"] = "9", ["webhook-signature"] = text })
    assert(refusal)
  end },
  { "settings of a profile", function(text) of("credentials.profile").settings_of({ endpoint = text }) end },
  { "command of a profile", function(text) of("credentials.process").split(text) end },
  { "redacted text", function(text) of("redact").text(text) end },
  { "redacted reply", function(text) of("redact").reply({ text, { [text] = text } }) end },
  { "hint of a signature", function(text)
    of("hints").hint({ kind = "api", code = "SignatureDoesNotMatch", operation = "pipeline.list",
      message = "server string to sign is:" .. text, signer = { key = "LTAI" }, raw = {} })
  end },
  { "proxy", function(text) of("call.proxy").resolve("https://a.b/", text, function() end) end },
  { "date", function(text) of("dates").utc(text) end },
  { "lint", function(text) of("build_content.lint").run(text) end },
  { "build content", function(text) of("build_content.parser").parse(text) end },
  { "words", function(text) of("build_content.words").split(text) end },
  { "line of the file", function(text) of("command.lines").of(text, "yaml") end },
  { "NO_PROXY", function(text) of("call.no_proxy").names(text, "ecs.aliyuncs.com", 443) end },
  { "reference to terraform", function(text) of("command.terraform_references").resolve(text, {}) end },
  { "secret of a line", function(text) of("build_content.secrets").of_line(flat(text)) end, {
    { "names", filled("", "password ", "") }, { "pairs", filled("", "name=password value ", "") },
    { "options", filled("x", " -u a -p 1", "") }, { "URLs", filled("", "https://a.b/hook?d=e&", "") },
    { "pipes", filled("", "echo $a | passwd ", "") }, { "files", filled("", "echo $a > /a/token ", "") },
    { "calls", filled("", "create_superuser(pdo(a,", "") }, { "programs", filled("", "htpasswd -b a net user ", "") },
  } },
}

local function with(inputs, more)
  local all = {}
  for _, list in ipairs({ inputs, more }) do
    for _, input in ipairs(list) do
      all[#all + 1] = input
    end
  end
  return all
end

describe("work on text from outside", function()
  for _, parser in ipairs(PARSERS) do
    it("grows with its length: " .. parser[1], function()
      parser[2]("") -- loads what is loaded at first use
      for _, input in ipairs(with(INPUTS, parser[3])) do
        local small, wrong = counted.run(function() parser[2](input[2](SMALL)) end, 3e7)
        local most, large = ALLOWED * (small + FREE), nil
        if not wrong then
          large, wrong = counted.run(function() parser[2](input[2](LARGE)) end, most)
        end
        if os.getenv("GROWTH") then
          print(("%-24s %-14s %9d %9d %6.1f"):format(parser[1], input[1], small, large or -1,
            (large or 0) / (small + 1)))
        end
        assert.is_nil(wrong, input[1])
      end
    end)
  end
end)
