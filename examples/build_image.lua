--- Builds an image and waits for it: creates a pipeline, starts an execution, follows it to its
-- end, prints the outcome, and deletes the pipeline. On the real service the build costs money. The
-- image stays.
-- Environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET,
-- ALIBABA_CLOUD_REGION_ID (default cn-hangzhou), ALIBABA_CLOUD_ENDPOINT_ECS (default: the region's
-- own), ECS_PIPELINE_CA_FILE (PEM file of the authorities to trust; default: the system's),
-- BASE_IMAGE (id of an image), POLL_SECONDS (seconds between polls; default: 10 to 30).
-- Exit code: 0 there is an image, 1 an error, 2 the build did not succeed, 3 it may still run.
local ecs = require("ecs_pipeline")

io.stdout:setvbuf("line")
local client = ecs.new({
  region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou",
  ca_file = os.getenv("ECS_PIPELINE_CA_FILE"),
})

local function clock(seconds)
  return ("%02d:%02d"):format(math.floor(seconds / 60), math.floor(seconds % 60))
end

-- Prints a line if something has changed.
local shown
local function on_progress(report)
  local line = ("%-12s %s"):format(report.phase, report.message)
  if report.stalled then
    line = line .. " (nothing has changed for a while)"
  end
  if line ~= shown then
    shown = line
    local left = report.estimate and ", about " .. clock(report.estimate) .. " left" or ""
    print(("  %s  %s%s"):format(clock(report.elapsed), line, left))
  end
end

local function report(result)
  print(("\n%s after %s"):format(result.outcome, clock(result.elapsed)))
  for region, image in pairs(result.images) do
    print(("  image %s in %s"):format(image, region))
  end
  if result.error_code or result.error_info then
    print(("  %s: %s"):format(result.error_code or "", result.error_info or ""))
  end
  if not result.ok then
    print("  last phase: " .. tostring(result.phase))
    print("  " .. (result.hint or ""))
  end
end

local pipeline_id -- while the pipeline exists

local function main()
  pipeline_id = assert(client.pipeline.create({
    name = "build-image-example",
    base_image = os.getenv("BASE_IMAGE") or "ubuntu_22_04_x64_20G_alibase_20240926.vhd",
    base_image_type = "IMAGE",
    build_content = "RUN apt-get update && apt-get install -y nginx",
    tags = { example = "build_image" },
  })).id
  local started = assert(client.execution.start(pipeline_id))
  print(("Building: execution %s of pipeline %s"):format(started.id, pipeline_id))
  local result = assert(client.execution.wait(started, {
    timeout = 2 * 3600, deadline_action = "cancel", poll = tonumber(os.getenv("POLL_SECONDS")),
    on_progress = on_progress,
  }))
  report(result)
  return result.ok and 0 or result.outcome == "timeout" and 3 or 2
end

local ok, code = pcall(main)
if not ok then
  io.stderr:write("The example failed: ", tostring(code), "\n")
end
if pipeline_id then
  -- this deletes the records of its executions, too; the image stays
  local deleted, message = client.pipeline.delete(pipeline_id, { when_running = "cancel" })
  if deleted then
    print("Deleted " .. pipeline_id)
  else
    io.stderr:write("Please delete ", pipeline_id, " yourself: ", message, "\n")
  end
end
client.close()
os.exit(ok and code or 1)
