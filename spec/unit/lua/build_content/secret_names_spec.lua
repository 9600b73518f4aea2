-- Names of secrets, and where their values stand.
local secret_names = require("ecs_pipeline.build_content.secret_names")

-- A line with the value replaced by "@".
local function place(line)
  local at = secret_names.find(line)
  return at and line:sub(1, at - 1) .. "@" or nil
end

describe("secret_names", function()
  it("knows the name of a secret", function()
    for _, name in ipairs({ "password", "DB_PASSWORD", "dbPassword", "db.password", "--api-key", "_authToken", "dbpass",
      "ansible_ssh_pass", "user_pw", "pw", "wifi.psk", "AccountKey", "rootpw", "authkey", "SECRET_KEY_BASE" }) do
      assert.is_true(secret_names.is_secret(name), name)
    end
    for _, name in ipairs({ "compass", "bypass", "monkey", "password_file", "TOKEN_URL", "adminPasswordKey", "pwn",
      "ask-password", "SECRET_KEY_BASE_DUMMY", "credential_source", "--password-command", "tokens", "keyboard" }) do
      assert.is_false(secret_names.is_secret(name), name)
    end
  end)

  it("takes neither references nor placeholders for values", function()
    for _, value in ipairs({ "", "$P", "<p>", "{{ p }}", "file:/a", "env:P", "op://a", "CHANGE_ME", "your-token", "xxx",
      "@/a", "required", "off", ".*", "x-oauth-basic" }) do
      assert.is_false(secret_names.is_literal(value), value)
    end
    for _, value in ipairs({ "Pw1", "changeit", "a:b", "-x", "xxl" }) do
      assert.is_true(secret_names.is_literal(value), value)
    end
  end)

  for _, row in ipairs({
    { "PASSWORD=Pw1", "PASSWORD=@" }, { "PASSWORD=\\\"Pw1\\\"", "PASSWORD=\\\"@" },
    { "--password 'Pw1'", "--password '@" },
    { "x --password \\", "x --password @" }, { "TOKEN=\\", "TOKEN=@" }, { "password \\", nil },
    { "password = 'pw'", "password = '@" }, { "password = passw1", "password = @" }, { "'password' => 'pw'",
      "'password' => '@" }, { "conf[\"password\"] = \"pw\"", "conf[\"password\"] = \"@" },
    { "$password = 'pw'", "$password = '@" }, { "{\\\"password\\\": \\\"passw1\\\"}", "{\\\"password\\\": \\\"@" },
    { "  password: pw", "  password: @" }, { "- \"password\": 'pw',", "- \"password\": '@" },
    { "<password>pw</password>", "<password>@" }, { "<AdminPassword><Value>pw</Value>", "<AdminPassword><Value>@" },
    { "${PASSWORD:=pw}", "${PASSWORD:=@" }, { "\"${PASSWORD:-pw}\"", "\"${PASSWORD:-@" },
    { "set('PASSWORD', 'passw1')", "set('PASSWORD', '@" },
    { "-Name Password -Value 'pass'", "-Name Password -Value '@" },
    { "$p 'DefaultPassword' -Value pass", "$p 'DefaultPassword' -Value @" },
    { "{name: DB_PASSWORD, value: pass}", "{name: DB_PASSWORD, value: @" },
    { "\"name\": \"DB_PASSWORD\", \"value\": \"pass\"", "\"name\": \"DB_PASSWORD\", \"value\": \"@" },
    { "reg add k /v Password /t REG_SZ /d pass", "reg add k /v Password /t REG_SZ /d @" },
    { "setx DB_PASSWORD pass /M", "setx DB_PASSWORD @" }, { "set -gx TOKEN pass", "set -gx TOKEN @" },
    { "x configure set secretKey pass", "x configure set secretKey @" }, { "reset-admin-password passw1",
      "reset-admin-password @" }, { "neighbor x password passw1", "neighbor x password @" },
    { "a password b=c DB_PASSWORD=pw", "a password b=c DB_PASSWORD=@" },
  }) do
    it((row[2] and "finds the value in " or "finds none in ") .. row[1], function()
      assert.equal(row[2], place(row[1]))
    end)
  end

  it("finds none in comparisons, expressions, lists and prose", function()
    for _, line in ipairs({
      "[ \"$TOKEN\" = passw1 ]", "[ $TOKEN = 'pw' ]", "test $TOKEN = 'pw'", "[ -n x -a $TOKEN = 'pw' ]",
      "if ($password == 'pw')", "token = vault.token1.id", "key = private_key1[0]", "'password', 'name1x'",
      "METHOD \"password\", \"scram-sha-256\"", "passwd: files", "the password: see page 7", "$password = $other",
      "-Name Password -Value $p", "setx DB_PASSWORD %P%", "password sufficient pam_unix.so sha512", "passwd user01",
      "x configure set token_ttl 123456", "<password>${p}</password>", "</password></server>", "password >pw</a",
      "getenv('PASSWORD', 'default')", "password" .. (" "):rep(300) .. "= 'pw'",
    }) do
      assert.is_nil(place(line), line)
    end
  end)
end)
