-- luacheck: globals RECEIVER
-- The handler of spec/openresty/factory_spec.lua: a pipeline by its arguments, in the file that BAKES_PIPELINE names,
-- and a receiver that is told. nginx.conf sets RECEIVER.
return require("ecs_pipeline.openresty").handler({
  secret = os.getenv("BAKES_SECRET"),
  pipelines = { web = { spec = os.getenv("BAKES_PIPELINE"), replace = "retire", archive = false } },
  notify = { url = RECEIVER, secret = "secret-of-the-receiver-0123456789" },
  poll = tonumber(os.getenv("BAKES_POLL")),
  client = require("ecs_pipeline").new({ region = os.getenv("ALIBABA_CLOUD_REGION_ID") }),
})
