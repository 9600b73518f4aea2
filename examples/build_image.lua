--- Builds an image once: creates a pipeline, starts an execution and follows it, prints how it
-- ended, and deletes the pipeline. On the real service the build costs money. The image stays.
-- In a shell: ecs-pipeline create -f FILE, then ecs-pipeline build ID
-- Environment: keys, region, endpoint and certificates as docs/credentials.md says; BASE_IMAGE (id
-- of an image), POLL_SECONDS. Exit code: that of ecs.exit_code; 0 means that there is an image.
local ecs = require("ecs_pipeline")

io.stdout:setvbuf("line")
ecs.configure({ region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou" })
local shown
local function on_progress(report)
  local line = ("%-12s %s"):format(report.phase, report.message)
    .. (report.stalled and " (nothing has changed for a while)" or "")
  io.write(line ~= shown and ("  %4.1f min  %s\n"):format(report.elapsed / 60, line) or "")
  shown = line
end

local pipeline = assert(ecs.pipeline.create({ name = "build-image-example",
  base_image = os.getenv("BASE_IMAGE") or "ubuntu_22_04_x64_20G_alibase_20240926.vhd",
  base_image_type = "IMAGE", build_content = "RUN apt-get update && apt-get install -y nginx" }))
local ok, result, message, err = pcall(ecs.execution.build, pipeline, { timeout = 2 * 3600,
  deadline_action = "cancel", poll = tonumber(os.getenv("POLL_SECONDS")),
  on_progress = on_progress })
if ok and result then
  print(("%s after %.0f min"):format(result.outcome, result.elapsed / 60))
  for region, image in pairs(result.images) do
    print(("  image %s in %s"):format(image, region))
  end
  print(("  execution %s: %s"):format(result.execution_id, result.error_info or result.message))
  io.write(result.hint and "  " .. result.hint .. "\n" or "")
else
  io.stderr:write("The example failed: ", tostring(message or result), "\n")
end
local deleted, why = ecs.pipeline.delete(pipeline, { when_running = "cancel" })
print(deleted and "Deleted " .. pipeline.id or "Please delete " .. pipeline.id .. ": " .. why)
os.exit(ok and ecs.exit_code(result, message, err) or 1)
