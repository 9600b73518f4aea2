--- What the examples are run for: a row for each file of expected/, with the example's runs in order.
--- `before(client, control)` sets the scene and gives a table, whose "{name}" is filled into `variables` (assignments
--- of the environment) and `arguments`; `faults` are the service's during a run.

-- The images web_exec-1 (the oldest) … web_exec-5 of a pipeline "web": the first is in use, the second the base of
-- another pipeline; and an image of somebody else's.
local function five_images(client, control)
  for number = 1, 5 do
    control("POST", "image", { ImageId = "m-" .. number, ImageName = "web_exec-" .. number,
      CreationTime = ("2025-0%d-01T00:00:00Z"):format(number), Usage = number == 1 and "instance" or "none" })
  end
  control("POST", "image", { ImageName = "database" })
  local web = assert(client.pipeline.create({ name = "web", base_image = "m-0", base_image_type = "IMAGE" }))
  assert(client.pipeline.create({ name = "app", base_image = "m-2", base_image_type = "IMAGE" }))
  return { web = web.id }
end

local function by_hand(client)
  return { made = assert(client.pipeline.create({ name = "by-hand", base_image = "m-bp1example",
    base_image_type = "IMAGE", build_content = "RUN echo \"a\"\r\nRUN b", image_name = "golden",
    add_account = { 1234567890123456 }, delete_instance_on_failure = false,
    tags = { team = "web", ["cost centre"] = "7" } })).id }
end

local function build(script)
  return function(_, control)
    control("POST", "build", script)
  end
end

return {
  { name = "terraform_example", example = "terraform_example", runs = { {} } },
  { name = "terraform_example_stays", example = "terraform_example", runs = { { variables = "KEEP=1" } } },
  { name = "terraform_example_fails", example = "terraform_example", runs = {
    { faults = { { kind = "error", code = "Forbidden.RAM", action = "DescribeImagePipelines", skip = 1 } } },
    { faults = { { kind = "error", code = "Forbidden.RAM", action = "DescribeZones" },
      { kind = "error", code = "Forbidden.RAM", action = "DeleteVpc" } } },
    { variables = "ALIBABA_CLOUD_ACCESS_KEY_SECRET=other" },
    { variables = "ECS_PIPELINE_CA_FILE=/dev/null" },
  } },
  { name = "build_image", example = "build_image", runs = { {} } },
  { name = "build_image_fails", example = "build_image",
    before = build({ outcome = "FAILED", error_code = "BuildFailed", error_info = "exit code 1" }), runs = { {} } },
  { name = "build_image_times_out", example = "build_image", before = build({ stall = 5 * 3600 }), runs = { {} } },
  { name = "bake", example = "bake", runs = { { variables = "DRY_RUN=yes" }, {}, {} } },
  { name = "bake_fails", example = "bake",
    before = build({ outcome = "FAILED", error_code = "CommandFailed", error_info = "line 1: exit code 100" }),
    runs = { {}, {} } },
  { name = "import", example = "import", before = by_hand,
    runs = { { arguments = "{made}" }, { arguments = "ip-bp1nowhere" }, {} } },
  { name = "replace", example = "replace", runs = { {} } },
  { name = "cleanup", example = "cleanup", before = five_images, runs = {
    { variables = "KEEP=1 PIPELINE={web}" }, { variables = "KEEP=1 SNAPSHOTS=yes PIPELINE={web}" },
    { variables = "KEEP=1 APPLY=yes SNAPSHOTS=yes PIPELINE={web}" },
    { variables = "KEEP=1 APPLY=yes PIPELINE={web}" }, { variables = "KEEP=0 OLDER_THAN=100000 PIPELINE={web}" },
  } },
  { name = "cleanup_fails", example = "cleanup", before = five_images, runs = {
    { variables = "KEEP=1 APPLY=yes PIPELINE={web}",
      faults = { { kind = "error", code = "ImageIsExporting", action = "DeleteImage" } } },
    { variables = "PIPELINE=ip-none" }, {},
  } },
}
