-- Which line of a content does a message quote?
local build_line = require("ecs_pipeline.bake.build_line")

local CONTENT = table.concat({
  "# the web image",
  "RUN apt-get update",
  "RUN apt-get install -y \\",
  "    nginx \\",
  "    curl",
  "ENV APP_PASSWORD=hunter2hunter2",
  "RUN make all",
  "RUN make install",
}, "\n")

local function find(message, content)
  local found = build_line.find(content or CONTENT, "build_content", { message })
  return found and found.line, found and found.text
end

describe("the line that failed", function()
  it("is that of the command that stands in the message", function()
    assert.same({ 7, "RUN make all" }, { find("The command make all ended with exit code 2.") })
    assert.same({ 7, "RUN make all" }, { find("step 5/6: RUN make all: exit status 2") })
    assert.same({ 2, "RUN apt-get update" }, { find("apt-get update: exit 100") })
  end)

  it("is that of the longest, which may hold the others", function()
    assert.equal(8, (find("failed: make install", "RUN make in\n\n\n\n\n\n\nRUN make install")))
  end)

  it("is the first of a command of several lines, however its blanks are written", function()
    assert.same({ 3, "RUN apt-get install -y \\" },
      { find("\"apt-get install -y   nginx curl\" ended with exit code 100") })
  end)

  it("is the very line of a quotation in part", function()
    assert.same({ 4, "nginx-full \\" }, { find("no package 'nginx-full'", "RUN apt-get install -y \\\n x \\\n"
      .. "    curl \\\n  nginx-full \\\n  more") })
    assert.equal(7, (find("`RUN make a...` failed")))
    assert.equal(7, (find("`RUN make a…` failed")))
    assert.equal(8, (find("[make inst] failed")))
  end)

  it("is nothing when nothing, too little, or several things are quoted", function()
    for _, message in ipairs({ "The build failed.", "\"make\" failed", "\"RUN make\" failed", "\"unheard of\"", "" }) do
      assert.is_nil((find(message)), message)
    end
    assert.is_nil(build_line.find(nil, "build_content", { "make all" }))
    assert.is_nil(build_line.find("", "build_content", { "make all" }))
    assert.is_nil(build_line.find("Tasks:\n- Name: x", "build_content", { "\"Name: x\"" }))
  end)

  it("never shows a secret", function()
    local line, text = find("ENV APP_PASSWORD=hunter2hunter2 is wrong")
    assert.equal(6, line)
    assert.equal("ENV *** (a password, secret or token)", text)
  end)

  it("comes from error_info first, then the message, then the timeline", function()
    local result = { outcome = "failed", error_info = "\"make install\" failed", message = "make all",
      timeline = { { message = "apt-get update" } } }
    local template = { build_content = CONTENT, test_content = "RUN make check" }
    assert.same({ param = "build_content", line = 8, text = "RUN make install" }, build_line.of(result, template))
    result.error_info = nil
    assert.equal(7, build_line.of(result, template).line)
    result.message = nil
    assert.equal(2, build_line.of(result, template).line)
    result.outcome, result.message = "test_failed", "make check: exit 1"
    assert.same({ param = "test_content", line = 1, text = "RUN make check" }, build_line.of(result, template))
    result.outcome = "partial"
    assert.is_nil(build_line.of(result, template))
  end)
end)
