-- Passwords whose place only the program tells; and both corpora of lines, in spec/build_content.
local repo = require("spec.support.repo")
local secret_options = require("ecs_pipeline.build_content.secret_options")
local secrets = require("ecs_pipeline.build_content.secrets")

local function is_literal(value)
  return value:sub(1, 1) ~= "$"
end

-- A line with the password replaced by "@".
local function place(line)
  local at = secret_options.find(line, is_literal)
  return at and line:sub(1, at - 1) .. "@" or nil
end

describe("secret_options.find", function()
  for _, row in ipairs({
    { "redis-cli -a Pw1", "redis-cli -a @" }, { "redis-cli -h x -a 'Pw1' ping", "redis-cli -h x -a '@" },
    { "sqlcmd -PPw1", "sqlcmd -P@" }, { "mysql -uroot -pPw1", "mysql -uroot -p@" },
    { "true; docker login x -p Pw1", "true; docker login x -p @" }, { "htpasswd -nbB jo Pw1", "htpasswd -nbB jo @" },
    { "openssl passwd -1 -salt ab Pw1", "openssl passwd -1 -salt ab @" },
    { "wpa_passphrase net Pw1", "wpa_passphrase net @" }, { "net ads join -U a%Pw1", "net ads join -U a%@" },
    { "echo -n Pw1 | sudo passwd --stdin root", "echo -n @" }, { "printf '%s' 'Pw1' | kinit jo", "printf '%s' '@" },
    { "echo root:Pw1 | /usr/sbin/chpasswd", "echo root:@" }, { "chpasswd <<< 'a:Pw1'", "chpasswd <<< 'a:@" },
    { "SET PASSWORD FOR root = 'Pw1'", "SET PASSWORD FOR root = '@" },
    { "set password = password('Pw1')", "set password = password('@" },
    { "echo h:5432:db:jo:Pw1 >> ~/.pgpass", "echo h:5432:db:jo:@" },
    { "echo a | tee x; curl -u jo:Pw1 https://x", "echo a | tee x; curl -u jo:@" },
  }) do
    it("finds " .. row[1], function()
      assert.equal(row[2], place(row[1]))
    end)
  end

  it("finds nothing in references, other options and other programs", function()
    for _, line in ipairs({
      "redis-cli -a $P", "redis-cli -a -h x", "docker run -p 80:80 x", "echo $P | passwd --stdin", "echo x | tee y",
      "cat x | passwd --stdin root", "echo x | chpasswd", "echo root:$P | chpasswd", "mysql -p shop", "ls -a Pw1",
      "CREATE USER a IDENTIFIED BY '$P'", "echo h:5432:db:jo:$P >> ~/.pgpass", "printf | passwd", "",
    }) do
      assert.is_nil(place(line), line)
    end
  end)
end)

local function lines_of(name)
  local list = {}
  for line in repo.read("spec/build_content/" .. name):gmatch("[^\n]+") do
    list[#list + 1] = line
  end
  return list
end

describe("the corpus of lines", function()
  local function with_finding(name)
    local list, silent = lines_of(name), {}
    local found = {}
    for _, line in ipairs(list) do
      local into = secrets.of_line(line)[1] and found or silent
      into[#into + 1] = line
    end
    return #list, found, silent
  end

  it("has at least 95 % of its planted secrets found, and each of those masked", function()
    local count, found, silent = with_finding("secrets_to_find.txt")
    assert.is_true(count >= 80)
    assert.is_true(#found >= 0.95 * count, table.concat(silent, "\n"))
    for _, line in ipairs(found) do
      assert.is_truthy(secrets.masked_line(line):find("***", 1, true), line)
    end
  end)

  it("has at most 1 % of its innocent lines reported", function()
    local count, found = with_finding("no_secrets_here.txt")
    assert.is_true(count >= 150)
    assert.is_true(#found <= 0.01 * count, table.concat(found, "\n"))
  end)
end)
