--- Passwords on a command line whose place only the program tells: `redis-cli -a x`,
-- `echo x | passwd --stdin root`, `ALTER USER a PASSWORD 'x'`. Pure; accepts any bytes.
local tables = require("ecs_pipeline.tables")

local secret_options = {}

local VALUE = "[\"']?()([^%s\"']+)"

local function after(option) -- "-a x", "-a 'x'"
  return "%s" .. option:gsub("%-", "%%-") .. "%s+" .. VALUE
end

local function attached(option) -- also "-ax"
  return "%s" .. option:gsub("%-", "%%-") .. "%s*" .. VALUE
end

local USER_PASSWORD = "%s*[\"']?[^%s:\"']+:()([^%s\"']+)"
local LOGIN = { behind = "%slogin%f[%s]()", attached("-p") }

-- Program → where its password stands: patterns of what follows its name, or follows `behind`.
local PROGRAMS = {
  curl = { "%s%-u" .. USER_PASSWORD, "%s%-%-user[%s=]" .. USER_PASSWORD,
    "%s%-%-proxy%-user[%s=]" .. USER_PASSWORD },
  sshpass = { attached("-p") },
  mysql = { "%s%-p[\"']?()([^%s\"']+)" }, -- after a blank: a database
  ["7z"] = { "%s%-p[\"']?()([^%s\"']+)" },
  ["redis-cli"] = { after("-a") },
  mongo = { after("-p") },
  sqlcmd = { attached("-P") },
  unzip = { attached("-P") },
  ldap = { after("-w"), after("-s") },
  ["ssh-keygen"] = { after("-N") },
  ossutil = { after("-k") },
  keytool = { after("-storepass"), after("-keypass"), after("-srcstorepass") },
  openssl = { "%spass:()([^%s\"']+)", after("-k"),
    "^%s+passwd%s+%-[%w-]+%s+" .. VALUE, "%s%-salt%s+%S+%s+" .. VALUE },
  htpasswd = { "%s%-%a?%a?b%a?%a?%s+%S+%s+%S+%s+" .. VALUE,
    "%s%-%a?n%a?b%a?%s+%S+%s+" .. VALUE },
  rabbitmqctl = { "%sadd_user%s+%S+%s+" .. VALUE, "%schange_password%s+%S+%s+" .. VALUE },
  wpa_passphrase = { "^%s+%S+%s+" .. VALUE },
  net = { "%s%-U%s*[\"']?[^%s%%\"']+%%()([^%s\"']+)" },
  docker = LOGIN, helm = LOGIN, az = LOGIN,
}
-- Programs that take the options of another one.
local SAME = {
  mysqldump = "mysql", mysqladmin = "mysql", mysqlimport = "mysql", mariadb = "mysql",
  mongosh = "mongo", mongodump = "mongo", mongorestore = "mongo", mongoimport = "mongo",
  mosquitto_passwd = "htpasswd", zip = "unzip", ["7za"] = "7z", ["7zr"] = "7z",
  jarsigner = "keytool", ossutil64 = "ossutil",
  podman = "docker", nerdctl = "docker", buildah = "docker", skopeo = "docker", oras = "docker",
  ldapsearch = "ldap", ldapadd = "ldap", ldapmodify = "ldap", ldappasswd = "ldap",
  ldapdelete = "ldap", ldapwhoami = "ldap", smbclient = "net", rpcclient = "net",
}

local NAMES = tables.sorted_keys(tables.merge(tables.copy(PROGRAMS), SAME))

local function first(part, patterns, from, is_literal)
  if patterns.behind then
    from = part:match(patterns.behind, from) or #part + 1
  end
  for _, pattern in ipairs(patterns) do
    local at, value = part:match(pattern, from)
    if value and value:sub(1, 1) ~= "-" and is_literal(value) then
      return at
    end
  end
  return nil
end

-- The position after the first whole word that is `name`.
local function after_word(part, name)
  local start, stop = part:find(name, 1, true)
  while start do
    if not part:find("^[%w_-]", stop + 1)
        and (start == 1 or not part:find("^[%w_-]", start - 1)) then
      return stop + 1
    end
    start, stop = part:find(name, stop + 1, true)
  end
  return nil
end

-- In a part without pipes: the first of the programs that has a password.
local function by_program(part, is_literal, names)
  local best, best_from
  for _, name in ipairs(names) do
    local from = after_word(part, name)
    if from and not (best_from and best_from < from) then
      local at = first(part, PROGRAMS[SAME[name] or name], from, is_literal)
      if at then
        best, best_from = at, from
      end
    end
  end
  return best
