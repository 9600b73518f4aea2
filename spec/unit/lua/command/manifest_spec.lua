-- `bake --manifest FILE --on-end COMMAND`.
local cjson = require("cjson")
local ecs = require("ecs_pipeline")
local runs = require("spec.support.command_run")
local scratch = require("spec.support.scratch")

local run, folder, file

local function read(name)
  local handle = io.open(folder .. "/" .. name)
  local text = handle and handle:read("*a")
  if handle then
    handle:close()
  end
  return text
end

scratch.each(before_each, after_each, function(path)
  run, folder, file = runs.new(), path, path .. "/web.json"
  local handle = assert(io.open(file, "w"))
  handle:write('{"name": "web", "base_image": "m-bp1example", "base_image_type": "IMAGE", "build_content": "RUN true"}')
  handle:close()
end)

local function bake(...)
  return run({ "bake", "-f", file, ... })
end

describe("the manifest", function()
  it("has pipeline, execution, images, hash and times", function()
    assert.equal(0, (bake("--manifest", folder .. "/image.json")))
    local result, manifest = run.shown, cjson.decode(read("image.json"))
    assert.same({ 1, ecs._VERSION, "success", true }, { manifest.format, manifest.version, manifest.outcome,
      manifest.ok })
    assert.same({ id = result.pipeline_id, name = "web" }, manifest.pipeline)
    assert.same({ result.execution_id, result.image_id, result.images },
      { manifest.execution_id, manifest.image_id, manifest.images })
    assert.equal(result.image_id, manifest.images["cn-hangzhou"])
    assert.equal(ecs.build_content.hash("RUN true"), manifest.content_hash)
    assert.matches("^%d+%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", manifest.times.began)
    assert.matches("^%d+%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$", manifest.times.ended)
    assert.is_true(manifest.times.build_seconds > 60)
  end)

  it("of a second bake names the image that is there", function()
    bake("--manifest", folder .. "/image.json")
    local first = cjson.decode(read("image.json"))
    bake("--manifest", folder .. "/image.json")
    local second = cjson.decode(read("image.json"))
    assert.same({ "unchanged", first.image_id, first.images }, { second.outcome, second.image_id, second.images })
  end)

  it("of a failed build says so", function()
    run.emulator:script_build({ outcome = "FAILED" })
    assert.equal(2, (bake("--manifest", folder .. "/image.json")))
    local manifest = cjson.decode(read("image.json"))
    assert.same({ "failed", false }, { manifest.outcome, manifest.ok })
  end)

  it("that cannot be written is an error before anything is sent", function()
    local code, _, err = bake("--manifest", folder .. "/none/image.json")
    assert.equal(12, code)
    assert.matches("the manifest: ", err)
    assert.equal(0, #run.emulator:state().requests)
  end)

  it("that can no longer be written is an error that names the image", function()
    run.on_progress = function(report)
      if report.execution_id then
        run.on_progress = nil
        os.execute("rm -rf '" .. folder .. "/out'")
      end
    end
    os.execute("mkdir '" .. folder .. "/out'")
    assert.equal(12, (bake("--manifest", folder .. "/out/image.json")))
    assert.matches("^m%-", run.shown.image_id)
  end)
end)

describe("the command at the end", function()
  -- A sanitizer preloaded into the specs stays out of them: sort leaks.
  local SAVE = "unset LD_PRELOAD; env | grep ^ECS_PIPELINE_ | sort > '%s/env'"

  it("finds outcome, ids and manifest in its environment", function()
    local manifest = folder .. "/it's $HOME.json"
    assert.equal(0, (bake("--manifest", manifest, "--on-end", SAVE:format(folder))))
    local result, seen = run.shown, read("env")
    for name, value in pairs({ OUTCOME = "success", OK = "true", EXIT_CODE = "0", IMAGE_ID = result.image_id,
      EXECUTION_ID = result.execution_id, PIPELINE_ID = result.pipeline_id, MANIFEST = manifest }) do
      local line = ("\nECS_PIPELINE_%s=%s\n"):format(name, value)
      assert.truthy(("\n" .. seen):find(line, 1, true), line .. seen)
    end
  end)

  it("is told about an error, and the exit code stays that of the error", function()
    run.emulator:fault({ kind = "error", code = "Forbidden.RAM", times = 99 })
    assert.equal(8, (bake("--on-end", SAVE:format(folder))))
    local seen = read("env")
    assert.matches("\nECS_PIPELINE_EXIT_CODE=8\n", seen)
    assert.matches("\nECS_PIPELINE_OUTCOME=error\n", seen)
    assert.matches("\nECS_PIPELINE_MESSAGE=[^\n]*Forbidden%.RAM", seen)
  end)

  it("that fails makes a good job end with 1, and keeps the code of a bad one", function()
    local code, _, err = bake("--on-end", "exit 7")
    assert.equal(1, code)
    assert.equal("ecs-pipeline: the command of --on-end ended with 7\n", err)
    run.emulator:script_build({ outcome = "FAILED" })
    assert.equal(2, (bake("--force", "--on-end", "exit 7")))
  end)

  it("may have several lines and a comment at its end", function()
    assert.equal(0, (bake("--on-end", ("touch '%s/a'\ntouch '%s/b' # done"):format(folder, folder))))
    assert.truthy(read("a") and read("b"))
  end)

  it("is told nothing in a command line, and in no file that is still there", function()
    assert.equal(0, (bake("--on-end", ("cat /proc/$$/cmdline > '%s/line'; "
      .. "grep -ls '^export ECS_PIPELINE_EXECUTION_ID=' /tmp/lua_* > '%s/left'; true"):format(folder, folder))))
    assert.is_nil(read("line"):find(run.shown.execution_id, 1, true))
    assert.equal("", read("left"))
  end)
end)
