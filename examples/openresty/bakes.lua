--- What nginx.conf of this folder calls: which pipelines may be baked, by whoever knows the secret.
-- Environment: BAKES_SECRET (openssl rand -hex 32), BAKES_PIPELINE (the id of an image pipeline),
-- BAKES_POLL (seconds between looks; default: 10 to 30, as the build goes), the keys and the
-- region; each needs its "env" line in nginx.conf.
local ecs = require("ecs_pipeline")
local openresty = require("ecs_pipeline.openresty")

return openresty.handler({
  secret = os.getenv("BAKES_SECRET"),
  pipelines = { web = os.getenv("BAKES_PIPELINE") or "ip-not-configured" },
  title = "Image bakes",
  poll = tonumber(os.getenv("BAKES_POLL")),
  client = ecs.new({
    region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou",
    -- of all workers together
    rate_limit = openresty.token_bucket({ per_second = 10 }),
  }),
})
