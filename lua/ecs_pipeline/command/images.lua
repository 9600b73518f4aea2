--- The commands of images and components: see `pipelines.lua`.
local requests = require("ecs_pipeline.command.requests")

local images = {}

--- `images`
function images.images(context, options)
  return requests.list(context, "images", context.client.image.list({
    name_regex = options.name_regex, image_family = options.family,
    tags = requests.tags(options.tag), owners = options.owner or "self",
    most_recent = options.latest, regions = options["in"],
  }))
end

--- `copy IMAGE --to REGION`
function images.copy(context, options)
  return context.client.image.copy(options.image,
    { to_region_ids = options.to, name = options.name },
    { wait = options.wait, timeout = options.timeout, poll = options.poll,
      on_progress = context.progress })
end

--- `share IMAGE`
function images.share(context, options)
  return context.client.image.share(options.image,
    { add_account = options.add, remove_account = options.remove, regions = options["in"] })
end

--- `prune`
function images.prune(context, options)
  context.names_options = true
  return context.client.image.prune({ pipeline = requests.pipeline(options.pipeline),
    name_regex = options.name_regex, image_family = options.family,
    tags = requests.tags(options.tag), keep = options.keep, older_than = options.older_than,
    snapshots = options.snapshots, regions = options["in"], apply = options.apply })
end

--- `components`
function images.components(context, options)
  return requests.list(context, "components", context.client.component.list({ name = options.name,
    tags = requests.tags(options.tag) }))
end

return images
