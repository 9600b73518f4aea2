--- Pipelines that are built by `execution.build_if_changed`, in front of an emulator on a virtual clock.
local virtual = require("spec.support.virtual")

local changed_builds = {}

local function with(defaults, more)
  local all = {}
  for _, source in ipairs({ defaults, more or {} }) do
    for name, value in pairs(source) do
      all[name] = value
    end
  end
  return all
end

--- Arguments of a pipeline.
function changed_builds.args(fields)
  return with({ name = "web", base_image = "m-bp1example", base_image_type = "IMAGE", build_content = "RUN make" },
    fields)
end

--- → client, emulator, id of a pipeline with these arguments
function changed_builds.scene(fields, options)
  local client, emulator = virtual.client(options)
  return client, emulator, assert(client.pipeline.create(changed_builds.args(fields))).id
end

--- Build if something changed, polling seldom. Results as the library's.
function changed_builds.try(client, pipeline, options)
  return client.execution.build_if_changed(pipeline, with({ poll = 900 }, options))
end

--- The same; it must not fail.
function changed_builds.run(...)
  return assert(changed_builds.try(...))
end

--- The part of a result that a caller decides by.
function changed_builds.decision(result)
  return { result.outcome, result.reason, table.concat(result.changed, ",") }
end

--- From its `skip`-th call on, an action is not permitted.
function changed_builds.deny(emulator, action, skip)
  emulator:fault({ kind = "error", code = "Forbidden.RAM", action = action, skip = skip or 0, times = 1000 })
end

--- Call; it must fail because it is not permitted, under the name of what the user called, with the id of the pipeline.
function changed_builds.must_be_denied(client, id)
  local result, message, err = changed_builds.try(client, id)
  assert(result == nil and err.kind == "denied" and err.operation == "execution.build_if_changed", message)
  assert(message:find("^execution%.build_if_changed: not permitted: "), message)
  assert(err.pipeline_id == id, tostring(err.pipeline_id))
end

return changed_builds
