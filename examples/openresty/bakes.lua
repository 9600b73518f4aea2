--- The handler that nginx.conf of this folder calls. It lists the pipelines that a message may
-- bake if it is signed with the secret, and the pushes to a forge that bake one.
-- Environment: BAKES_SECRET (openssl rand -hex 32), BAKES_PIPELINE (the id of an image pipeline),
-- BAKES_REPOSITORY ("owner/name" at the forge), GITHUB_WEBHOOK_SECRET and its like (the secret of
-- the webhook at the forge; delete the forges that you do not use), BAKES_POLL (seconds between
-- polls; default: 10 to 30), the keys and the region. Each variable needs its "env" line in
-- nginx.conf.
local ecs = require("ecs_pipeline")
local openresty = require("ecs_pipeline.openresty")

local repository = os.getenv("BAKES_REPOSITORY") or "owner/name"

-- A push to main bakes if it changes something below images/, except for texts; each version does.
local rules = {
  { repository = repository, branch = "main", paths = { "images/**", "!**/*.md" },
    pipeline = "web" },
  { repository = repository, tag = "v*", pipeline = "web" },
}

return openresty.handler({
  secret = os.getenv("BAKES_SECRET"),
  pipelines = { web = os.getenv("BAKES_PIPELINE") or "ip-not-configured" },
  forges = {
    github = { secret = os.getenv("GITHUB_WEBHOOK_SECRET"), rules = rules },
    gitea = { secret = os.getenv("GITEA_WEBHOOK_SECRET"), rules = rules },
    forgejo = { secret = os.getenv("FORGEJO_WEBHOOK_SECRET"), rules = rules },
    gitlab = { secret = os.getenv("GITLAB_WEBHOOK_SECRET"), rules = rules },
    bitbucket = { secret = os.getenv("BITBUCKET_WEBHOOK_SECRET"), rules = rules },
    standard = { secret = os.getenv("STANDARD_WEBHOOK_SECRET"), rules = rules },
  },
  title = "Image bakes",
  poll = tonumber(os.getenv("BAKES_POLL")),
  client = ecs.new({
    region = os.getenv("ALIBABA_CLOUD_REGION_ID") or "cn-hangzhou",
    -- for all workers together
    rate_limit = openresty.token_bucket({ per_second = 10 }),
  }),
})
