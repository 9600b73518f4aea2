-- Twenty contents as people write them: none has an error of the linter, and each becomes an image.
local ecs = require("ecs_pipeline")
local virtual = require("spec.support.virtual")

local ROOT = "https://example.com/"
local UBUNTU, WINDOWS = "ubuntu_22_04_x64_20G_alibase_20240926.vhd", "win2022_21H2_x64_dtc_zh-cn_40G.vhd"
local new = ecs.build_content.new

local YAMLENCODE = "\"Tasks\":\n- \"Action\": \"RunShellCommand\"\n  \"Name\": \"install\"\n  \"Properties\":\n"
  .. "    \"commandContent\": "

-- Name → build content, and the other arguments that it needs.
local CONTENTS = {
  ["apt"] = { "RUN apt-get update && \\\n    apt-get install -y --no-install-recommends nginx\n" },
  ["yum"] = { "RUN yum update -y\nRUN yum install -y nginx\n", base_image = "aliyun_2_1903_x64_20G_alibase.vhd" },
  ["dnf"] = { "RUN dnf -y install nginx && systemctl enable nginx", base_image = "rockylinux_9_4_x64_20G_alibase.vhd" },
  ["zypper"] = { "RUN zypper --non-interactive install nginx", base_image = "opensuse_15_6_x64_20G_alibase.vhd" },
  ["pacman"] = { "RUN pacman -Syu --noconfirm nginx", base_image = "arch_linux_x64_20G.vhd" },
  ["a comment in a command"] = { "RUN apt-get update \\\n  # tools first\n  && apt-get install -y \\\n\n    curl\n" },
  ["all verbs"] = { new():comment("web"):run("true"):env({ A = "b c" }):workdir("/opt"):copy(ROOT .. "a.tgz", "/opt")
    :user("root"):label({ owner = "ops" }):cmd("nginx", "-g"):entrypoint("/opt/run"):restart():text(),
    internet_max_bandwidth_out = 10 },
  ["a script"] = { new():script("#!/bin/bash\nset -euo pipefail\ncat > /etc/motd <<'EOF'\nit's here\nEOF\n"):text() },
  ["a file"] = { new():file("/etc/motd", "hello\n", "0644"):run("cat /etc/motd"):text() },
  ["CR LF"] = { "RUN true\r\nRUN false || true\r\n" },
  ["FROM of the old notation"] = { "FROM IMAGE:m-bp1example\nRUN true" },
  ["tests"] = { "RUN true", test_content = "RUN nginx -t\nRUN systemctl is-enabled nginx" },
  ["a component"] = { function(client)
    return "COMPONENT " .. assert(client.component.create({ name = "agent", content = "RUN true" })).id .. "\nRUN true"
  end },
  ["a component in YAML"] = { function(client)
    return "COMPONENT " .. assert(client.component.create({ name = "yaml", content =
      "Parameters:\n  \"v\":\n    Type: String\n    DefaultValue: \"1\"\nTasks:\n- Name: a\n  Action: Reboot\n" })).id
      .. " --v 2"
  end },
  ["YAML"] = { "Parameters:\n  pkg:\n    Type: String\n    DefaultValue: nginx\nTasks:\n  - Name: install\n"
    .. "    Action: RunShellCommand\n    Properties:\n      commandContent: apt-get install -y {{ pkg }}\n"
    .. "  - Name: again\n    Action: Reboot\n" },
  ["YAML for Windows"] = { "Tasks:\n- Name: iis\n  Action: RunPowerShellCommand\n  Properties:\n    commandContent: |\n"
    .. "      Install-WindowsFeature Web-Server\n    workingDir: C:\\\n- Name: end\n  Action: Reboot\n  Properties:\n"
    .. "    forceStop: true\n", base_image = WINDOWS },
  ["YAML as JSON"] = { "{\"Tasks\": [{\"Name\": \"a\", \"Action\": \"RunShellCommand\", \"Properties\": "
    .. "{\"commandContent\": \"true\"}}]}" },
  ["yamlencode, a block"] = { YAMLENCODE .. "|\n      apt-get update\n      apt-get install -y nginx\n" },
  ["yamlencode, in double quotes"] = { YAMLENCODE .. "\"apt-get install -y \\\"nginx\\\"\"\n" },
  ["yamlencode, a block without an end"] = { YAMLENCODE .. "|-\n      cat <<EOF\n      Action: x\n      EOF\n" },
}

describe("ecs.bake of a content", function()
  local count = 0
  for name, row in pairs(CONTENTS) do
    count = count + 1
    it("bakes " .. name, function()
      local client = virtual.client()
      local content = type(row[1]) == "function" and row[1](client) or row[1]
      local result, message = client.bake({ name = "web", base_image = row.base_image or UBUNTU,
        base_image_type = "IMAGE", build_content = content, test_content = row.test_content,
        internet_max_bandwidth_out = row.internet_max_bandwidth_out })
      assert.is_truthy(result, message)
      assert.same({ "success", "m-" }, { result.outcome, result.image_id:sub(1, 2) })
    end)
  end

  it("has twenty of them", function()
    assert.equal(20, count)
  end)
end)
