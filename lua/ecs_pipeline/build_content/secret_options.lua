--- Passwords on a command line whose place only the program tells: `redis-cli -a x`,
-- `htpasswd -b file user x`, `net user name x`. Pure; accepts any bytes.
local is_literal = require("ecs_pipeline.build_content.secret_names").is_literal

local secret_options = {}

local VALUE = "[\"']?()([^%s\"']+)"

local function after(option) -- "-a x", "-a 'x'"
  return "%s" .. option:gsub("%-", "%%-") .. "%s+" .. VALUE
end

local function attached(option) -- also "-ax"
  return "%s" .. option:gsub("%-", "%%-") .. "%s*" .. VALUE
end

-- The word after some others: `add_user name x`.
local function word_after(words)
  return "%s" .. words:gsub("%-", "%%-"):gsub("%*", "%%S+"):gsub(" ", "%%s+") .. "%s+" .. VALUE
end

local USER_PASSWORD = "%s*[\"']?[^%s:\"']+:()([^%s\"']+)"
local LOGIN = { behind = "%slogin%f[%s]()", attached("-p") }
local ORACLE = { "%s[\"']?[%w_]+/()([^%s\"'@/]+)@" }
local HTTP_BASIC = word_after("http-basic.* *")

-- Program → where its password stands: patterns of what follows its name, or follows `behind`.
local PROGRAMS = {
  curl = { "%s%-u" .. USER_PASSWORD, "%s%-%-user[%s=]" .. USER_PASSWORD,
    "%s%-%-proxy%-user[%s=]" .. USER_PASSWORD },
  http = { "%s%-a" .. USER_PASSWORD, "%s%-%-auth[%s=]" .. USER_PASSWORD },
  etcdctl = { "%s%-%-user[%s=]" .. USER_PASSWORD },
  sshpass = { attached("-p") },
  mysql = { "%s%-p[\"']?()([^%s\"']+)" }, -- after a blank: a database
  mysqladmin = { "%s%-p[\"']?()([^%s\"']+)", word_after("password") },
  ["7z"] = { "%s%-p[\"']?()([^%s\"']+)" },
  ["redis-cli"] = { after("-a") },
  mongo = { after("-p") },
  sqlcmd = { attached("-P") },
  unzip = { attached("-P") },
  ldap = { after("-w"), after("-s") },
  kadmin = { after("-w"), after("-pw") },
  ["ipa-server-install"] = { after("-a"), after("-p") },
  ["ssh-keygen"] = { after("-N") },
  plink = { after("-pw") },
  snmpget = { after("-A"), after("-X") },
  ossutil = { after("-k") },
  consul = { after("-encrypt"), "%s%-encrypt=" .. VALUE },
  keytool = { after("-storepass"), after("-keypass"), after("-srcstorepass") },
  openssl = { "%spass:()([^%s\"']+)", after("-k"),
    "^%s+passwd%s+%-[%w-]+%s+" .. VALUE, "%s%-salt%s+%S+%s+" .. VALUE },
  htpasswd = { "%s%-%a?%a?b%a?%a?%s+%S+%s+%S+%s+" .. VALUE,
    "%s%-%a?n%a?b%a?%s+%S+%s+" .. VALUE },
  rabbitmqctl = { word_after("add_user *"), word_after("change_password *") },
  wpa_passphrase = { word_after("*") },
  lftp = { "%s%-u%s*[\"']?[^%s,\"']+,()([^%s\"']+)" },
  mc = { word_after("alias set * * *"), word_after("config host add * * *") },
  cargo = { word_after("login") },
  pro = { word_after("attach") },
  ngrok = { word_after("authtoken"), word_after("add-authtoken") },
  suseconnect = { after("-r") },
  nuget = { behind = "%spush%f[%s]()", after("-k"), after("-ApiKey") },
  choco = { behind = "%sapi[kK]ey%f[%s]()", after("-k") },
  twine = { after("-p") },
  bundle = { behind = "%sconfig%f[%s]()", "%s[%w.-]+%s+[\"']?[^%s:\"']+:()([^%s\"'/]+)" },
  poetry = { HTTP_BASIC, word_after("pypi-token.*") },
  composer = { HTTP_BASIC, word_after("[%w-]+-oauth.*"), word_after("[%w-]+-token.*") },
  ["ansible-vault"] = { word_after("encrypt_string") },
  net = { "%s%-U%s*[\"']?[^%s%%\"']+%%()([^%s\"']+)", word_after("user *"),
    word_after("use \\\\*"), word_after("use * *") },
  netdom = { "/[Pp]asswordd?:" .. VALUE },
  cmdkey = { "/pass:" .. VALUE },
  schtasks = { "/[rR][pP]%s+" .. VALUE },
  certutil = { after("-p") },
  nmcli = { "%f[%a]psk%s+" .. VALUE, "%f[%a]wep%-key%d%s+" .. VALUE, word_after("password") },
  x11vnc = { word_after("-storepasswd"), after("-passwd") },
  docker = LOGIN, helm = LOGIN, az = LOGIN, oc = LOGIN, cf = LOGIN,
  sqlplus = ORACLE, expdp = ORACLE, impdp = ORACLE,
}
-- Programs that take the options of another one.
local SAME = {
  mysqldump = "mysql", mysqlimport = "mysql", mariadb = "mysql", mysqlsh = "mysql",
  ["mariadb-dump"] = "mysql", ["mariadb-admin"] = "mysqladmin",
  mongosh = "mongo", mongodump = "mongo", mongorestore = "mongo", mongoimport = "mongo",
  ["elasticsearch-users"] = "mongo", cqlsh = "mongo", ncftpget = "mongo", ncftpput = "mongo",
  psexec = "mongo", arangosh = "mongo", influx = "mongo",
  mosquitto_passwd = "htpasswd", zip = "unzip", ["7za"] = "7z", ["7zr"] = "7z",
  ipmitool = "sqlcmd", mosquitto_pub = "sqlcmd", mosquitto_sub = "sqlcmd", bcp = "sqlcmd",
  jarsigner = "keytool", ossutil64 = "ossutil", ossutil2 = "ossutil",
  podman = "docker", nerdctl = "docker", buildah = "docker", skopeo = "docker", oras = "docker",
  ldapsearch = "ldap", ldapadd = "ldap", ldapmodify = "ldap", ldappasswd = "ldap",
  ldapdelete = "ldap", ldapwhoami = "ldap", slappasswd = "ldap", smbclient = "net",
  rpcclient = "net", ["ipa-client-install"] = "ldap",
  snmpwalk = "snmpget", snmpset = "snmpget", pscp = "plink", psftp = "plink", nomad = "consul",
  serf = "consul", dotnet = "nuget", ua = "pro", xh = "http",
}

