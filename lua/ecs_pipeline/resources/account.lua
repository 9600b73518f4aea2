--- `ecs.account`: the account of the credentials. API: STS 2015-04-01, GetCallerIdentity.
local account = {}

--- The group's functions for a client.
-- @tparam function current → internal client to use for this call
-- @treturn table group
function account.bind(current)
  local group = {}

  --- The account of the client's credentials, as terraform's data source alicloud_account. API:
  -- GetCallerIdentity. Every call asks; nothing is cached. Blocks while it sends (or yields).
  -- @function account.describe
  -- @tparam ?table options call options
  -- @treturn[1] table `{ id, account_id, arn, identity_type ("Account", "RAMUser",
  --   "AssumedRoleUser"), principal_id, user_id, role_id, request_id }`; id is the account's, as a
  --   string
  -- @treturn[2] nil
  -- @treturn[2] string message
  -- @treturn[2] table err of any kind
  function group.describe(given)
    local operation, client = "account.describe", current()
    return client:invoke(operation, {}, client:call_options(operation, given))
  end

  return group
end

return account
