-- build_content.lint on what RUN runs: package managers that the base image lacks, and questions that nobody answers.
local content = require("ecs_pipeline.resources.build_content")

local UBUNTU = "ubuntu_22_04_x64_20G_alibase_20240926.vhd"

local function found(input, options)
  local list = {}
  for index, finding in ipairs(content.lint(input, options)) do
    list[index] = finding.code .. ":" .. finding.line
  end
  return table.concat(list, " ")
end

describe("build_content.lint on package managers", function()
  local SYSTEMS = {
    apt = { UBUNTU, "acs:debian_12", "Ubuntu", "my-ubuntu-base", "debian12" },
    yum = { "centos_7_9_x64_20G_alibase_20220824.vhd", "acs:centos_stream_9", "CentOS Stream", "Red Hat", "rhel8",
      "aliyun_3_x64_20G_alibase_20240819.vhd", "acs:alibaba_cloud_linux_3_2104_lts_x64", "alinux3-base",
      "anolisos_8_9_x64",
      "rockylinux_9_4", "acs:alma_linux_8", "fedora_40_1_x64" },
    zypper = { "opensuse_15_6_x64_20G", "sles_15_sp5", "SUSE" },
    apk = { "alpine_3_18" },
    pacman = { "archlinux_2024" },
  }
  local CALL = { apt = "apt-get install -y a", yum = "yum install -y a", zypper = "zypper -n install a",
    apk = "apk add a", pacman = "pacman --noconfirm -S a" }

  for has, names in pairs(SYSTEMS) do
    it("tells that " .. has .. " is the one of " .. table.concat(names, ", "), function()
      for _, name in ipairs(names) do
        for called, call in pairs(CALL) do
          local expected = called == has and "" or "package_manager:1"
          assert.equal(expected, found("RUN " .. call, { base_image = name }), name .. ": " .. call)
          assert.equal(expected, found("RUN " .. call, { args = { base_image = name } }))
          assert.equal(expected, found("RUN " .. call, { platform = name }))
        end
        assert.equal("", found({ build_content = "RUN echo yum apt-get zypper apk", base_image = name }))
      end
    end)
  end

  it("asks the platform of an imported image", function()
    assert.equal("package_manager:1", found({ base_image_type = "OSS", build_content = "RUN dnf check-update",
      import_image_options = { platform = "Debian" } }))
  end)

  it("says nothing of an image whose name says nothing", function()
    for _, name in ipairs({ "m-bp1abc", "golden-web", "darwin", "window", "unsuspected" }) do
      assert.equal("", found("RUN yum update -y && apt-get update", { base_image = name }))
    end
    assert.equal("", found({ build_content = "RUN yum update -y", base_image = 7, import_image_options = "x" }))
  end)

  it("finds the call wherever it stands in the shell text", function()
    for _, call in ipairs({
      "cd /tmp && sudo -E yum -y install a", "A=b sudo -u root /usr/bin/yum makecache",
      "if true; then yum makecache; fi",
      "(yum makecache)", "echo \"a;b\" | tee x; yum makecache", "true || dnf makecache", "yum makecache 2>&1 | tee log",
      "timeout 300 yum makecache", "echo $(a; b) ; yum makecache", "! yum makecache", "env A=\"b c\" yum makecache",
      "yum makecache & wait", "x >a 2>&1 ; yum makecache", "echo `a; b` a\\;b; yum makecache",
    }) do
      assert.equal("package_manager:1", found("RUN " .. call, { base_image = UBUNTU }), call)
    end
    for _, call in ipairs({
      "echo yum install", "echo 'a; yum install'", "true # ; yum install a", "cat yum", "YUM=yum true",
      "echo $(a; yum b)",
      "echo \"$(a)\\\"; yum b\"", "echo `a; yum b`", "a\\; yum b", "echo 'yum",
    }) do
      assert.equal("", found("RUN " .. call, { base_image = UBUNTU }), call)
    end
  end)

  it("says nothing when the script looks for itself", function()
    for _, text in ipairs({
      "if command -v yum; then yum install -y a; fi", "which dnf && dnf install -y a",
      "[ -x /usr/bin/yum ] && yum install -y a",
      "apt-get install -y a || yum install -y a",
    }) do
      assert.equal("", found("RUN " .. text, { base_image = UBUNTU }), text)
    end
    assert.equal("package_manager:1", found("RUN command -v ls; yum makecache", { base_image = UBUNTU }))
  end)

  it("warns of questions that nobody answers", function()
    for _, call in ipairs({
      "apt-get install a", "apt install a b", "DEBIAN_FRONTEND=noninteractive apt-get upgrade", "apt-get autoremove",
      "yum install a", "dnf upgrade", "zypper install a", "pacman -S a", "apt-get update && apt-get install a",
      "apt-get install \\\n a", "sudo apt-get -q install a",
    }) do
      assert.equal("interactive_install:1", found("RUN " .. call), call)
    end
    for _, call in ipairs({
      "apt-get update", "apt-get install -y a", "apt-get -qy install a", "apt-get -qq install a",
      "apt-get --yes install a",
      "apt-get -o APT::Get::Assume-Yes=true install a", "apt-get install a 2>&1 -y", "apt-get clean", "yum makecache",
      "yum -y install a",
      "dnf install --assumeyes a", "zypper -n in a", "zypper --non-interactive in a", "yes | apt-get install a",
      "apk add a",
      "pacman --noconfirm -S a", "echo apt-get install a", "apt-get install $(cat list) -y", "apt-get install ${A} -y",
    }) do
      assert.equal("", found("RUN " .. call), call)
    end
  end)
end)
