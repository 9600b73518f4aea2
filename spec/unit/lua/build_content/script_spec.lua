-- Shell scripts and files as the argument of one RUN. What is written is run by a real shell; and every shell script of
-- this machine's packages and of this repository goes through builder, linter and parser.
local commands = require("ecs_pipeline.emulator.commands")
local content = require("ecs_pipeline.resources.build_content")
local repo = require("spec.support.repo")
local scratch = require("spec.support.scratch")
local script = require("ecs_pipeline.build_content.script")

local SCRIPT = [[
#!/bin/bash -e
# it's a "comment" \
set -eu

show() {
  printf '%s|' "$@"   # in one line
}
show install \
  'a b' "c  d" $((1<<2))
cat <<'EOF' && cat <<-END
  $HOME \ 'x' %s
RUN not a command

EOF
@tabs go
@END
x='first
# no comment
second'
echo "$x" \\ \' `echo '\n'`
echo RUN]]
SCRIPT = SCRIPT:gsub("\n@", "\n\t")

-- The text that a content's only RUN gets from the service: continued lines joined as a shell joins them.
local function shell_text(text)
  return (text:match("^RUN (.*)$"):gsub("\\\n", ""))
end

local folder
scratch.each(before_each, after_each, function(path) folder = path end)

-- What a text, run as a file by a program, writes, and the code it ends with.
local function output(text, program)
  local path = folder .. "/script"
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  local pipe = io.popen((program or "sh") .. " " .. path .. " 2>&1; echo =$?")
  local written = pipe:read("*a")
  pipe:close()
  return written
end

describe("a script in a RUN", function()
  it("does what it does as a file, in the program that it names", function()
    local expected = output(SCRIPT, "bash -e")
    assert.matches("=0\n$", expected)
    local text = content.new():script(SCRIPT):text()
    assert.equal(expected, output(shell_text(text)))
    assert.equal("=3\n", output(shell_text(content.new():script("set -e\nexit 3\n"):text())))
  end)

  it("is one command of the notation, and reads back as it was", function()
    local text = content.new():comment("web"):script(SCRIPT):restart():text()
    local list = content.parse(text)
    assert.equal(2, #list)
    assert.same({ program = "/bin/bash -e", text = SCRIPT .. "\n" }, list[1].script)
    assert.is_nil(list[1].doubtful)
    assert.same({}, content.lint(text))
    assert.is_nil(commands.check(text, "BuildContent", 127))
    for first, program in pairs({ ["a"] = "sh", ["#! /usr/bin/env perl "] = "/usr/bin/env perl" }) do
      assert.same({ program = program, text = first .. "\n" },
        script.read((script.run(first .. "\n"):gsub("\\\n", ""))))
    end
    for _, argument in ipairs({ "printf '%s\\n' 'a", "printf '%s\\n' 'a' > /x", "printf x",
      "printf '%s\\n' 'a'\\''" }) do
      assert.is_nil(script.read(argument), argument)
    end
    for _, first in ipairs({ "#!sh", "#!/bin/sh $x", "#!/bin/s'h", "#!" }) do
      assert.is_nil(script.run(first .. "\n"), first)
    end
  end)

  it("has the checks of a RUN", function()
    local found = {}
    for index, finding in ipairs(content.lint(content.new():script("#!/bin/sh\nyum install x\n"
      .. "echo 'root:S3cretPw' | chpasswd\n"), { base_image = "ubuntu_22" })) do
      found[index] = finding.code .. ":" .. finding.line
    end
    assert.same({ "package_manager:1", "interactive_install:1", "password:4" }, found)
  end)
end)

describe("a file in a RUN", function()
  it("has its text, its mode and its folder", function()
    local path, text = folder .. "/it's a folder/a b", "#!/bin/sh\necho '%s\\n' \"it's\"\n\n"
    assert.equal("=0\n", output(shell_text(content.new():file(path, text, "0750"):text())))
    assert.equal(text, repo.read(path))
    assert.matches("^750\n", output("stat -c %a '" .. path:gsub("'", "'\\''") .. "'"))
    assert.equal("=0\n", output(shell_text(content.new():file(path, ""):text())))
    assert.equal("", repo.read(path))
    assert.equal("printf '%s\\n' \\\n'a' \\\n> /motd", script.file("/motd", "a"))
  end)
end)

describe("every shell script of the packages of this machine and of this repository", function()
  it("becomes one command without an error, and hardly a line of them seems to hold a secret", function()
    local pipe = io.popen("ls /var/lib/dpkg/info/*.postinst 2>/dev/null; git ls-files '*.sh' '.ci/*'")
    local files, count, secrets = 0, 0, {}
    for path in pipe:lines() do
      local text = repo.read(path)
      if text:find("^#!") and #text < 12000 then
        files = files + 1
        count = count + select(2, text:gsub("\n", ""))
        local built = content.new():script(path)
        assert.equal(text:gsub("\n*$", "\n"), (content.parse(built)[1].script.text:gsub("\n*$", "\n")), path)
        assert.is_nil(commands.check(built:text(), "BuildContent", 127), path)
        for _, finding in ipairs(content.lint(built)) do
          assert.not_equal("error", finding.severity, path)
          if finding.code == "password" or finding.code == "access_key" or finding.code == "private_key" then
            secrets[#secrets + 1] = path .. ":" .. finding.line
          end
        end
      end
    end
    pipe:close()
    assert.is_true(files >= 5, files .. " files")
    assert.is_true(#secrets <= 0.01 * count, table.concat(secrets, "\n"))
  end)
end)
