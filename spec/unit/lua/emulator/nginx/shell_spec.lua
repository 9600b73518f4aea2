local shell = require("ecs_pipeline.emulator.nginx.shell")

describe("a command of the shell", function()
  it("says whether it succeeded, and what it wrote", function()
    assert.same({ true, false }, { shell.run("true"), shell.run("exit 3") })
    assert.equal("a", shell.line("printf 'a\\nb'"))
    assert.is_nil(shell.line("true"))
    assert.equal("a\nb", shell.output("printf 'a\\nb'"))
  end)

  it("gets a word whatever is in it", function()
    for _, word in ipairs({ "", "it's", "a b", "$HOME `x` \"y\"", "'", "a\nb" }) do
      assert.equal(word .. ".", shell.output("printf %s " .. shell.quote(word .. ".")))
    end
  end)
end)

describe("a file", function()
  it("is written and read whole", function()
    local path = os.tmpname()
    shell.write(path, "a\r\nb\0c")
    assert.equal("a\r\nb\0c", shell.read(path))
    os.remove(path)
    assert.is_nil(shell.read(path))
  end)
end)

describe("a process", function()
  it("is alive until it has ended", function()
    local pid = shell.line("sleep 60 >/dev/null 2>&1 & echo $!")
    assert.is_true(shell.alive(pid))
    shell.run("kill " .. pid)
    assert.is_true(shell.wait(5, function() return not shell.alive(pid) end))
  end)
end)

describe("waiting", function()
  it("ends when it is done, or in time", function()
    local count = 0
    assert.is_true(shell.wait(5, function()
      count = count + 1
      return count == 2
    end))
    assert.is_false(shell.wait(0.05, function() return false end))
  end)
end)