end

-- Programs that read a password from their input, and whether a user's name stands before it.
local READERS = { "^%s*[%a%s/-]-passwd%f[^%w]", "%-%-password%-stdin", "%-%-stdin", "realm%s+join",
  "^%s*[%a%s/-]-kinit%f[^%w]", "sudo%s+%-S", "cryptsetup%s+luks" }

local function reads_password(part)
  part = part:sub(1, 200)
  for _, pattern in ipairs(READERS) do
    if part:find(pattern) then
      return true
    end
  end
  return false
end

-- What `echo` or `printf` writes: where its first literal word begins.
local function written(part, is_literal)
  local from = part:match("%f[%w]echo%f[%s]()") or part:match("%f[%w]printf%f[%s]()")
  while from do
    local at, word, stop = part:match("^%s+[\"']?()([^%s\"']+)[\"']?()", from)
    if word and word:sub(1, 1) ~= "-" and word:sub(1, 1) ~= "%" then
      return is_literal(word) and at or nil, word
    end
    from = stop
  end
  return nil
end

-- `echo x | passwd --stdin root`; chpasswd reads "user:password".
local function piped(line, is_literal)
  local before, before_at
  if not line:find("|", 1, true) then
    return nil
  end
  for at, part in line:gmatch("()([^|]+)") do
    if before and reads_password(part) then
      local place, word = written(before, is_literal)
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

-- Texts with a fixed form, in lower case: what the line must have, and what follows it.
local FORMS = {
  { "identified", "identified%s+by%s+'()([^']+)'" },
  { "identified", "identified%s+with%s+[%w_]+%s+by%s+'()([^']+)'" },
  { "user", "%spassword%s+'()([^']+)'" },
  { "role", "%spassword%s+'()([^']+)'" },
  { "set password", "[=%(]%s*'()([^']+)'" },
  { "login", "^login%s+%S+%s+password%s+()([^%s\"']+)" },
  { "chpasswd", "<<<%s*[\"']?[%w_.-]+:()([^%s\"']+)" },
}
-- A line of ~/.pgpass: host:port:database:user:password.
local PGPASS = "[^%s\"':]+:[%d*]+:[^%s\"':]+:[^%s\"':]+:()([^%s\"']+)"

local function formed(line, is_literal)
  local lower = line:lower()
  for _, row in ipairs(FORMS) do
    local from = lower:find(row[1], 1, true)
    local at = from and lower:match(row[2], from)
    if at and is_literal(line:match("^[^%s\"']+", at)) then
      return at
    end
  end
  local at, value
  if lower:find("pgpass", 1, true) then
    at, value = line:match(PGPASS)
  end
  return value and is_literal(value) and at or nil
end

-- Every kind but the options of programs has one of these, in lower case.
local SIGNS = { "passw", "identified", "pgpass", "%-%-stdin", "realm%s", "kinit", "cryptsetup",
  "sudo%s+%-s" }

--- Can a line of the text hold a password of these kinds? Most texts name none of the programs.
-- @tparam string text
-- @tparam string lower the text in lower case
-- @treturn ?table for `secret_options.find`; nil if it cannot
function secret_options.possible(text, lower)
  local forms, names = false, {}
  for _, sign in ipairs(SIGNS) do
    forms = forms or lower:find(sign) ~= nil
  end
  for _, name in ipairs(NAMES) do
    names[#names + 1] = text:find(name, 1, true) and name or nil
  end
  return (forms or names[1]) and { forms = forms, names = names } or nil
end

--- Where the first password of these kinds begins.
-- @tparam string line
-- @tparam function is_literal (value) → is it a value, not a reference?
-- @tparam ?table possible of `secret_options.possible` for a text with this line
-- @treturn ?number position; nil if there is none
function secret_options.find(line, is_literal, possible)
  possible = possible or secret_options.possible(line, line:lower())
  if not possible then
    return nil
  end
  local place = possible.forms and (piped(line, is_literal) or formed(line, is_literal)) or nil
  for offset, part in (possible.names[1] and line or ""):gmatch("()([^|;&]+)") do
    local at = by_program(part, is_literal, possible.names)
    at = at and offset + at - 1
    if at and at < (place or at + 1) then
      place = at
    end
  end
  return place
end

return secret_options
