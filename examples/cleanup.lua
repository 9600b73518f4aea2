--- Deletes old images of a pipeline. First prints which images would be deleted, which stay, and
-- why. Deletes only with APPLY=yes.
-- Environment: PIPELINE (id, required), KEEP (how many of the newest stay, default 3), OLDER_THAN
-- (days, default: any age), SNAPSHOTS ("yes": their snapshots too), APPLY ("yes" deletes),
-- ALIBABA_CLOUD_ACCESS_KEY_ID,
-- ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_REGION_ID (default cn-hangzhou),
-- ALIBABA_CLOUD_ENDPOINT_ECS (default: the region's own), ECS_PIPELINE_CA_FILE (PEM file of the
-- authorities to trust; default: the system's).
-- Exit code: 0, 1 after an error, 2 if some images could not be deleted.
local ecs = require("ecs_pipeline")

local client = ecs.new({
  region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou",
  ca_file = os.getenv("ECS_PIPELINE_CA_FILE"),
})

local apply = os.getenv("APPLY") == "yes"
local days = tonumber(os.getenv("OLDER_THAN"))

local function list(plan)
  for _, image in ipairs(plan.delete) do
    print(("delete %s %s, %d GiB, created %s"):format(image.id, image.name, image.size,
      image.creation_time))
  end
  for _, snapshot in ipairs(plan.snapshots and plan.snapshots.delete or {}) do
    print(("delete %s, the snapshot of %s"):format(snapshot.id, snapshot.image_id))
  end
  for _, image in ipairs(plan.keep) do
    print(("keep   %s %s: %s"):format(image.id, image.name, image.why))
  end
end

local function main()
  local wanted = {
    pipeline = assert(os.getenv("PIPELINE"), "PIPELINE is not set: the id of an image pipeline"),
    keep = tonumber(os.getenv("KEEP") or 3),
    older_than = days and days * 86400,
    snapshots = os.getenv("SNAPSHOTS") == "yes",
  }
  local plan = assert(client.image.prune(wanted))
  list(plan)
  if not apply then
    print(("Would delete %d images; APPLY=yes deletes them"):format(#plan.delete))
    return 0
  end
  wanted.apply = true
  local result, message, err = client.image.prune(wanted)
  if not result and not err.partial then
    error(message, 0)
  end
  result = result or err.partial
  print(("Deleted: %d images"):format(#result.deleted))
  for _, failed in ipairs(result.failed) do
    io.stderr:write(("%s was not deleted: %s\n"):format(failed.id, failed.message))
  end
  return #result.failed == 0 and 0 or 2
end

local ok, code = pcall(main)
if not ok then
  io.stderr:write("The example failed: ", tostring(code), "\n")
end
client.close()
os.exit(ok and code or 1)
