--- The resource groups of an account: the default one and a few, more than a page of ten. One
-- { id, name, display_name, status, created, tags }.

local digest = require("ecs_pipeline.emulator.digest")

local M = {}

-- name, name that is shown; the name of one holds that of another
local rows = {
  { "web-production", "Web (production)" }, { "web-staging", "Web (staging)" },
  { "data-warehouse", "Data warehouse" }, { "build-farm", "Build farm" },
  { "image-builds", "Image builds" }, { "network", "Network" }, { "security", "Security" },
  { "monitoring", "Monitoring" }, { "sandbox", "Sandbox" }, { "non-default", "Not the default" },
  { "archive", "Archive", "PendingDelete" },
}

--- A group of a record spelled as the service does.
function M.of(record)
  local own = {}
  for i, tag in ipairs((record.Tags or {}).Tag or {}) do
    own[i] = { key = tag.TagKey, value = tag.TagValue }
  end
  return {
    id = record.Id or "rg-acfm" .. digest.sha256_hex("group/" .. record.Name):sub(1, 11),
    name = record.Name, display_name = record.DisplayName or record.Name,
    status = record.Status or "OK", created = record.CreateDate or "2024-03-05T02:17:40+08:00",
    tags = own,
  }
end

--- All of them; `default`: the id of the account's default group.
function M.new(default)
  local list = { M.of({ Id = default, Name = "default", DisplayName = "Default Resource Group",
    CreateDate = "2019-06-11T10:02:13+08:00" }) }
  for i, row in ipairs(rows) do
    list[i + 1] = M.of({ Name = row[1], DisplayName = row[2], Status = row[3] })
  end
  return list
end

return M
