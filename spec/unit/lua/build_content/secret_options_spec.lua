-- Passwords whose place only the program tells.
local secret_options = require("ecs_pipeline.build_content.secret_options")

-- A line with the password replaced by "@".
local function place(line)
  local at = secret_options.find(line, secret_options.possible(line))
  return at and line:sub(1, at - 1) .. "@" or nil
end

describe("secret_options.find", function()
  for _, row in ipairs({
    { "redis-cli -a Pw1", "redis-cli -a @" }, { "redis-cli -h x -a 'Pw1' ping", "redis-cli -h x -a '@" },
    { "sqlcmd -PPw1", "sqlcmd -P@" }, { "mysql -uroot -pPw1", "mysql -uroot -p@" },
    { "true; docker login x -p Pw1", "true; docker login x -p @" }, { "htpasswd -nbB jo Pw1", "htpasswd -nbB jo @" },
    { "htpasswd -b -c /f jo Pw1", "htpasswd -b -c /f jo @" }, { "htpasswd -cb /f jo Pw1", "htpasswd -cb /f jo @" },
    { "openssl passwd -1 -salt ab Pw1", "openssl passwd -1 -salt ab @" },
    { "wpa_passphrase net Pw1", "wpa_passphrase net @" }, { "net ads join -U a%Pw1", "net ads join -U a%@" },
    { "echo a | tee x; curl -u jo:Pw1 https://x", "echo a | tee x; curl -u jo:@" },
    { "poetry config http-basic.x jo Pw1", "poetry config http-basic.x jo @" },
    { "composer config -g github-oauth.github.com Pw1", "composer config -g github-oauth.github.com @" },
    { "bundle config gems.example.com jo:Pw1", "bundle config gems.example.com jo:@" },
    { "mc alias set x http://y jo Pw1", "mc alias set x http://y jo @" }, { "cargo login Pw1", "cargo login @" },
    { "consul agent -encrypt=Pw1", "consul agent -encrypt=@" }, { "lftp -u jo,Pw1 x", "lftp -u jo,@" },
    { "sqlplus jo/Pw1@db", "sqlplus jo/@" }, { "mysqladmin -u root password Pw1", "mysqladmin -u root password @" },
    { "net user jo Pw1 /add", "net user jo @" }, { "NET USER jo /add", nil }, { "net use X: \\\\h\\s Pw1",
      "net use X: \\\\h\\s @" }, { "cmdkey /add:h /user:jo /pass:Pw1", "cmdkey /add:h /user:jo /pass:@" },
    { "schtasks /create /ru jo /rp Pw1", "schtasks /create /ru jo /rp @" },
    { "dotnet nuget push a.nupkg -k Pw1", "dotnet nuget push a.nupkg -k @" }, { "nuget push a -s x", nil },
    { "rootpw --plaintext Pw1", "rootpw --plaintext @" }, { "rootpw --lock", nil },
    { "nmcli c add wifi-sec.psk Pw1", "nmcli c add wifi-sec.psk @" },
    { "unknown -u jo -p Pw1", "unknown -u jo -p @" },
    { "unknown --username jo -p 'Pw1'", "unknown --username jo -p '@" },
    { "unknown -u jo -p 8080:80", nil }, { "unknown -u jo -p 80", nil }, { "unknown -p Pw1", nil },
    { "unknown -u jo -p /a", nil }, { "docker run -u jo -p x", nil }, { "mysql -u jo -p shop", nil },
  }) do
    it((row[2] and "finds " or "finds nothing in ") .. row[1], function()
      assert.equal(row[2], place(row[1]))
    end)
  end

  it("finds nothing in references, other options and other programs", function()
    for _, line in ipairs({
      "redis-cli -a $P", "redis-cli -a -h x", "docker run -p 80:80 x", "echo x | tee y", "mysql -p shop", "ls -a Pw1",
      "htpasswd -b -c /etc/squid/passwd proxy \"$P\"", "bundle exec rake db:migrate", "net use", "",
    }) do
      assert.is_nil(place(line), line)
    end
  end)
end)
