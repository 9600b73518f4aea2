--- The handler that nginx.conf of this folder calls. It lists the pipelines that a message may
-- bake if it is signed with the secret.
-- Environment: BAKES_SECRET (openssl rand -hex 32), BAKES_PIPELINE (the id of an image pipeline),
-- BAKES_POLL (seconds between polls; default: 10 to 30), the keys and the region. Each variable
-- needs its "env" line in nginx.conf.
local ecs = require("ecs_pipeline")
local openresty = require("ecs_pipeline.openresty")

return openresty.handler({
  secret = os.getenv("BAKES_SECRET"),
  pipelines = { web = os.getenv("BAKES_PIPELINE") or "ip-not-configured" },
  title = "Image bakes",
  poll = tonumber(os.getenv("BAKES_POLL")),
  client = ecs.new({
    region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou",
    -- for all workers together
    rate_limit = openresty.token_bucket({ per_second = 10 }),
  }),
})
