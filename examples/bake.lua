--- From arguments to an image in one call. Run it twice: the second run says "unchanged" and builds
-- nothing. If it was killed, run it again: it continues. On the real service a build costs money.
-- The pipeline and the image stay, so that the next run finds them.
-- Environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET,
-- ALIBABA_CLOUD_REGION_ID (default cn-hangzhou), ALIBABA_CLOUD_ENDPOINT_ECS (default: the region's
-- own), ECS_PIPELINE_CA_FILE (PEM file of the authorities to trust; default: the system's),
-- BASE_IMAGE (id of an image), JOURNAL (default bake-example.journal.json), POLL_SECONDS (seconds
-- between polls; default: 10 to 30), DRY_RUN (any value: only says what would be done).
-- Exit code: that of ecs.exit_code; 0 means that there is an image.
local ecs = require("ecs_pipeline")

io.stdout:setvbuf("line")
local client = ecs.new({
  region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou",
  ca_file = os.getenv("ECS_PIPELINE_CA_FILE"),
})

local shown
local function on_progress(report)
  local line = ("%-12s %s"):format(report.phase, report.message)
  if line ~= shown then
    shown = line
    print("  " .. line)
  end
end

local result, message, err = client.bake({
  name = "bake-example",
  base_image = os.getenv("BASE_IMAGE") or "ubuntu_22_04_x64_20G_alibase_20240926.vhd",
  base_image_type = "IMAGE",
  build_content = "RUN apt-get update && apt-get install -y nginx",
  tags = { example = "bake" },
}, {
  journal = os.getenv("JOURNAL") or "bake-example.journal.json",
  poll = tonumber(os.getenv("POLL_SECONDS")),
  dry_run = os.getenv("DRY_RUN") ~= nil or nil,
  timeout = 2 * 3600,
  on_progress = on_progress,
})

if not result then
  io.stderr:write(message, "\n", err.hint and "hint: " .. err.hint .. "\n" or "")
elseif result.dry_run then
  print("Would " .. (result.steps[1] and table.concat(result.steps, ", ") or "do nothing"))
else
  print(("%s: %s"):format(result.outcome, result.why or ""))
  for region, image in pairs(result.images) do
    print(("  image %s in %s"):format(image, region))
  end
  if result.build_line then
    print(("  %s, line %d: %s"):format(result.build_line.param, result.build_line.line,
      result.build_line.text))
  end
  print(result.hint and "  " .. result.hint or "  pipeline " .. result.pipeline_id)
end
client.close()
os.exit(ecs.exit_code(result, message, err))
