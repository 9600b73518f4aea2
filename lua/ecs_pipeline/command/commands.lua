--- The table of the command `ecs-pipeline`: help, parser, completion and man page come from it.
-- Data only.
--
-- A list of `{ name, group, summary, usage, module, arguments, options, examples, exit, … }`.
-- The function of a command is `require("ecs_pipeline.command." .. module)[name]`.
--
-- * argument: `{ name, summary, kind =, optional = true, repeated = true }`
-- * option: `{ "--name", summary, short = "-n", value = "WORD" (a flag has none), kind =,
--   choices = { … }, required = true, repeated = true, argument = what the library calls it }`
-- * example: `{ command line, what it does }`
-- * `exit`: exit code → meaning, only where it differs from `EXIT_CODES`
-- * `waits`: `--timeout` is that of the whole command, not that of a request
-- * `confirm`: it deletes or cancels: it asks this on a terminal, and wants --yes elsewhere. `%s`
--   is the first argument; `option` (and `value`): only with this one
--
-- `kind` says what a word is: "file", "pipeline", "execution", "image", "component", "region",
-- "operation", "command", "mode" (one of `choices`), "number", "flag" or "text".
local commands = {}

commands.GLOBAL = {
  { "--region", "the region; default: the environment, or the profile", value = "REGION",
    kind = "region", argument = "region_id" },
  { "--profile", "a profile of the vendor's CLI", value = "PROFILE", kind = "text" },
  { "--endpoint", "the address of the service, such as https://127.0.0.1:8443", value = "URL",
    kind = "text" },
  { "--timeout", "seconds: of a request with its retries, or of the whole wait of a command that"
    .. " waits",
    value = "SECONDS", kind = "number" },
  { "--output", "how results are written: table (default), json, or only the ids",
    short = "-o", value = "FORMAT", kind = "mode", choices = { "table", "json", "id" } },
  { "--quiet", "write nothing but errors, and the result only with --output", short = "-q",
    kind = "flag" },
  { "--no-color", "write no colours; so does the variable NO_COLOR", kind = "flag" },
  { "--help", "show how the command is used", short = "-h", kind = "flag" },
}

--- Exit codes of all commands. Those of errors and results are the ones of `ecs.exit_code`.
commands.EXIT_CODES = {
  [0] = "done, or nothing to do",
  [1] = "any other error",
  [2] = "the build failed",
  [3] = "the test failed",
  [4] = "partial: some of the images are there",
  [5] = "cancelled",
  [6] = "not ended in time: wait again",
  [7] = "arguments refused",
  [8] = "configuration: credentials, rights, certificates, proxy",
  [9] = "conflict: wait, or remove what is in the way",
  [10] = "not found",
  [11] = "temporary: try again later",
  [12] = "a local file could not be read or written",
  [13] = "sent, and perhaps carried out: look before you repeat it",
  [64] = "the command line is wrong, or a question could not be asked",
  [130] = "interrupted",
}