-- Names of Windows programs come in any case.
local function same(name)
  name = name:lower()
  return SAME[name] or name
end

local function first(part, patterns, from)
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
local function by_program(part, names)
  local best, best_from
  for _, name in ipairs(names) do
    local from = after_word(part, name)
    if from and not (best_from and best_from < from) then
      local at = first(part, PROGRAMS[same(name)], from)
      if at then
        best, best_from = at, from
      end
    end
  end
  return best
end

--- The programs that a text names.
-- @tparam string text
-- @treturn {string,...} their names, as the text has them
function secret_options.possible(text)
  local found, list = {}, {}
  for word in text:gmatch("%f[%w][%w_-]+") do
    if not found[word] then
      found[word] = true
      list[#list + 1] = PROGRAMS[same(word)] and word or nil
    end
  end
  return list
end

--- Where the first password begins.
-- @tparam string line
-- @tparam {string,...} names of `secret_options.possible`, for a text with this line
-- @treturn ?number position; nil if there is none
function secret_options.find(line, names)
  local place
  for offset, part in (names[1] and line or ""):gmatch("()([^|;&]+)") do
    local at = by_program(part, names)
    at = at and offset + at - 1
    if at and at < (place or at + 1) then
      place = at
    end
  end
  return place
end

return secret_options
