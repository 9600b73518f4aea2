--- Replaces a pipeline, because the service cannot change one: creates it, plans a change, shows
-- the refusal, replaces it (the old one's records go into a JSON file), and cleans up. Builds
-- nothing and costs nothing.
-- Environment: ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET,
-- ALIBABA_CLOUD_REGION_ID (default cn-hangzhou), ALIBABA_CLOUD_ENDPOINT_ECS (default: the region's
-- own), ECS_PIPELINE_CA_FILE (PEM file of the authorities to trust; default: the system's),
-- BASE_IMAGE (id of an image), ARCHIVE (default replace-example-{id}.json).
-- Exit code: 0, or 1 after an error.
local ecs = require("ecs_pipeline")

local client = ecs.new({
  region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou",
  ca_file = os.getenv("ECS_PIPELINE_CA_FILE"),
})

local NAME = "replace-example"

local function wanted(system_disk_size)
  return {
    name = NAME,
    base_image = os.getenv("BASE_IMAGE") or "ubuntu_22_04_x64_20G_alibase_20240926.vhd",
    base_image_type = "IMAGE",
    build_content = "RUN apt-get update && apt-get install -y nginx",
    system_disk_size = system_disk_size,
    tags = { example = "replace" },
  }
end

local function main()
  local first = assert(client.pipeline.ensure(wanted(40)))
  print(("ensure: %s, created: %s"):format(first.id, tostring(first.created)))
  local again = assert(client.pipeline.ensure(wanted(nil))) -- 40 is the service's default
  print(("ensure: %s, created: %s"):format(again.id, tostring(again.created)))

  local plan = assert(client.pipeline.plan(wanted(60)))
  print(("plan: %s %s"):format(plan.action, plan.id))
  for _, change in ipairs(plan.changes) do
    print(("  %s: %s -> %s"):format(change.param, tostring(change.from), tostring(change.to)))
    print("  why: " .. change.why)
  end
  print("  loses: " .. plan.loses.text)

  local _, message, err = client.pipeline.ensure(wanted(60))
  print("refused: " .. message)
  print("hint: " .. err.hint)

  local second = assert(client.pipeline.ensure(wanted(60), { replace = "retire",
    archive = os.getenv("ARCHIVE") or "replace-example-{id}.json" }))
  print(("ensure: %s, created: %s"):format(second.id, tostring(second.created)))
  for _, old in ipairs(second.retired) do
    print(("retired: %s, %d executions, archive %s"):format(old.id, old.executions, old.archive))
  end
end

local ok, message = pcall(main)
if not ok then
  io.stderr:write("The example failed: ", tostring(message), "\n")
end
for pipeline, why in client.pipeline.each({ name = NAME, tags = { example = "replace" } }) do
  if pipeline and client.pipeline.delete(pipeline) then
    print("Deleted " .. pipeline.id)
  else
    io.stderr:write("Please delete the pipelines named ", NAME, " yourself: ", tostring(why), "\n")
  end
end
client.close()
os.exit(ok and 0 or 1)