--- The most important variables: `{ name, what it is for }`. docs/credentials.md lists all.
commands.ENVIRONMENT = {
  { "ALIBABA_CLOUD_ACCESS_KEY_ID", "the id of an access key; without it, a profile or the role of"
    .. " the instance is used" },
  { "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "its secret" },
  { "ALIBABA_CLOUD_SECURITY_TOKEN", "the token of temporary keys" },
  { "ALIBABA_CLOUD_PROFILE", "as --profile" },
  { "ALIBABA_CLOUD_REGION_ID", "as --region" },
  { "ALIBABA_CLOUD_ENDPOINT_ECS", "the address of the service; other products have variables of"
    .. " their own, such as ALIBABA_CLOUD_ENDPOINT_VPC" },
  { "ECS_PIPELINE_CA_FILE", "a PEM file, or a folder, of certificate authorities to trust" },
  { "ECS_PIPELINE_LOG", "off, warn (default) or debug: what is written to stderr" },
  { "HTTPS_PROXY", "a proxy; NO_PROXY names what is reached without it" },
  { "NO_COLOR", "as --no-color" },
}

--- Groups of commands, in the order of the help.
commands.GROUPS = { "Pipelines", "Executions", "Images", "Tools" }

local YES = { "--yes", "do it without a question", short = "-y", kind = "flag" }
local DRY_RUN = { "--dry-run", "show what would be sent, and send nothing that writes",
  kind = "flag" }
local FILE = { "--file", "the arguments: a .lua, .json or .yaml file, JSON of terraform, or -",
  short = "-f", value = "FILE", kind = "file", required = true }
local FORMAT = { "--format", "the format of the file; default: as its name ends, json for -",
  value = "FORMAT", kind = "mode", choices = { "json", "yaml", "lua" } }
local SET = { "--set", "sets an argument over that of the file, such as tags.team=web",
  value = "KEY=VALUE", kind = "text", repeated = true }
local ADDRESS = { "--address", "which pipeline of terraform's JSON", value = "ADDRESS",
  kind = "text" }
local NAME_REGEX = { "--name-regex", "only names that match this POSIX extended expression",
  value = "REGEX", kind = "text" }
local TAG = { "--tag", "only those with this tag; KEY alone takes any value",
  value = "KEY=VALUE", kind = "text", repeated = true, argument = "tags" }
local FAMILY = { "--family", "only images of this family", value = "FAMILY", kind = "text",
  argument = "image_family" }
local REGIONS = { "--in", "a region to work in; may be repeated", value = "REGION",
  kind = "region", repeated = true, argument = "regions" }
local REPLACE_MODES = { "never", "side_by_side", "retire" }
local ARCHIVE = { "--archive", "with --replace retire: a JSON file for the old pipeline",
  value = "FILE", kind = "file" }
local RETIRE = { "If a new pipeline is needed, delete the old one and the records of its "
  .. "executions?", option = "replace", value = "retire" }
local ACCEPT = { "--accept", "an outcome that counts as good too", value = "OUTCOME",
  kind = "mode", choices = { "partial", "test_failed" }, repeated = true }
local JOURNAL = { "--journal", "a JSON file with which a repeated call finds its build",
  value = "FILE", kind = "file" }
local WHEN_RUNNING = { "--when-running", "what to do when an execution runs already; default"
  .. " fail, but bake and --if-changed follow one with the same inputs",
  value = "MODE", kind = "mode", choices = { "fail", "adopt", "wait" } }
local FORCE = { "--force", "build even if nothing changed", kind = "flag" }
local MAX_AGE = { "--max-age", "build also when the last good build is older",
  value = "SECONDS", kind = "number" }
local POLL = { "--poll", "seconds between two looks at the service; default 10 to 30",
  value = "SECONDS", kind = "number" }
local PROGRESS = { "--progress", "how progress is written to stderr; default auto",
  value = "MODE", kind = "mode", choices = { "auto", "bar", "lines", "json", "off" } }
local ON_INTERRUPT = { "--on-interrupt", "Ctrl-C: leave the execution running (default), or cancel"
  .. " it", value = "MODE", kind = "mode", choices = { "leave", "cancel" } }
local MANIFEST = { "--manifest", "a JSON file for what was built: ids, images, hash, times",
  value = "FILE", kind = "file" }
local ON_END = { "--on-end", "a shell command to run at the end; ECS_PIPELINE_OUTCOME and other"
  .. " variables tell it how it ended", value = "COMMAND", kind = "text" }

local list = {
  -- Pipelines
  { name = "list", group = "Pipelines", module = "pipelines",
    summary = "lists image pipelines",
    options = { NAME_REGEX, TAG,
      { "--resource-group", "only those of this resource group", value = "ID", kind = "text",
        argument = "resource_group_id" } },
    examples = {
      { "ecs-pipeline list --name-regex '^web'", "pipelines whose name begins with web" },
      { "ecs-pipeline list --tag team=web --output id", "their ids, one a line" } } },
  { name = "show", group = "Pipelines", module = "pipelines",
    summary = "shows a pipeline, execution, image or component",
    arguments = { { "id", "its id, or the name of a pipeline", kind = "pipeline" } },
    examples = { { "ecs-pipeline show ip-bp1example", "the pipeline, with its script" },
      { "ecs-pipeline show exec-bp1example --output json", "an execution as JSON" } } },
  { name = "create", group = "Pipelines", module = "pipelines",
    summary = "creates a pipeline from a file",
    options = { FILE, FORMAT, SET, ADDRESS, DRY_RUN },
    examples = { { "ecs-pipeline create -f web.lua", "creates it and prints its id" },
      { "ecs-pipeline create -f web.json --set name=web2 --dry-run", "what would be sent" } } },
  { name = "delete", group = "Pipelines", module = "pipelines", waits = true,
    confirm = { "Delete the pipeline %s and the records of its executions?" },
    summary = "deletes a pipeline and the records of its executions",
    arguments = { { "pipeline", "its id or name", kind = "pipeline" } },
    options = { { "--when-running", "what to do while an execution runs; default fail",
      value = "MODE", kind = "mode", choices = { "fail", "wait", "cancel" } }, PROGRESS, YES },
    examples = { { "ecs-pipeline delete ip-bp1example --yes", "without a question" } } },
  { name = "import", group = "Pipelines", module = "pipelines",
    summary = "writes the arguments that would create a pipeline again, as JSON",
    arguments = { { "pipeline", "its id or name", kind = "pipeline" } },
    examples = { { "ecs-pipeline import ip-bp1example > web.json",
      "a file for plan, ensure and bake" } } },
  { name = "plan", group = "Pipelines", module = "pipelines",
    summary = "shows what has to change so that a pipeline matches a file",
    options = { FILE, FORMAT, SET, ADDRESS,
      { "--detailed-exitcode", "exit with 2 when something has to change", kind = "flag" } },
    exit = { [0] = "no changes, or without --detailed-exitcode",
      [2] = "changes, with --detailed-exitcode" },
    examples = { { "ecs-pipeline plan -f web.lua", "what ensure would do" },
      { "ecs-pipeline plan -f web.lua --detailed-exitcode --quiet", "for scripts" } } },
  { name = "ensure", group = "Pipelines", module = "pipelines", confirm = RETIRE, waits = true,
    summary = "finds the pipeline that matches a file, or creates it",
    options = { FILE, FORMAT, SET, ADDRESS,
      { "--replace", "what to do when only a new pipeline can match; default never",
        value = "MODE", kind = "mode", choices = REPLACE_MODES },
      ARCHIVE, DRY_RUN, PROGRESS, YES },
    examples = { { "ecs-pipeline ensure -f web.lua", "at most one pipeline, however often called" },
      { "ecs-pipeline ensure -f web.lua --replace retire --archive 'old-{id}.json' --yes",
        "replaces the pipeline and deletes the old one" } } },
  { name = "bake", group = "Pipelines", module = "pipelines", confirm = RETIRE, waits = true,
    summary = "from a file to an image: ensure, build if changed, wait",
    options = { FILE, FORMAT, SET, ADDRESS,
      { "--replace", "what to do when only a new pipeline can match; default side_by_side",
        value = "MODE", kind = "mode", choices = REPLACE_MODES },
      ARCHIVE, FORCE, MAX_AGE, ACCEPT, JOURNAL, WHEN_RUNNING, MANIFEST, ON_END, ON_INTERRUPT,
      PROGRESS, POLL, DRY_RUN, YES },
    examples = { { "ecs-pipeline bake -f web.lua", "the whole job, with progress" },
      { "ecs-pipeline bake -f web.lua --output id --quiet", "for cron: only the image's id" },
      { "ecs-pipeline bake -f web.lua --manifest image.json --on-end ./deploy.sh",
        "a manifest, and a script that finds it in ECS_PIPELINE_MANIFEST" } } },
  -- Executions
  { name = "build", group = "Executions", module = "executions", waits = true,
    summary = "builds an image from a pipeline and waits for it",
    arguments = { { "pipeline", "its id or name", kind = "pipeline" } },
    options = { { "--if-changed", "only if the inputs changed since the last good build",
      kind = "flag" }, FORCE, MAX_AGE, ACCEPT, JOURNAL, WHEN_RUNNING, ON_INTERRUPT,
      PROGRESS, POLL, DRY_RUN },
    examples = { { "ecs-pipeline build ip-bp1example", "one build, with progress" },
      { "ecs-pipeline build ip-bp1example --if-changed", "only when something changed" } } },
  { name = "wait", group = "Executions", module = "executions", waits = true,
    summary = "waits for the end of an execution",
    arguments = { { "execution", "its id", kind = "execution" } },
    options = { ACCEPT, { "--at-timeout", "when the time is over: leave it running (default), or"
      .. " cancel it", value = "MODE", kind = "mode", choices = { "leave", "cancel" } },
      ON_INTERRUPT, PROGRESS, POLL },
    examples = { { "ecs-pipeline wait exec-bp1example --timeout 3600", "for at most an hour" } } },
  { name = "executions", group = "Executions", module = "executions",
    summary = "lists executions, of a pipeline or of all",
    arguments = { { "pipeline", "its id or name", kind = "pipeline", optional = true } },
    options = { { "--status", "only those with this status, such as SUCCESS", value = "STATUS",
      kind = "text", repeated = true } },
    examples = { { "ecs-pipeline executions ip-bp1example --status SUCCESS",
      "its good builds" } } },
  { name = "cancel", group = "Executions", module = "executions",
    confirm = { "Cancel the execution %s?" },
    summary = "cancels an execution",
    arguments = { { "execution", "its id", kind = "execution" } },
    options = { YES },
    examples = { { "ecs-pipeline cancel exec-bp1example --yes", "without a question" } } },
  -- Images
  { name = "images", group = "Images", module = "images",
    summary = "lists images: of the account, unless --owner says otherwise",
    options = { NAME_REGEX, FAMILY, TAG, { "--owner", "whose images; default self", value = "OWNER",
      kind = "mode", choices = { "self", "system", "others", "marketplace" } },
      { "--latest", "only the newest that can be used", kind = "flag" }, REGIONS },
    examples = { { "ecs-pipeline images --family web --latest --output id",
        "the newest of a family" },
      { "ecs-pipeline images --in cn-hangzhou --in cn-qingdao", "in two regions" } } },
  { name = "copy", group = "Images", module = "images", waits = true,
    summary = "copies an image to other regions; to repeat it is safe",
    arguments = { { "image", "its id", kind = "image" } },
    options = { { "--to", "a region to copy to; may be repeated", value = "REGION",
      kind = "region", required = true, repeated = true, argument = "to_region_id" },
      { "--name", "the name of the copies", value = "NAME", kind = "text" },
      { "--wait", "wait until every copy can be used", kind = "flag" }, PROGRESS, POLL },
    examples = { { "ecs-pipeline copy m-bp1example --to cn-qingdao --wait",
      "one copy, ready to be used" } } },
  { name = "share", group = "Images", module = "images",
    confirm = { "Take the image %s away from these accounts?", option = "remove" },
    summary = "shares an image with other accounts, or takes that back",
    arguments = { { "image", "its id", kind = "image" } },
    options = { { "--add", "an account that may use it; may be repeated", value = "ACCOUNT",
      kind = "text", repeated = true, argument = "add_account" },
      { "--remove", "an account that may no longer use it; may be repeated", value = "ACCOUNT",
        kind = "text", repeated = true, argument = "remove_account" }, REGIONS, YES },
    examples = { { "ecs-pipeline share m-bp1example --add 1234567890123456",
      "one account more" } } },
  { name = "prune", group = "Images", module = "images",
    confirm = { "Delete the images that are not kept?", option = "apply" },
    summary = "shows which old images can go; with --apply deletes them",
    options = { { "--pipeline", "images that this pipeline built", value = "PIPELINE",
      kind = "pipeline" }, NAME_REGEX, FAMILY, TAG,
      { "--keep", "how many of the newest stay", value = "N", kind = "number", required = true },
      { "--older-than", "younger images stay", value = "SECONDS", kind = "number" },
      { "--snapshots", "delete their snapshots too", kind = "flag" }, REGIONS,
      { "--apply", "delete them", kind = "flag" }, YES },
    examples = { { "ecs-pipeline prune --pipeline ip-bp1example --keep 3",
        "what would be deleted" },
      { "ecs-pipeline prune --family web --keep 3 --snapshots --apply --yes",
        "deletes, snapshots too: for cron" } } },
  { name = "components", group = "Images", module = "images",
    summary = "lists image components",
    options = { { "--name", "only those with this name", value = "NAME", kind = "text" }, TAG },
    examples = { { "ecs-pipeline components --name nginx", "all versions of one component" } } },
  -- Tools
  { name = "lint", group = "Tools", module = "tools",
    summary = "checks a build content, or the arguments of a pipeline; offline",
    arguments = { { "file", "a build content, also in YAML, or a file as for create; - is stdin",
      kind = "file" } },
    options = { SET, ADDRESS, { "--disable", "a code that is not reported; may be repeated",
      value = "CODE", kind = "text", repeated = true },
      { "--base-image", "the image that the content runs on", value = "IMAGE", kind = "image" },
      { "--target", "what the content is for; default pipeline", value = "TARGET", kind = "mode",
        choices = { "pipeline", "component" } } },
    exit = { [0] = "no errors; there may be warnings", [7] = "errors were found" },
    examples = { { "ecs-pipeline lint build.sh",
      "findings as file:line:column: severity: text" } } },
  { name = "policy", group = "Tools", module = "tools",
    summary = "writes the smallest RAM policy for some operations; offline",
    arguments = { { "operation", "such as pipeline.create, or ecs.bake", kind = "operation",
      repeated = true } },
    options = { { "--account", "only resources of this account", value = "ACCOUNT",
      kind = "text", argument = "account_id" } },
    examples = { { "ecs-pipeline policy ecs.bake image.prune", "what a nightly job needs" } } },
  { name = "doctor", group = "Tools", module = "tools",
    summary = "checks what is installed, configured, reachable and allowed",
    options = { { "--offline", "send nothing", kind = "flag" } },
    exit = { [0] = "all checks passed", [1] = "a check failed" },
    examples = { { "ecs-pipeline doctor", "each check, with advice" } } },
  { name = "call", group = "Tools", module = "tools",
    summary = "calls any RPC action of any product",
    arguments = { { "product", "such as Ecs", kind = "text" },
      { "version", "such as 2014-05-26", kind = "text" },
      { "action", "such as DescribeRegions", kind = "text" },
      { "parameter", "KEY=VALUE, as the service spells it", kind = "text", optional = true,
        repeated = true } },
    options = { DRY_RUN, { "--curl", "with --dry-run: a signed request as a curl command",
      kind = "flag" } },
    examples = { { "ecs-pipeline call Ecs 2014-05-26 DescribeSnapshots RegionId=cn-hangzhou",
      "the reply as the service spells it" } } },
  { name = "api", group = "Tools", module = "api",
    summary = "shows the arguments of an operation, or lists operations; offline",
    arguments = { { "operation", "such as pipeline.create", kind = "operation", optional = true } },
    examples = { { "ecs-pipeline api pipeline.create",
      "each argument, its limits and default" } } },
  { name = "emulator", group = "Tools", module = "emulator",
    summary = "runs the service offline, for any client in any language; needs nginx",
    options = { { "--port", "the port on 127.0.0.1; default: a free one", value = "PORT",
      kind = "number" },
      { "--tls", "over TLS; the CA file is printed", kind = "flag" },
      { "--clock", "real (default), or virtual: it moves when the control URL says so",
        value = "CLOCK", kind = "mode", choices = { "real", "virtual" } },
      { "--faults", "a file with a list of faults: what goes wrong, in which order",
        value = "FILE", kind = "file" },
      { "--builds", "a file with a list of builds: how the next executions end",
        value = "FILE", kind = "file" } },
    examples = { { "ecs-pipeline emulator --port 8080 --clock virtual", "until Ctrl-C" } } },
  { name = "completion", group = "Tools", module = "completion",
    summary = "writes the completion for bash",
    arguments = { { "what", "bash, or a kind of word that the completion asks for: pipeline, image,"
      .. " ...", kind = "mode", choices = { "bash", "component", "execution", "image", "operation",
      "pipeline", "region" } } },
    examples = { { "source <(ecs-pipeline completion bash)", "for this shell" } } },
  { name = "man", group = "Tools", module = "man",
    summary = "writes the manual page",
    examples = { { "ecs-pipeline man > ecs-pipeline.1", "for man -l ecs-pipeline.1" } } },
  { name = "version", group = "Tools", module = "init",
    summary = "shows the version",
    examples = { { "ecs-pipeline version", "such as 0.1.0" } } },
  { name = "help", group = "Tools", module = "init",
    summary = "shows all commands, or one with examples and exit codes",
    arguments = { { "command", "a command", kind = "command", optional = true } },
    examples = { { "ecs-pipeline help bake", "options, examples, exit codes" } } },
}

-- "bake [options] -f FILE", "delete [options] PIPELINE".
local function usage(command)
  local words = { command.name, "[options]" }
  for _, option in ipairs(command.options or {}) do
    if option.required then
      words[#words + 1] = (option.short or option[1]) .. " " .. option.value
    end
  end
  for _, argument in ipairs(command.arguments or {}) do
    local word = argument[1]:upper() .. (argument.repeated and "..." or "")
    words[#words + 1] = argument.optional and "[" .. word .. "]" or word
  end
  return table.concat(words, " ")
end

for index, command in ipairs(list) do
  command.arguments, command.options = command.arguments or {}, command.options or {}
  command.usage = usage(command)
  commands[index] = command
end

return commands
