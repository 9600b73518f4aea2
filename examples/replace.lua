--- Replaces a pipeline, because the service cannot change one: creates it, plans a change, shows
-- the refusal, replaces it (the old one's records go into a JSON file), and cleans up. Builds
-- nothing and costs nothing.
-- In a shell: ecs-pipeline plan -f FILE, then ecs-pipeline ensure -f FILE --replace retire
-- Environment: keys, region, endpoint and certificates as docs/credentials.md says; BASE_IMAGE (id
-- of an image), ARCHIVE (a path). Exit code: 0, or 1 after an error.
local ecs = require("ecs_pipeline")

ecs.configure({ region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou" })
local TAGS = { example = "replace" }
local function ensure(size, options)
  local wanted = { name = "replace-example", base_image_type = "IMAGE", system_disk_size = size,
    base_image = os.getenv("BASE_IMAGE") or "ubuntu_22_04_x64_20G_alibase_20240926.vhd",
    build_content = "RUN apt-get update && apt-get install -y nginx", tags = TAGS }
  local pipeline, message, err = ecs.pipeline.ensure(wanted, options)
  print(pipeline and ("ensure: %s, created: %s"):format(pipeline.id, tostring(pipeline.created))
    or "refused: " .. message)
  return pipeline, message, err
end

local ok, message = pcall(function()
  assert(ensure(40))
  assert(ensure(nil)) -- 40 is the service's default: nothing has to change
  local plan = select(3, ensure(60)).plan
  for _, change in ipairs(plan.changes) do
    print(("  %s: %s -> %s"):format(change.param, tostring(change.from), tostring(change.to)))
  end
  print("  " .. plan.action .. " loses: " .. plan.loses.text)
  local second = assert(ensure(60, { replace = "retire",
    archive = os.getenv("ARCHIVE") or "replace-example-{id}.json" }))
  print(("retired: %s, archive %s"):format(second.retired[1].id, second.retired[1].archive))
end)
io.stderr:write(ok and "" or "The example failed: " .. tostring(message) .. "\n")
for pipeline, why in ecs.pipeline.each({ name = "replace-example", tags = TAGS }) do
  print(pipeline and ecs.pipeline.delete(pipeline) and "Deleted " .. pipeline.id
    or "Please delete the pipelines named replace-example: " .. tostring(why))
end
os.exit(ok and 0 or 1)
