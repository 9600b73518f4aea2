--- Passwords that a command line writes somewhere: `echo x | passwd --stdin root`,
-- `--password-file=<(echo x)`, `echo x > admin_password`, `ALTER USER a PASSWORD 'x'`. Pure;
-- accepts any bytes.
local secret_names = require("ecs_pipeline.build_content.secret_names")

local is_literal = secret_names.is_literal

local secret_inputs = {}

-- Programs that read a password from their input.
local READERS = { "^%s*[%a%s/-]-passwd%f[^%w]", "%-%-[%w-]*stdin", "realm%s+join",
  "^%s*[%a%s/-]-kinit%f[^%w]", "sudo%s+%-S", "cryptsetup%s+luks", "%-keystore%s+add",
  "%-%-with%-token", "%-%-passphrase%-fd%s+0", "%-pass%a*%s+stdin", "=%-%s*$",
  "%-%-data%-file=%-", "docker%s+secret%s+create", "vncpasswd%s+%-f" }

local WINDOW = 200

local function reads_password(part)
  part = part:sub(1, WINDOW)
  for _, pattern in ipairs(READERS) do
    if part:find(pattern) then
      return true
    end
  end
  return false
end

-- What `echo` or `printf` writes: where its first literal word begins, the word, where it ends.
local function written(part)
  local from = part:match("%f[%w]echo%f[%s]()") or part:match("%f[%w]printf%f[%s]()")
  while from do
    local at, word, stop = part:match("^%s+[\"']?()([^%s\"']+)[\"']?()", from)
    if word and word:sub(1, 1) ~= "-" and word:sub(1, 1) ~= "%" then
      return is_literal(word) and at or nil, word, stop
    end
    from = stop
  end
  return nil
end

-- `echo x | passwd --stdin root`; chpasswd reads "user:password".
local function piped(line)
  local before, before_at
  for at, part in line:gmatch("()([^|]+)") do
    if before and reads_password(part) then
      local place, word = written(before)
      local user = word and part:find("chpasswd", 1, true) and word:match("^[%w_.-]+:()")
      if user and is_literal(word:sub(user)) then
        return before_at + place + user - 2
      elseif place and not part:find("chpasswd", 1, true) then
        return before_at + place - 1
      end
    end
    before, before_at = part, at
  end
  return nil
end

-- `passwd --stdin root <<< x`; chpasswd reads "user:password".
local function here_string(line)
  local at = line:find("<<<", 1, true)
  if not at then
    return nil
  end
  local before, rest = line:sub(1, at - 1):match("[^|;&]*$"), line:sub(at + 3, at + WINDOW)
  local start, word = rest:match("^%s*[\"']?()([^%s\"']+)")
  if before:find("chpasswd", 1, true) then
    start, word = rest:match("^%s*[\"']?[%w_.-]+:()([^%s\"']+)")
  elseif not reads_password(before) then
    return nil
  end
  return word and is_literal(word) and at + 2 + start or nil
end

-- `--password-file=<(echo x)`
local function substituted(line)
  local at = line:find("<(", 1, true)
  local option = at and line:sub(math.max(1, at - WINDOW), at - 1):match("([%w-]+)[%s=]+$")
  if not (option and secret_names.has_root(option:lower())) then
    return nil
  end
  local place = written(line:sub(at + 2, at + WINDOW))
  return place and at + 1 + place or nil
end

-- A file that is named as a secret, or is in a folder of secrets.
local function is_secret_file(path)
  local name = path:match("([^/]+)$") or ""
  return name ~= "passwd" and secret_names.is_secret(name) or path:find("/secrets/[^/]+$") ~= nil
end

-- `echo x > admin_password`; the text is one word.
local function to_file(line)
  for offset, part in line:gmatch("()([^;&]+)") do
    local place, word, stop = written(part)
    local path = place and (part:match("^%s*>>?%s*[\"']?([%w_./-]+)", stop)
      or part:match("^%s*|[%a%s]-%f[%a]tee%s+([%w_./-]+)", stop))
    if path and #word >= 6 and not word:find("^%d+$") and is_secret_file(path) then
      return offset + place - 1
    end
  end
  return nil
end

