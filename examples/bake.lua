--- From arguments to an image in one call. Run it twice: the second run says "unchanged" and builds
-- nothing. If it was killed, run it again: it continues. On the real service a build costs money.
-- In a shell: ecs-pipeline bake -f FILE --journal bake-example.journal.json
-- Environment: keys, region, endpoint and certificates as docs/credentials.md says; BASE_IMAGE (id
-- of an image), JOURNAL (a path), POLL_SECONDS, DRY_RUN (any value: only says what would be done).
-- Exit code: that of ecs.exit_code; 0 means that there is an image.
local ecs = require("ecs_pipeline")

io.stdout:setvbuf("line")
ecs.configure({ region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou" })
local shown
local function on_progress(report)
  local line = ("  %-12s %s"):format(report.phase, report.message)
  io.write(line ~= shown and line .. "\n" or "")
  shown = line
end

local result, message, err = ecs.bake({
  name = "bake-example",
  base_image = os.getenv("BASE_IMAGE") or "ubuntu_22_04_x64_20G_alibase_20240926.vhd",
  base_image_type = "IMAGE",
  build_content = "RUN apt-get update && apt-get install -y nginx",
  tags = { example = "bake" },
}, { journal = os.getenv("JOURNAL") or "bake-example.journal.json", timeout = 2 * 3600,
  poll = tonumber(os.getenv("POLL_SECONDS")), dry_run = os.getenv("DRY_RUN") ~= nil or nil,
  on_progress = on_progress })

if not result then
  io.stderr:write(message, "\n", err.hint and "hint: " .. err.hint .. "\n" or "")
elseif result.dry_run then
  print("Would " .. (result.steps[1] and table.concat(result.steps, ", ") or "do nothing"))
else
  print(("%s: %s"):format(result.outcome, result.why or ""))
  for region, image in pairs(result.images) do
    print(("  image %s in %s"):format(image, region))
  end
  print(result.hint and "  " .. result.hint or "  pipeline " .. result.pipeline_id)
end
os.exit(ecs.exit_code(result, message, err))
