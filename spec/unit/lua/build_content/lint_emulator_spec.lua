-- The linter and the emulator state the grammar apart. What the linter calls an error, the emulator refuses: an error
-- is certain. What the emulator refuses, the linter mentions, as an error or a warning. Not compared: YAML, whose
-- findings are never errors, and how many commands there may be, which is the service's to say.
local commands = require("ecs_pipeline.emulator.commands")
local content = require("ecs_pipeline.resources.build_content")
local scripts = require("spec.support.build_content_scripts")
local virtual = require("spec.support.virtual")

-- The first finding of each severity.
local function first(text, target)
  local found = {}
  for _, finding in ipairs(content.lint(text, { target = target })) do
    found[finding.severity] = found[finding.severity] or finding
  end
  return found
end

local function agree(text, target)
  local found = first(text, target)
  local refusal = commands.check(text, target == "component" and "Content" or "BuildContent", 100000)
  if found.error and not refusal or refusal and not found.error and not found.warning then
    error(("lint: %s, %s; emulator: %s; content: %q"):format(found.error and found.error.code or "no error",
      found.warning and found.warning.code or "no warning", refusal and refusal.code or "accepted", text), 0)
  end
  return refusal
end

describe("build_content.lint and the emulator", function()
  it("agree on a thousand scripts", function()
    local refused, accepted = 0, 0
    for seed = 1, 1000 do
      local random = scripts.random(seed)
      local text = scripts.text(scripts.script(random, 6, 12), random)
      agree(text, "component")
      if agree(text) then
        refused = refused + 1
      else
        accepted = accepted + 1
      end
    end
    assert.is_true(refused > 250 and accepted > 250, refused .. " refused, " .. accepted .. " accepted")
  end)

  it("agree on scripts of one command", function()
    for seed = 1, 300 do
      local random = scripts.random(seed)
      agree(scripts.text(scripts.script(random, 1, 2), random))
    end
  end)

  it("agree on sizes, on texts without commands and on what breaks lines", function()
    for _, text in ipairs({
      "", "\n\n", "# only\n# comments", "\\\n", "RUN " .. ("x"):rep(16380), "RUN " .. ("x"):rep(16381),
      "RUN " .. ("é"):rep(8190), "RUN " .. ("é"):rep(8191), "\239\187\191RUN a", "\239\187\191# a\nRUN a", "RUN \\",
      "RUN a \\", "RUN \\\n\nRUN b", "RUN a \\\n# b\nRUN c", "RUN a \\\n# b \\\n c", "RUN a\\ \t\n b", "RUN a \\\\\nb",
      "COPY a \\\n b", "COPY a \\", "COPY a \\\n\nb", "USER a \\\n b", "ENV a \\\n b", "ENV A \\\n\nRUN b", "ENV =",
        "RUN\\\n a",
      "RESTART \\\nRUN a", "RESTART \\\n\nRUN a", "FROM a\nFROM b", "FROM a b", "RUN a\r\r\nRUN b", "RUN a\rRUN b",
      "\v\fRUN a", "COMPONENT ic-", "COMPONENT ic-a$ b", "COMPONENT \"ic-a\"", ("RUN true\n"):rep(200),
    }) do
      agree(text)
    end
  end)
end)

describe("twenty contents", function()
  local UBUNTU, ALINUX = "ubuntu_22_04_x64_20G_alibase_20240926.vhd", "aliyun_3_x64_20G_alibase_20240819.vhd"
  local WINDOWS = "win2022_21H2_x64_dtc_zh-cn_40G_alibase_20240617.vhd"
  local TASK = '"Tasks":\n- "Action": "RunShellCommand"\n  "Name": "a"\n  "Properties":\n'
    .. '    "commandContent": "apt-get update"\n'
  local new = content.new
  local ROWS = {
    { UBUNTU, "RUN apt-get update && apt-get install -y nginx" }, { ALINUX, "RUN dnf install -y nginx" },
    { "centos_7_9_x64_20G_alibase_20240628.vhd", "RUN yum install -y nginx" },
    { "opensuse_15_5_x64_20G_alibase_20240627.vhd", "RUN zypper --non-interactive install nginx" },
    { "alpine_3_19_x64_20G.vhd", "RUN apk add --no-cache nginx" },
    { UBUNTU, TASK }, { UBUNTU, (TASK:gsub('"', "'")) }, { UBUNTU, (TASK:gsub('"', "")) }, -- yamlencode's and others
    { UBUNTU, '{"Tasks":[{"Name":"a","Action":"Reboot"}]}' }, { UBUNTU, (("\n" .. TASK):gsub("\n", "\n  ")) },
    { UBUNTU, "Tasks:\n- &a {Name: a, Action: Reboot}\n- {Name: b, Action: Reboot}\n- *a\n" },
    { WINDOWS, "Tasks:\r\n- Name: a\r\n  Action: RunPowerShellCommand\r\n  Properties:\r\n"
      .. "    commandContent: Install-WindowsFeature Web-Server\r\n" },
    { WINDOWS, "Parameters:\n  v: {Type: String, DefaultValue: '1.0'}\nTasks:\n- Name: a\n  Action: WebDownload\n"
      .. "  Properties:\n    sourcePath: https://example.com/{{ v }}.zip\n    destinationDir: C:\\tmp\n" },
    { UBUNTU, "COMPONENT %s\nRUN true" }, { UBUNTU, "RUN true", "RUN curl -f http://localhost" },
    { UBUNTU, "RUN true", TASK }, { UBUNTU, new():script("#!/bin/bash\nset -e\ncat <<E > /a\nx\nE\n"):text() },
    { UBUNTU, new():file("/etc/motd", "hi\n", "0644"):restart():text() },
    { UBUNTU, "# web\r\nRUN a \\\r\n  && b\r\n" },
    { UBUNTU, "RUN a \\\n# c\n\n  && b\nENV A=\"b\"\nWORKDIR /a\nUSER root\nLABEL a=\"b\"\nCMD [\"a\"]\nENTRYPOINT x" },
  }

  it("have no errors and are baked", function()
    local client = virtual.client()
    local component = assert(client.component.create({ name = "nginx", content = "RUN true" }))
    assert.equal(20, #ROWS)
    for index, row in ipairs(ROWS) do
      local result, message = client.bake({ name = "web-" .. index, base_image = row[1], base_image_type = "IMAGE",
        build_content = (row[2]:gsub("%%s", component.id)), test_content = row[3] })
      assert.equal("success", result and result.outcome, index .. ": " .. tostring(message))
      for _, finding in ipairs(result.findings) do
        assert.not_equal("error", finding.severity)
      end
    end
  end)
end)
