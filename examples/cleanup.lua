--- Deletes old images of a pipeline. First prints which would be deleted, which stay, and why.
-- In a shell: ecs-pipeline prune --pipeline ID --keep 3 --snapshots --apply
-- Environment: keys, region, endpoint and certificates as docs/credentials.md says; PIPELINE (id),
-- KEEP (how many of the newest stay, default 3), OLDER_THAN (days), SNAPSHOTS=yes (theirs too),
-- APPLY=yes (deletes). Exit code: that of ecs.exit_code; not 0 if some could not be deleted.
local ecs = require("ecs_pipeline")

local function main()
  local days = tonumber(os.getenv("OLDER_THAN"))
  local wanted = { keep = tonumber(os.getenv("KEEP") or 3), older_than = days and days * 86400,
    pipeline = assert(os.getenv("PIPELINE"), "PIPELINE is not set: the id of an image pipeline"),
    snapshots = os.getenv("SNAPSHOTS") == "yes" }
  local plan = assert(ecs.image.prune(wanted))
  for _, image in ipairs(plan.delete) do
    print(("delete %s %s, %d GiB"):format(image.id, image.name, image.size))
  end
  for _, snapshot in ipairs(plan.snapshots and plan.snapshots.delete or {}) do
    print(("delete %s, the snapshot of %s"):format(snapshot.id, snapshot.image_id))
  end
  for _, image in ipairs(plan.keep) do
    print(("keep   %s %s: %s"):format(image.id, image.name, image.why))
  end
  wanted.apply = os.getenv("APPLY") == "yes"
  local result, message, err = ecs.image.prune(wanted)
  for _, failed in ipairs(err and err.partial and err.partial.failed or {}) do
    io.stderr:write(("%s was not deleted: %s\n"):format(failed.id, failed.message))
  end
  local done = result or err.partial or error(message, 0)
  print(wanted.apply and ("Deleted: %d images"):format(#done.deleted)
    or ("Would delete %d images; APPLY=yes deletes them"):format(#plan.delete))
  return ecs.exit_code(result, message, err)
end

ecs.configure({ region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou" })
local ok, code = pcall(main)
if not ok then
  io.stderr:write("The example failed: ", tostring(code), "\n")
end
os.exit(ok and code or 1)
