-- Findings about contents in YAML.
local content = require("ecs_pipeline.resources.build_content")
local lint_yaml = require("ecs_pipeline.build_content.lint_yaml")

local function found(text, options)
  local list = {}
  for index, finding in ipairs(content.lint(text, options)) do
    list[index] = finding.code .. ":" .. finding.line
    assert.not_equal("error", finding.severity, text)
    assert.is_true(#finding.fix > 3)
  end
  return table.concat(list, " ")
end

local SHELL = "Tasks:\n- Name: a\n  Action: RunShellCommand\n  Properties:\n    commandContent: "
local WEB = "Tasks:\n- Name: a\n  Action: WebDownload\n  Properties:\n"
  .. "    sourcePath: https://x/y\n    destinationDir: /z\n"

-- Content → codes and lines; options behind it.
local ROWS = {
  { SHELL .. "|\n      apt-get update\n      apt-get install -y nginx\n", "" },
  { "Parameters:\n  v: { Type: String, DefaultValue: '1.0' }\n" .. SHELL .. "echo {{ v }} {{a.stdout}}", "" },
  { "---\n# c\n  Tasks:\n  - Name: a\n    Action: Reboot\n", "" },
  { "\"Tasks\":\n- \"Action\": \"Reboot\"\n  \"Name\": \"a\"\n  \"Properties\":\n    \"forceStop\": true\n", "" },
  { "{\"Tasks\": [{\"Name\": \"a\", \"Action\": \"Reboot\"}]}", "" },
  { WEB .. "    timeout: {{ t }}\nParameters:\n  t: { Type: Number, DefaultValue: 60 }\n", "" },
  { WEB .. "    tokenInfo: { a: b }\n    timeout: 600\n", "" },
  -- syntax
  { "Tasks:\n- token: abcdef123456\n", "password:2 yaml_tasks:2 yaml_tasks:2 yaml_unknown_key:2" },
  { "Tasks:\n- Name: a\n\tAction: Reboot\n", "yaml_syntax:3" }, { "Tasks: [\n", "yaml_syntax:2" },
  { "Tasks:\n- *a\n- &a {Name: a, Action: Reboot}\n", "yaml_syntax:2" },
  { "tasks:\n- Name: a\n", "yaml_unknown_key:1" },
  { "base: &b\n  Action: Reboot\nTasks:\n- <<: *b\n  Name: a\n- *b\n", "yaml_unknown_key:1" },
  { "#cloud-config\nusers:\n- root\n", "yaml_tasks:2 yaml_unknown_key:2" }, { "- hosts: all\n", "yaml_tasks:1" },
  { "--- \n", "yaml_tasks:2" },
  { "--- [a]\n", "yaml_tasks:1" }, { "Tasks:\n- Name: a\n  Name: b\n  Action: Reboot\n", "yaml_syntax:3" },
  { "Tasks:\n- Name: a\n  Action: Reboot\n---\nTasks:\n", "yaml_syntax:4" }, { "%YAML 1.1\n", "yaml_syntax:2" },
  { "\239\187\191Tasks:\n- Name: a\n  Action: Reboot\n", "byte_order_mark:1" },
  -- what is missing
  { "Parameters:\n  a:\n    Type: String\n", "yaml_tasks:1" }, { "Tasks:\n", "yaml_tasks:1" },
  { "Tasks: []", "yaml_tasks:1" },
  { "Tasks:\n  Name: a\n", "yaml_tasks:2" }, { "Tasks:\n- Reboot\n", "yaml_tasks:2" },
  { "Tasks:\n- Name: a\n- Action: Reboot\n- Name:\n  Action: Reboot\n", "yaml_tasks:2 yaml_tasks:3 yaml_tasks:4" },
  { "Parameters:\n  a:\n    DefaultValue: b\nTasks:\n- {Name: a, Action: Reboot}\n", "yaml_tasks:3" },
  { "Parameters: a\nTasks:\n- {Name: a, Action: Reboot}\n", "yaml_tasks:1" },
  -- keys, actions, properties
  { "Tasks:\n- {Name: a, Action: Reboot, When: b}\nVersion: 1\n", "yaml_unknown_key:2 yaml_unknown_key:3" },
  { "Tasks:\n- {Name: a, Action: Explode}\n", "yaml_action:2" },
  { "Tasks:\n- Name: a\n  Action: RunShellCommand\n", "yaml_property:2" },
  { "Tasks:\n- Name: a\n  Action: OSSDownload\n  Properties: { bucketName: b }\n", "yaml_property:4 yaml_property:4" },
  { "Tasks:\n- Name: a\n  Action: Reboot\n  Properties: { forceStop: soon, now: 1 }\n",
  "yaml_unknown_key:4 yaml_property:4" },
  { WEB .. "    timeout: ten\n", "yaml_property:7" }, { SHELL .. "[a]\n", "yaml_property:5" },
  { SHELL .. "\n", "yaml_property:5" },
  { "Parameters:\n  a: { Type: Text }\nTasks:\n- {Name: a, Action: Reboot}\n", "yaml_property:2" },
  { "Parameters:\n  a: { Type: Number, DefaultValue: x }\nTasks:\n- {Name: a, Action: Reboot}\n", "yaml_property:2" },
  { "Tasks:\n- &t {Name: a, Action: Reboot}\n- *t\n- {<<: *t}\n", "" },
  { "Tasks:\n- {Name: a, Action: InvokeCommand, Properties: {commandId: c-1, parameters: b}}\n", "yaml_property:2" },
  -- texts that YAML reads otherwise
  { "Tasks:\n- {Name: no, Action: Reboot}\n- {Name: 0755, Action: Reboot}\n- {Name: 1.10, Action: Reboot}\n"
    .. "- {Name: 12:30, Action: Reboot}\n- {Name: ~, Action: Reboot}\n- {Name: 'no', Action: Reboot}\n"
    .. "- {Name: 1234567890123456, Action: Reboot}\n- {Name: 9999999999999999, Action: Reboot}\n",
  "yaml_value:2 yaml_value:3 yaml_value:4 yaml_value:5 yaml_value:6" },
  { "Parameters:\n  a: { Type: String, DefaultValue: yes }\n  b: { Type: Boolean, DefaultValue: yes }\n"
    .. "Tasks:\n- {Name: a, Action: Reboot}\n", "yaml_value:2" },
  -- references
  { SHELL .. "echo {{ versio }}\nParameters:\n  version: { Type: String }\n", "yaml_reference:5" },
  { SHELL .. "docker inspect -f '{{.State}} {{ json . }}' x\n", "" },
  -- what runs
  { SHELL .. "yum install nginx\n", "package_manager:5 interactive_install:5", { base_image = "ubuntu_22" } },
  { SHELL .. "\"a\\nredis-cli -a S3cretPw\\n\"\n", "password:5" }, { SHELL .. "redis-cli -a S3cretPw\n", "password:5" },
  { SHELL .. "ls\n", "yaml_action:5", { base_image = "win2022_21H2_x64_dtc_zh-cn_40G.vhd" } },
  { SHELL:gsub("Shell", "PowerShell") .. "dir\n", "", { base_image = "win2022_21H2_x64_dtc_zh-cn_40G.vhd" } },
  { SHELL:gsub("Shell", "PowerShell") .. "dir\n", "yaml_action:5", { base_image = "ubuntu_22" } },
}

describe("build_content.lint, of YAML,", function()
  for _, row in ipairs(ROWS) do
    it(("says %s of %s"):format(row[2] == "" and "nothing" or row[2], row[1]:sub(1, 70):gsub("%c", " ")), function()
      assert.equal(row[2], found(row[1], row[3]))
    end)
  end

  it("guesses what was meant, and shows no value", function()
    local function fix(text)
      return content.lint(text)[1].fix
    end
    assert.equal("did you mean Properties?", fix("Tasks:\n- {Name: a, Action: Reboot, Propertis: {}}"))
    assert.equal("did you mean RunShellCommand?", fix("Tasks:\n- {Name: a, Action: RunShelCommand}"))
    assert.equal("did you mean version?", fix(SHELL .. "echo {{ versio }}\nParameters: { version: { Type: String } }"))
    local text = "Tasks:\n- {Name: a, Action: 'c4nary c4nary', c4naryc4naryc4naryc4nary1: b}"
    for _, finding in ipairs(content.lint(text)) do
      assert.is_nil((finding.message .. finding.fix):find("c4nary", 1, true), finding.message)
    end
  end)

  it("says that nothing was checked where lyaml is not installed", function()
    local list = {}
    lint_yaml.run({ physical = { "Tasks:" } }, function(...) list[#list + 1] = { ... } end, { yaml_parser = false })
    assert.same({ { "yaml_not_checked", 1, "the tasks were not checked: lyaml is not installed for this Lua",
      "apt install lua-yaml, or luarocks install lyaml" } }, list)
  end)
end)
