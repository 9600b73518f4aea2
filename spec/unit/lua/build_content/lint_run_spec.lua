-- build_content.lint: package managers and questions in RUN, and secrets, which are found and never shown.
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

describe("build_content.lint on secrets", function()
  local CANARY = "c4naryCANARYc4nary42" -- never a part of a finding

  local function silent(text, options)
    local list = content.lint(text, options)
    for _, finding in ipairs(list) do
      for _, field in ipairs({ "message", "fix" }) do
        assert.is_nil((finding[field] or ""):lower():find("c4nary", 1, true), finding[field])
      end
    end
    return found(text, options)
  end

  local SECRETS = {
    access_key = { "RUN x LTAI5t" .. CANARY, "RUN x STS.NU" .. CANARY, "RUN x AKIAC4NARYC4NARY4242", "# ghp_" .. CANARY
      .. CANARY, "RUN x github_pat_" .. CANARY .. CANARY, "RUN x glpat-" .. CANARY, "RUN x xoxb-" .. CANARY, "RUN AIza"
      .. CANARY .. CANARY },
    private_key = { "RUN x '-----BEGIN RSA PRIVATE KEY-----'", "RUN x -----BEGIN PRIVATE KEY-----" },
    password = {
      "ENV DB_PASSWORD=\"" .. CANARY .. "\"", "ENV DB_PASSWORD " .. CANARY, "RUN export TOKEN=" .. CANARY,
      "RUN x --password "
      .. CANARY, "RUN x --api-key='" .. CANARY .. "'", "RUN x --password=" .. CANARY, "RUN curl https://u:" .. CANARY
      .. "@example.com", "RUN echo root:" .. CANARY .. " | chpasswd", "RUN echo 'root:" .. CANARY
        .. "' | sudo chpasswd",
      "RUN x -H 'Authorization: Bearer " .. CANARY .. "'", "RUN x -H \"X-Auth-Token: " .. CANARY .. "\"",
      "RUN echo '{\"password\": \"" .. CANARY .. "\"}' > x", "RUN x accessKeySecret=" .. CANARY, "# password="
        .. CANARY,
      "RUN mysql_pass=" .. CANARY, "RUN x https://h/p?token=" .. CANARY, "LABEL secret=\"" .. CANARY .. "\"",
      "RUN true && \\\n  export SECRET_KEY=" .. CANARY, "RUN curl -u me:" .. CANARY .. " https://x",
      "RUN a | curl -s --user 'me:" .. CANARY .. "' https://x", "RUN curl --proxy-user=me:" .. CANARY .. " https://x",
      "RUN sshpass -p " .. CANARY .. " ssh x", "RUN docker login -u me -p " .. CANARY .. " registry",
      "RUN mysqldump -ume -p" .. CANARY .. " db",
    },
  }
  for code, texts in pairs(SECRETS) do
    it("warns of what looks like " .. code .. " and does not show it", function()
      for _, text in ipairs(texts) do
        local line = text:find("\n") and 2 or 1
        local expected = text:sub(1, 1) == "#" and "no_commands:1 " or ""
        assert.equal(expected .. code .. ":" .. line, silent(text), text)
      end
    end)
  end

  it("shows no secret in any other finding either", function()
    assert.equal("unknown_verb:1 password:1", silent("password=" .. CANARY))
    assert.equal("unknown_verb:1", silent(CANARY .. " x"))
    assert.matches("^the word at the start", content.lint("correcthorsebattery x")[1].message)
    assert.matches('^"KICKSTART" is not a command of the build notation', content.lint("KICKSTART x")[1].message)
    silent("ENV A=\"" .. CANARY .. "\nUSER a " .. CANARY .. "\nCOPY https://x/y?" .. CANARY .. " /z\nCOMPONENT "
      .. CANARY
      .. "\nRESTART " .. CANARY .. "\nCMD [" .. CANARY .. "\nLABEL " .. CANARY, { args = {} })
  end)

  it("says nothing of references, placeholders and names that are none", function()
    for _, text in ipairs({
      "ENV PASSWORD=\"$FROM_OUTSIDE\"", "RUN x --password $P", "RUN x --password \"$(cat /run/p)\"",
      "RUN TOKEN=`cat x` y",
      "RUN x --password-stdin < y", "RUN x --token-file /a", "RUN x --password --user b", "ENV TOKEN_URL=\"https://a\"",
      "RUN pip install tokenizers==0.15", "RUN test \"$TOKEN\" = x", "RUN cd $PWD && true", "ENV PASSWORD=\"\"",
      "RUN x --use-token=false", "RUN echo password: none of your business", "RUN x --password={{ p }}",
      "RUN x --password <p>",
      "RUN curl https://u:$P@example.com", "ENV PASS_LENGTH=\"12\"", "RUN git clone https://example.com:8080/a@b",
      "ENV ACCESS_KEY_ID_FILE /a", "RUN a:b | cat", "ENV A password", "RUN curl -u $U:$P https://x",
      "RUN curl -u me https://x", "RUN mysql -p db", "RUN docker run -u 1000:1000 -p 80:80 x", "RUN curl x; ssh -u a:b",
      "RUN docker login -u me --password-stdin",
    }) do
      assert.equal("", found(text), text)
    end
  end)
end)