-- Texts with a fixed form: what the line has, in lower case; the pattern, from there, also in lower
-- case; does it begin there, and not behind?
local FORMS = {
  { "identified", "identified%s+by%s+'()([^']+)'" },
  { "identified", "identified%s+with%s+[%w_]+%s+by%s+'()([^']+)'" },
  { "user", "%spassword%s+'()([^']+)'" },
  { "role", "%spassword%s+'()([^']+)'" },
  { "set password", "[=%(]%s*'()([^']+)'" },
  { "login", "^login%s+%S+%s+password%s+()([^%s\"']+)" },
  { "_password password ", "^_password password ()([^%s\"']+)" }, -- debconf
  { "password:", "send%s+[%s-]*\\?\"()([^\"\\]+)" }, -- expect
  { " psk ", "^ psk [\"']()([^\"']+)" },
  { "createuser ", "^createuser%s+%S+%s+%w+%s+[\"']?()([^%s\"']+)" }, -- Net-SNMP
  { "password_hash", "()([^\"'{]+)[\"']%s*|%s*password_hash", 80 }, -- Jinja
  { "securestring", "^securestring%s+\\?[\"']?()([^%s\"']+)" },
  { "securestring", "^securestring%s+%-string%s+\\?[\"']?()([^%s\"']+)" },
  { "networkcredential", "^networkcredential%([^,()]*,%s*\\?[\"']()([^\"']+)" },
  { "create_superuser", "^create_superuser%([^()]*,%s*\\?[\"']()([^\"']+)" }, -- Django
  { "pdo(", "^pdo%([^,()]*,[^,()]*,%s*\\?[\"']()([^\"']+)" }, -- PHP
  { "mysqli", "^mysqli[_%a]*%([^,()]*,[^,()]*,%s*\\?[\"']()([^\"']+)" },
  { "-auth ", "^%-auth [\"']?[%w_.@-]+:()([^%s\"':/]+)" },
}
-- A line of `chpasswd: list:` in a file for cloud-init.
local USERS = { root = true, admin = true, ubuntu = true, debian = true, centos = true,
  ["ecs-user"] = true, ["ec2-user"] = true }
local USER_LINE = "^[%s\"'-]*(%l[%l%d-]*):()([^%s\"':/]+)[\"']?%s*$"
-- A line of ~/.pgpass: host:port:database:user:password.
local PGPASS = "[^%s\"':]+:[%d*]+:[^%s\"':]+:[^%s\"':]+:()([^%s\"']+)"

local function formed(line, lower)
  for _, row in ipairs(FORMS) do
    local from = lower:find(row[1], 1, true)
    if from then
      from = math.max(1, from - (row[3] or 0))
      local at = lower:sub(from, from + WINDOW):match(row[2])
      local value = at and line:match("^[^%s\"'\\]+", from + at - 1)
      if value and value:sub(1, 1) ~= "-" and is_literal(value) then
        return from + at - 1
      end
    end
  end
  local user, at, value = line:match(USER_LINE)
  if not USERS[user] then
    value = nil
  end
  if lower:find("pgpass", 1, true) then
    at, value = line:match(PGPASS)
  end
  return value and is_literal(value) and at or nil
end

-- Each of them has one of these, in lower case.
local SIGNS = { "passw", "identified", "pgpass", "stdin", "realm", "kinit", "cryptsetup", "sudo -s",
  "keystore", "token", "secret", "=-", "psk", "createuser", "securestring", "networkcred",
  "<(", "key", "create_superuser", "pdo(", "mysqli", "-auth ", "root:", "admin:", "ubuntu:",
  "debian:", "centos:", "-user:" }

--- Can a text hold one of them?
-- @tparam string lower the text in lower case
function secret_inputs.possible(lower)
  for _, sign in ipairs(SIGNS) do
    if lower:find(sign, 1, true) then
      return true
    end
  end
  return false
end

--- Where the first of them begins.
-- @tparam string line
-- @treturn ?number position; nil if there is none
function secret_inputs.find(line)
  local lower = line:lower()
  if not secret_inputs.possible(lower) then
    return nil
  end
  return line:find("|", 1, true) and piped(line) or here_string(line) or substituted(line)
    or line:find("[>|]") and to_file(line) or formed(line, lower)
end

return secret_inputs
