-- Secrets in build content are found and never shown.
local content = require("ecs_pipeline.resources.build_content")

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
    end
  end)
end)
