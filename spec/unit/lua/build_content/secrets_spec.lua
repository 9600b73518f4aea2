-- Secrets in build content are found and never shown; and both corpora of lines, in spec/build_content.
local content = require("ecs_pipeline.resources.build_content")
local repo = require("spec.support.repo")
local secrets = require("ecs_pipeline.build_content.secrets")

local function found(input, options)
  local list = {}
  for index, finding in ipairs(content.lint(input, options)) do
    list[index] = finding.code .. ":" .. finding.line
  end
  return table.concat(list, " ")
end

describe("build_content.lint on secrets", function()
  local CANARY = "c4naryCANARYc4nary42" -- never a part of a finding

  local function silent(text, options)
    local list = content.lint(text, options)
    for _, finding in ipairs(list) do
      for _, field in ipairs({ "message", "fix" }) do
        assert.is_nil((finding[field] or ""):lower():find("c4nary", 1, true), finding[field])
      end
    end
    return found(text, options)
  end

  local SECRETS = {
    access_key = { "RUN x LTAI5t" .. CANARY, "RUN x STS.NU" .. CANARY, "RUN x AKIAC4NARYC4NARY4242", "# ghp_" .. CANARY
      .. CANARY, "RUN x github_pat_" .. CANARY .. CANARY, "RUN x glpat-" .. CANARY, "RUN x xoxb-" .. CANARY, "RUN AIza"
      .. CANARY .. CANARY },
    private_key = { "RUN x '-----BEGIN RSA PRIVATE KEY-----'", "RUN x -----BEGIN PRIVATE KEY-----" },
    password = {
      "ENV DB_PASSWORD=\"" .. CANARY .. "\"", "ENV DB_PASSWORD " .. CANARY, "RUN export TOKEN=" .. CANARY,
      "RUN x --password "
      .. CANARY, "RUN x --api-key='" .. CANARY .. "'", "RUN x --password=" .. CANARY, "RUN curl https://u:" .. CANARY
      .. "@example.com", "RUN echo root:" .. CANARY .. " | chpasswd", "RUN echo 'root:" .. CANARY
        .. "' | sudo chpasswd",
      "RUN x -H 'Authorization: Bearer " .. CANARY .. "'", "RUN x -H \"X-Auth-Token: " .. CANARY .. "\"",
      "RUN echo '{\"password\": \"" .. CANARY .. "\"}' > x", "RUN x accessKeySecret=" .. CANARY, "# password="
        .. CANARY,
      "RUN mysql_pass=" .. CANARY, "RUN x https://h/p?token=" .. CANARY, "LABEL secret=\"" .. CANARY .. "\"",
      "RUN true && \\\n  export SECRET_KEY=" .. CANARY, "RUN curl -u me:" .. CANARY .. " https://x",
      "RUN a | curl -s --user 'me:" .. CANARY .. "' https://x", "RUN curl --proxy-user=me:" .. CANARY .. " https://x",
      "RUN sshpass -p " .. CANARY .. " ssh x", "RUN docker login -u me -p " .. CANARY .. " registry",
      "RUN mysqldump -ume -p" .. CANARY .. " db",
    },
  }
  for code, texts in pairs(SECRETS) do
    it("warns of what looks like " .. code .. " and does not show it", function()
      for _, text in ipairs(texts) do
        local line = text:find("\n") and 2 or 1
        local expected = text:sub(1, 1) == "#" and "no_commands:1 " or ""
        assert.equal(expected .. code .. ":" .. line, silent(text), text)
      end
    end)
  end

  it("knows every name of a secret and every form of a key, in any case and spelling", function()
    for _, name in ipairs({ "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey",
      "privatekey", "credential", "credentials", "api_key", "access_key", "private_key", "secret_key", "auth_key",
      "pass", "db_pass" }) do
      for _, spelt in ipairs({ name, name:upper(), (name:gsub("_", "-")), (name:gsub("_", ".")), "_" .. name,
        "my_" .. name .. "_2" }) do
        local last_word_only = name:find("pass$") and spelt:find("_2$")
        assert.equal(last_word_only and "" or "password:1", silent("RUN x " .. spelt .. "=" .. CANARY), spelt)
      end
    end
    for _, key in ipairs({ "LTAI", "STS.", "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_",
      "glpat-", "xoxa-", "xoxb-", "xoxp-", "xoxr-", "xoxs-", "AIza" }) do
      assert.equal("access_key:1", found("RUN x " .. key .. ("0123456789ABCDEF"):rep(3)), key)
    end
  end)

  local function masked(text)
    local lines = {}
    for line in (text .. "\n"):gmatch("(.-)\n") do
      lines[#lines + 1] = line
    end
    local count = #lines
    lines = secrets.masked(lines)
    assert.equal(count, #lines)
    return table.concat(lines, "\n")
  end

  it("masks every one of them", function()
    for _, texts in pairs(SECRETS) do
      for _, text in ipairs(texts) do
        local safe = masked(text)
        assert.is_nil(safe:lower():find("c4nary", 1, true), safe)
        assert.is_truthy(safe:find("***", 1, true), safe)
        assert.equal(safe, masked(safe))
      end
    end
  end)

  it("masks the rest of a line whose value has no known end, and what goes on below it", function()
    assert.equal("RUN export TOKEN=\"***", masked('RUN export TOKEN="' .. CANARY .. " and " .. CANARY .. '"; ls'))
    assert.equal("ENV DB_PASSWORD ***\n***\nRUN ls", masked("ENV DB_PASSWORD \\\n  " .. CANARY .. "\nRUN ls"))
    assert.equal("RUN x --password ***\n***\n***\nRUN ls",
      masked("RUN x --password a\\\n" .. CANARY .. " \\\nb\nRUN ls"))
    assert.equal("curl https://u:***@h/ -H 'Bearer ***' --x",
      masked("curl https://u:" .. CANARY .. "@h/ -H 'Bearer " .. CANARY .. "' --x"))
    assert.equal("x *** *** y", masked("x LTAI5t" .. CANARY .. " STS.NU" .. CANARY .. " y"))
  end)

  it("sees what only the lines of a continued command together show", function()
    local text = "RUN echo '" .. CANARY .. "' \\\n  | passwd --stdin root\nRUN ls"
    assert.equal("password:1", silent(text))
    assert.equal("RUN echo '***\n***\nRUN ls", masked(text))
    text = "RUN docker login -u x \\ \n  -p " .. CANARY .. " \\\n  host"
    assert.equal("unclear_continuation:1 password:1", silent(text))
    assert.equal("RUN docker login -u x \\ \n  -p ***\n***", masked(text))
    assert.equal("password:2", silent("RUN a \\\n && export TOKEN=" .. CANARY .. " \\\n && b"))
    for _, innocent in ipairs({ "RUN echo a \\\n && passwd -l root",
      content.new():script("echo a1b2c3\ncat /x | passwd --stdin root\n"):text(), "RUN echo a1 \\\n" }) do
      assert.equal(innocent, masked(innocent))
    end
  end)

  it("masks a private key to its end, and no more", function()
    local key = "RUN echo '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" .. CANARY .. "\n" .. CANARY
    assert.equal("RUN echo '***\n***\n***\n***\n***\n***\nRUN ls", masked(key
      .. "==\n-----END RSA PRIVATE KEY-----' > /k\nRUN ls"))
    assert.equal("grep -e ***\necho a b\nls", masked("grep -e -----BEGIN PRIVATE KEY-----\necho a b\nls"))
  end)

  it("shows no secret in any other finding either", function()
    assert.equal("unknown_verb:1 password:1", silent("password=" .. CANARY))
    assert.equal("unknown_verb:1", silent(CANARY .. " x"))
    assert.matches("^the word at the start", content.lint("correcthorsebattery x")[1].message)
    assert.matches('^"KICKSTART" is not a command of the build notation', content.lint("KICKSTART x")[1].message)
    silent("ENV A=\"" .. CANARY .. "\nUSER a " .. CANARY .. "\nCOPY https://x/y?" .. CANARY .. " /z\nCOMPONENT "
      .. CANARY
      .. "\nRESTART " .. CANARY .. "\nCMD [" .. CANARY .. "\nLABEL " .. CANARY, { args = {} })
  end)

  it("says nothing of references, placeholders and names that are none", function()
    for _, text in ipairs({
      "ENV PASSWORD=\"$FROM_OUTSIDE\"", "RUN x --password $P", "RUN x --password \"$(cat /run/p)\"",
      "RUN TOKEN=`cat x` y",
      "RUN x --password-stdin < y", "RUN x --token-file /a", "RUN x --password --user b", "ENV TOKEN_URL=\"https://a\"",
      "RUN pip install tokenizers==0.15", "RUN test \"$TOKEN\" = x", "RUN cd $PWD && true", "ENV PASSWORD=\"\"",
      "RUN x --use-token=false", "RUN echo password: none of your business", "RUN x --password={{ p }}",
      "RUN x --password <p>",
      "RUN curl https://u:$P@example.com", "ENV PASS_LENGTH=\"12\"", "RUN git clone https://example.com:8080/a@b",
      "ENV ACCESS_KEY_ID_FILE /a", "RUN a:b | cat", "ENV A password", "RUN curl -u $U:$P https://x",
      "RUN curl -u me https://x", "RUN mysql -p db", "RUN docker run -u 1000:1000 -p 80:80 x", "RUN curl x; ssh -u a:b",
      "RUN docker login -u me --password-stdin",
    }) do
      assert.equal("", found(text), text)
      assert.equal(text, masked(text))
    end
  end)
end)

describe("a URL that is a secret", function()
  for _, row in ipairs({
    { "https://hooks.slack.com/services/T0A/B0B/1a2b3c4dExample", "https://hooks.slack.com/services/T0A/B0B/***" },
    { "https://h/hook/1a2b3c4d-e77d", "https://h/hook/***" },
    { "https://h/send?key=1a2b3c4de77d&x=1", "https://h/send?key=***" },
    { "https://h/a.tgz?sig=abcdefgh%3D", "https://h/a.tgz?sig=***" },
    { "http://h/a?x-oss-signature=abcdefgh",
      "http://h/a?x-oss-signature=***" },
    { "https://h/webhooks/x/1a2b3c4dExample?wait=true", "https://h/webhooks/x/***" },
    { "redis://:Pw1@h", "redis://:***@h" },
    { "https://0123456789abcdef0123:x-oauth-basic@h", "https://***:x-oauth-basic@h" },
  }) do
    it("is masked to its end: " .. row[1], function()
      assert.equal("password", secrets.of_line(row[1])[1].code)
      assert.equal("\"" .. row[2] .. "\" y", secrets.masked_line("\"" .. row[1] .. "\" y"))
    end)
  end

  it("is not one of a release, a commit, a page or a reference", function()
    for _, url in ipairs({
      "https://h/webhook-linux-amd64", "https://h/a/1a2b3c4d-e77d-4d0a", "https://h/hooks/$TOKEN",
      "https://h/hooks/1a2b3c4d5e.tar.gz", "https://h/x?key=name&sort=1", "https://h/x?sig=$SIG",
      "https://h/hooks/",
    }) do
      assert.same({}, secrets.of_line(url), url)
    end
  end)
end)

describe("the corpus of lines", function()
  local VALUES = { "hunter2", "Pw99", "4f2a9c" } -- what the values of most planted lines hold

  local function with_finding(name)
    local reported, silent = {}, {}
    for line in repo.read("spec/build_content/" .. name):gmatch("[^\n]+") do
      local into = secrets.of_line(line)[1] and reported or silent
      into[#into + 1] = line
    end
    return #reported + #silent, reported, silent
  end

  it("has at least 95 % of its planted secrets found, and each of those masked", function()
    local count, reported, silent = with_finding("secrets_to_find.txt")
    assert.is_true(count >= 230)
    assert.is_true(#reported >= 0.95 * count, table.concat(silent, "\n"))
    for _, line in ipairs(reported) do
      local masked = secrets.masked_line(line)
      assert.is_truthy(masked:find("***", 1, true), line)
      for _, value in ipairs(VALUES) do
        assert.is_nil(masked:find(value, 1, true), masked)
      end
    end
  end)

  it("has at most 1 % of its innocent lines reported", function()
    local count, reported = with_finding("no_secrets_here.txt")
    assert.is_true(count >= 300)
    assert.is_true(#reported <= 0.01 * count, table.concat(reported, "\n"))
  end)
end)
