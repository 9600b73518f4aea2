-- Passwords that a line writes into a program, a file or a statement.
local secret_inputs = require("ecs_pipeline.build_content.secret_inputs")

-- A line with the password replaced by "@".
local function place(line)
  local at = secret_inputs.find(line)
  return at and line:sub(1, at - 1) .. "@" or nil
end

describe("secret_inputs.find", function()
  for _, row in ipairs({
    { "echo -n Pw1 | sudo passwd --stdin root", "echo -n @" }, { "printf '%s' 'Pw1' | kinit jo", "printf '%s' '@" },
    { "echo root:Pw1 | /usr/sbin/chpasswd", "echo root:@" }, { "chpasswd <<< 'a:Pw1'", "chpasswd <<< 'a:@" },
    { "passwd --stdin root <<<Pw1", "passwd --stdin root <<<@" },
    { "pdbedit -t jo <<< $'Pw1\\nPw1'", "pdbedit -t jo <<< $'@" },
    { "echo Pw1 | es-keystore add -x a", "echo @" }, { "echo Pw1 | vault kv put db pw=-", "echo @" },
    { "echo Pw1 | docker secret create db -", "echo @" }, { "echo Pw1 | x --password-stdin", "echo @" },
    { "echo Pw1 | adcli join --stdin-password", "echo @" }, { "echo Pw1 | gh auth login --with-token", "echo @" },
    { "SET PASSWORD FOR root = 'Pw1'", "SET PASSWORD FOR root = '@" },
    { "set password = password('Pw1')", "set password = password('@" },
    { "x --password-file=<(echo Pw1)", "x --password-file=<(echo @" },
    { "x --password-command 'echo Pw1' y", "x --password-command 'echo @" },
    { "echo Passw1 > /a/admin_password", "echo @" }, { "echo -n 'Passw1' | sudo tee /run/secrets/db", "echo -n '@" },
    { "printf '%s\\n' 'a b:Passw1\\n' >/a/sasl_passwd", "printf '%s\\n' 'a @" },
    { "echo h:5432:db:jo:Pw1 >> ~/.pgpass", "echo h:5432:db:jo:@" },
    { "a/root_password password Pw1", "a/root_password password @" },
    { "expect \"Password:\"; send -- \"Pw1\\r\"", "expect \"Password:\"; send -- \"@" },
    { "h : PSK \"Pw1\"", "h : PSK \"@" }, { "createUser jo SHA Pw1 AES Pw2", "createUser jo SHA @" },
    { "{{ 'Pw1' | password_hash('sha512') }}", "{{ '@" },
    { "ConvertTo-SecureString -String 'Pw1'", "ConvertTo-SecureString -String '@" },
    { "NetworkCredential('jo', 'Pw1')", "NetworkCredential('jo', '@" },
    { "create_superuser('jo', 'a@b', 'Pw1')", "create_superuser('jo', 'a@b', '@" },
    { "new PDO('d', 'jo', 'Pw1')", "new PDO('d', 'jo', '@" }, { "mysqli_connect('d', 'jo', 'Pw1')",
      "mysqli_connect('d', 'jo', '@" }, { "x -auth jo:Pw1", "x -auth jo:@" },
    { "s/#BasicAuth user pw/BasicAuth jo Pw1/", "s/#BasicAuth user pw/BasicAuth jo @" },
    { "    root:Pw1", "    root:@" }, { "  - \"ecs-user:Pw1\"", "  - \"ecs-user:@" },
  }) do
    it("finds " .. row[1], function()
      assert.equal(row[2], place(row[1]))
    end)
  end

  it("finds nothing in references, prose and other programs", function()
    for _, line in ipairs({
      "echo $P | passwd --stdin", "cat x | passwd --stdin root", "echo x | chpasswd", "echo root:$P | chpasswd",
      "CREATE USER a IDENTIFIED BY '$P'", "echo h:5432:db:jo:$P >> ~/.pgpass", "printf | passwd", "echo x | tee y",
      "cat <<< Pw1",
      "echo Pw1 | git hash-object --stdin", "echo Pw1 | tar --file=-", "echo Pw1 | ansible -i - all",
      "echo Pw1 | kubectl apply -f -",
      "chpasswd <<< $P", "x --files-from=<(echo Pw1)", "x --password-file=<(cat /a)",
      "echo Passw1 > /etc/passwd", "echo Passw1 > /a/motd", "echo the password is kept > /a/password",
      "echo 123456 > /a/token", "echo x a=1b2c3d > /a/password", "echo $P > /a/password", "printf > /a/password",
      "ConvertTo-SecureString $p -AsPlainText", "ConvertTo-SecureString -AsPlainText", "redis:7alpine", "root:x:0:0",
      "- redis:Pw1", "",
    }) do
      assert.is_nil(place(line), line)
    end
  end)
end)
