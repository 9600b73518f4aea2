--- What is typed and shown: a row a screen, in expected/<name>.txt. `terminal = true`: in tmux, otherwise piped.
local WEB = '{"name": "web", "base_image": "m-bp1example", "base_image_type": "IMAGE", "build_content": "RUN true",\n'
  .. ' "image_options": {"image_family": "web"}}\n'
local LUA = 'return { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE",\n'
  .. '  build_content_file = "build.txt" }\n'

-- `$(…)` of the shell finds the ids that the service made up.
local PIPELINE = "$(ecs-pipeline list -o id)"
local EXECUTION = "$(ecs-pipeline executions -o id | head -n 1)"
local IMAGE = "$(ecs-pipeline images -o id | head -n 1)"

-- What a program writes to a terminal, a frame a line.
local function frames(line)
  return ("script -qec '%s' frames >/dev/null; tr '\\r' '\\n' <frames | sed -n 's/^\\x1b\\[J\\(.*[0-9].*\\)/\\1/p'")
    :format(line)
end

local BAKE = "ecs-pipeline bake -f web.json --progress off -o json"

return {
  { name = "help", bare = true, "ecs-pipeline help", "ecs-pipeline help bake", "ecs-pipeline version" },
  { name = "help_terminal", terminal = true, "ecs-pipeline help plan" },
  { name = "usage", bare = true, "ecs-pipeline", "ecs-pipeline bak", "ecs-pipeline bake",
    "ecs-pipeline list --outptu x", "ecs-pipeline prune --keep some", "ecs-pipeline help bak" },
  { name = "bare", bare = true,
    "ecs-pipeline list -o json --region cn-hangzhou 2>&1 | grep -o '\"kind\":\"[a-z]*\"' | head -n 1",
    "ecs-pipeline policy image.list" },
  { name = "pipelines", files = { ["web.json"] = WEB, ["web.lua"] = LUA, ["build.txt"] = "RUN true\n" },
    "ecs-pipeline list -o json", "ecs-pipeline create -f web.json --dry-run -o json",
    "ecs-pipeline create -f web.lua -o id",
    "ecs-pipeline list -o id", "ecs-pipeline show " .. PIPELINE .. " -o json", "ecs-pipeline import " .. PIPELINE,
    "ecs-pipeline import " .. PIPELINE .. " | ecs-pipeline plan -f - -o json --detailed-exitcode",
    "ecs-pipeline plan -f web.lua -o json --detailed-exitcode --set system_disk_size=60",
    "ecs-pipeline ensure -f web.lua -o json --progress off", "ecs-pipeline delete " .. PIPELINE .. " -o json --yes -q",
    "ecs-pipeline show ip-bp1none -o json", "ecs-pipeline create -f none.json -o json" },
  { name = "bake", files = { ["web.json"] = WEB },
    BAKE .. " --manifest image.json --on-end 'env | grep ^ECS_PIPELINE_ | grep -v CA_FILE | sort'", "cat image.json",
    BAKE:gsub("json$", "id"),
    "ecs-pipeline bake -f web.json -q", "ecs-pipeline executions -o json", "ecs-pipeline wait " .. EXECUTION
    .. " -o json --progress off" },
  { name = "bake_fails", files = { ["web.json"] = WEB }, builds = { { outcome = "FAILED", error_code = "Timeout" } },
    BAKE .. " --on-end 'echo $ECS_PIPELINE_OUTCOME $ECS_PIPELINE_EXIT_CODE'" },
  { name = "quiet", files = { ["web.json"] = WEB, ["build.txt"] = "yum install nginx\n" },
    builds = { { outcome = "FAILED", error_code = "Timeout" } }, "ecs-pipeline bake -f web.json -q",
    "ecs-pipeline bake -f web.json -q", "ecs-pipeline lint build.txt -q", "ecs-pipeline wait exec-bp1none -q",
    "ecs-pipeline plan -f web.json -q --set system_disk_size=60 --detailed-exitcode" },
  { name = "build", files = { ["web.json"] = WEB }, "ecs-pipeline create -f web.json -q",
    "ecs-pipeline build " .. PIPELINE .. " -o id -q", "ecs-pipeline build " .. PIPELINE .. " -o id -q --if-changed",
    "ecs-pipeline images --family web --latest -o id",
    "ecs-pipeline copy " .. IMAGE .. " --to cn-qingdao --wait -o json -q",
    "ecs-pipeline share " .. IMAGE .. " --add 1234567890123456 -o json",
    "ecs-pipeline share " .. IMAGE .. " --remove 1234567890123456 -o json --yes",
    "ecs-pipeline build " .. PIPELINE .. " -q", "ecs-pipeline prune --family web --keep 1 -o id",
    "ecs-pipeline prune --family web --keep 1 -o id --apply --yes", "ecs-pipeline images -o id | wc -l",
    "ecs-pipeline call Ecs 2014-05-26 StartImagePipelineExecution RegionId=cn-hangzhou ImagePipelineId=" .. PIPELINE
    .. " | grep -c ExecutionId", "ecs-pipeline cancel " .. EXECUTION .. " --yes -o json" },
  { name = "tools", files = { ["build.txt"] = "yum install nginx\n" }, "ecs-pipeline lint build.txt -o json",
    "printf 'RUN true\\n' | ecs-pipeline lint - -o json",
    "printf 'RUN true\\n' | ecs-pipeline lint -", "ecs-pipeline components -o json",
    "ecs-pipeline doctor --offline -o json | grep -c '\"name\"'",
    "ecs-pipeline call Ecs 2014-05-26 DescribeRegions | grep -c RegionId",
    "eval \"$(ecs-pipeline call Ecs 2014-05-26 DescribeRegions --dry-run --curl 2>&1)\""
    .. " --cacert \"$ECS_PIPELINE_CA_FILE\" | grep -c cn-qingdao",
    "ecs-pipeline policy ecs.bake > policy.json; wc -l < policy.json" },
  { name = "tables", files = { ["web.json"] = WEB, ["web.lua"] = LUA, ["build.txt"] = "RUN one\nRUN two\n" },
    "ecs-pipeline list", "ecs-pipeline create -f web.lua", "ecs-pipeline list", "ecs-pipeline show " .. PIPELINE,
    "printf 'RUN one\\nRUN three\\n' > build.txt; ecs-pipeline plan -f web.lua --set system_disk_size=60 "
    .. "--detailed-exitcode",
    "ecs-pipeline plan -f none.json", "ecs-pipeline create -f web.lua --set system_disk_size=1",
      "ecs-pipeline lint build.txt",
    "ecs-pipeline bake -f web.lua --replace side_by_side", "ecs-pipeline executions",
      "ecs-pipeline images --owner self",
    "ecs-pipeline prune --family web --keep 1", "ecs-pipeline delete $(ecs-pipeline list -o id | head -n 1)",
    "ecs-pipeline show ip-bp1none" },
  { name = "tables_terminal", terminal = true, files = { ["web.json"] = WEB }, "ecs-pipeline create -f web.json",
    "ecs-pipeline list", "ecs-pipeline plan -f web.json --set system_disk_size=60", "ecs-pipeline show ip-bp1none",
    "ecs-pipeline bake -f web.json" },
  { name = "bar", terminal = true, files = { ["web.json"] = WEB },
    frames("ecs-pipeline bake -f web.json --poll 600"), frames("ecs-pipeline bake -f web.json --force --poll 600"),
    "stty cols 40; " .. frames("ecs-pipeline bake -f web.json --force --poll 600") .. "; stty cols 100",
    frames("NO_COLOR=1 ecs-pipeline bake -f web.json --force") .. " | wc -l",
    frames("ecs-pipeline bake -f web.json --force --no-color") .. " | wc -l" },
  { name = "questions", terminal = true, files = { ["web.json"] = WEB }, "ecs-pipeline create -f web.json -q",
    "ecs-pipeline share m-bp1example --remove 1234567890123456", "ecs-pipeline cancel exec-bp1example",
    "ecs-pipeline prune --family web --keep 1 --apply",
    "ecs-pipeline ensure -f web.json --replace retire --archive old.json",
    "ecs-pipeline delete web", "ecs-pipeline list -o id",
    keys = { { "these accounts? [y/N]", "n Enter" }, { "exec-bp1example? [y/N]", "C-d" },
      { "not kept? [y/N]", "C-c" }, { "its executions? [y/N]", "Enter" },
      { "web and the records of its executions? [y/N]", "yes Enter" } } },
  { name = "full_disk", "ecs-pipeline list -o json > /dev/full", "ecs-pipeline version > /dev/full" },
}
