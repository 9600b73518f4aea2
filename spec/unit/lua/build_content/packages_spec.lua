-- Package managers: which one an image has, which calls do not fit it, which calls ask. Through the linter:
-- lint_scripts_spec.lua.
local packages = require("ecs_pipeline.build_content.packages")
local shell = require("ecs_pipeline.build_content.shell")

describe("the system of an image", function()
  it("is told by a word of its name, which may end where digits begin", function()
    for name, wanted in pairs({ ["ubuntu_22_04_x64_20G"] = "Ubuntu", ["CentOS Stream"] = "CentOS",
      ["acs:alibaba_cloud_linux_3"] = "Alibaba Cloud Linux", ["rocky9"] = "Rocky Linux", ["my-debian-base"] = "Debian",
      ["win2022_x64"] = "Windows", ["opensuse_15"] = "openSUSE" }) do
      assert.equal(wanted, packages.system(name).name, name)
    end
    assert.is_nil(packages.system("win2022").manager)
  end)

  it("is not known of an id, a longer word, or what is no text", function()
    for _, name in ipairs({ "m-bp1abc", "darwin", "unsuspected", "", 7 }) do
      assert.is_nil(packages.system(name))
    end
    assert.is_nil(packages.system(nil))
  end)
end)

describe("calls of a package manager", function()
  local DEBIAN, ROCKY = packages.system("debian"), packages.system("rocky")

  it("do not fit another system, each program named once", function()
    assert.same({ "yum", "apk" }, packages.misfits(shell.commands("yum install a; apk add b; yum update"), DEBIAN))
    assert.same({}, packages.misfits(shell.commands("apt install a; aptitude b"), DEBIAN))
    assert.same({}, packages.misfits(shell.commands("yum install a"), ROCKY))
  end)

  it("are nobody's fault where the text asks what there is, or calls the right one too", function()
    for _, text in ipairs({ "command -v yum && yum install a", "[ -x /bin/dnf ] && dnf install a",
      "yum install a || apt-get install a" }) do
      assert.same({}, packages.misfits(shell.commands(text), DEBIAN), text)
    end
  end)

  it("ask unless they are told the answer, in each program's own way", function()
    local function asking(text)
      local call = packages.asking(shell.commands(text))[1]
      return call and call.program .. " " .. call.subcommand .. " " .. call.fix
    end
    for text, wanted in pairs({ ["apt-get install a"] = "apt-get install -y",
      ["zypper in a"] = "zypper in --non-interactive",
      ["pacman -Syu"] = "pacman -Syu --noconfirm", ["dnf upgrade"] = "dnf upgrade -y" }) do
      assert.equal(wanted, asking(text))
    end
    for _, text in ipairs({ "apt-get -qy install a", "zypper -n in a", "pacman --noconfirm -S a", "dnf makecache",
      "yes | apt-get install a", "apk add a" }) do
      assert.is_nil(asking(text), text)
    end
    assert.equal(1, #packages.asking(shell.commands("apt install a; apt install b")))
  end)
end)
