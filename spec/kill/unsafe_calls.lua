--- Calls that are not safe to repeat, or that never deal with the system: the harness must find fault with them.
local TEMPLATE = { name = "web", base_image = "m-bp1example", base_image_type = "IMAGE" }

local function nothing()
  return ""
end

return {
  { name = "pipeline.create without a token", before = nothing, run = function(client)
    local made, message = client.pipeline.create(TEMPLATE)
    return made and made.id, message
  end },
  { name = "nothing", before = nothing, run = function()
    return "nothing"
  end },
}
