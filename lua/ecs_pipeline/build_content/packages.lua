--- Package managers: which one a base image has, by its name, and which calls of them wait for an
-- answer. Pure.
local set = require("ecs_pipeline.tables").set
local shell = require("ecs_pipeline.build_content.shell")

local packages = {}

-- Names of the vendor's images and image families ("ubuntu_22_04_x64_20G_alibase_….vhd",
-- "acs:alibaba_cloud_linux_3_2104_lts_x64"), of ImportImageOptions.Platform ("CentOS Stream"), and
-- names that people give to their own images. The first row that matches counts.
local SYSTEMS = {
  { "ubuntu", "Ubuntu", "apt-get" },
  { "debian", "Debian", "apt-get" },
  { "alpine", "Alpine", "apk" },
  { "opensuse", "openSUSE", "zypper" },
  { "suse", "SUSE", "zypper" },
  { "sles", "SUSE", "zypper" },
  { "arch_linux", "Arch Linux", "pacman" },
  { "archlinux", "Arch Linux", "pacman" },
  { "freebsd", "FreeBSD", "pkg" },
  { "gentoo", "Gentoo", "emerge" },
  { "centos", "CentOS", "yum" },
  { "alinux", "Alibaba Cloud Linux", "yum" },
  { "aliyun", "Alibaba Cloud Linux", "yum" },
  { "alibaba_cloud_linux", "Alibaba Cloud Linux", "yum" },
  { "anolis", "Anolis OS", "yum" },
  { "anolisos", "Anolis OS", "yum" },
  { "almalinux", "AlmaLinux", "dnf" },
  { "alma_linux", "AlmaLinux", "dnf" },
  { "rocky", "Rocky Linux", "dnf" },
  { "rockylinux", "Rocky Linux", "dnf" },
  { "fedora", "Fedora", "dnf" },
  { "redhat", "Red Hat", "yum" },
  { "red_hat", "Red Hat", "yum" },
  { "rhel", "Red Hat", "yum" },
  { "windows", "Windows" },
  { "win", "Windows" },
}

-- Program → the package manager that it belongs to.
local PROGRAMS = {
  ["apt-get"] = "apt-get", apt = "apt-get", aptitude = "apt-get", yum = "yum", dnf = "yum",
  microdnf = "yum", zypper = "zypper", apk = "apk", pacman = "pacman",
}
local SAME = { dnf = "yum" }

--- The operating system of an image, by its name.
-- @tparam ?string name image name, family or platform; an id says nothing
-- @treturn ?table `{ name, manager (nil for Windows) }`
function packages.system(name)
  if type(name) ~= "string" then
    return nil
  end
  local plain = "_" .. name:lower():gsub("[^%w]", "_") .. "_"
  -- "win2022_…", "rocky9", "centos7u9": the name ends where digits begin
  local split = plain:gsub("(%a)(%d)", "%1_%2")
  for _, row in ipairs(SYSTEMS) do
    if split:find("_" .. row[1] .. "_", 1, true) then
      return { name = row[2], manager = row[3] }
    end
  end
  return nil
end

-- `command -v yum`, `[ -x /usr/bin/yum ]`: the script itself checks what is installed.
local PROBES = { command = true, which = true, type = true, hash = true, test = true, ["["] = true,
  ["[["] = true }

local function probes(words)
  if not PROBES[words[1]] then
    return false
  end
  for index = 2, #words do
    if PROGRAMS[shell.program(words[index])] then
      return true
    end
  end
  return false
end

--- Programs that a shell text calls and the system does not have. If the text checks which programs
-- are installed, or also calls the right one, there are none.
-- @tparam table commands of `shell.commands`
-- @tparam table system of `packages.system`
-- @treturn table list of program names, each once
function packages.misfits(commands, system)
  local list, seen = {}, {}
  local wanted = SAME[system.manager] or system.manager
  for _, command in ipairs(commands) do
    local program = shell.program(command.words[1])
    local manager = PROGRAMS[program]
    if probes(command.words) or (manager and manager == wanted) then
      return {}
    elseif manager and not seen[program] then
      seen[program] = true
      list[#list + 1] = program
    end
  end
  return list
end

-- Subcommands that ask, words that answer, and the letter that answers in a cluster like "-qy".
local APT = { asks = set("install upgrade dist-upgrade full-upgrade remove purge autoremove "
  .. "build-dep reinstall"), answers = set("--yes --assume-yes --force-yes -qq --assume-no"),
  letter = "y", fix = "-y" }
local YUM = { asks = set("install update upgrade remove erase reinstall downgrade autoremove "
  .. "distro-sync groupinstall groupupdate groupremove localinstall swap"),
  answers = set("--assumeyes --assumeno"), letter = "y", fix = "-y" }
local ASKING = {
  ["apt-get"] = APT, apt = APT, aptitude = APT, yum = YUM, dnf = YUM, microdnf = YUM,
  zypper = { asks = set("install in update up dist-upgrade dup patch remove rm"),
    answers = set("--non-interactive --no-confirm -n"), letter = "y", fix = "--non-interactive" },
  pacman = { asks = set("-S -Sy -Syu -Syyu -U -R -Rs -Rns"), answers = set("--noconfirm"),
    fix = "--noconfirm" },
}

-- The subcommand, if this call asks for confirmation and no option answers it.
local function asks(words, rule)
  local subcommand
  for index = 2, #words do
    local word = words[index]
    if rule.answers[word]
      or (word:find("=", 1, true) and word:lower():find("assume-yes=", 1, true))
      or (rule.letter and word:find("^%-%a+$") and word:find(rule.letter, 1, true)) then
      return nil
    end
    subcommand = subcommand or (rule.asks[word] and word)
  end
  return subcommand
end

--- Calls that wait for an answer. A call that gets input from another program (`yes | …`) does not.
-- @tparam table commands of `shell.commands`
-- @treturn table list of `{ program, subcommand, fix }`, each program once
function packages.asking(commands)
  local list, seen = {}, {}
  for _, command in ipairs(commands) do
    local program = shell.program(command.words[1])
    local rule = ASKING[program]
    local subcommand = rule and not command.piped and asks(command.words, rule)
    if subcommand and not seen[program] then
      seen[program] = true
      list[#list + 1] = { program = program, subcommand = subcommand, fix = rule.fix }
    end
  end
  return list
end

return packages
