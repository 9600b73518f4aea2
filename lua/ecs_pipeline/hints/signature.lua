--- Hints about refused signatures. The service quotes the text that it signed, and the trace has
-- the text that we signed. If both are equal, only the secret can be wrong. If they differ, the
-- hint says where, but never quotes them, because both contain every parameter.
local keys = require("ecs_pipeline.hints.keys")
local trim = require("ecs_pipeline.text").trim

local signature = {}

-- The text after a label such as "server string to sign is:", up to the next label.
local function quoted(message, label)
  local _, last = message:find(label)
  if not last then
    return nil
  end
  local text = message:sub(last + 1):gsub("^%s+", "")
  local next_label = text:find("[Ss]erver [Cc]anonical ?[Rr]equest is:")
    or text:find("[Ss]erver string to sign is:")
  return next_label and trim(text:sub(1, next_label - 1)) or text
end

-- The number of the first byte that differs; nil if one text is the beginning of the other and only
-- blanks and full stops follow.
local function first_difference(ours, theirs)
  local length = math.min(#ours, #theirs)
  for at = 1, length do
    if ours:byte(at) ~= theirs:byte(at) then
      return at
    end
  end
  local rest = #theirs > length and theirs:sub(length + 1) or ours:sub(length + 1)
  return rest:find("[^%s.]") and length + 1 or nil
end

local function decode(text)
  return (text:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

-- The name of the parameter at a byte of the sorted query.
local function parameter_at(query, at)
  local name = query:sub(1, at):match("([^&]*)$") .. query:sub(at + 1):match("^[^&]*")
  return name:match("^[%w._-]+")
end

-- The part of signature 1.0's string to sign in which a byte is. The string is "METHOD&%2F&" and
-- the query, encoded once more.
local function place_v1(text, at)
  local head = text:match("^%u+&%%2F&")
  if not head or at <= #head then
    return "the method or the path"
  end
  local part = text:sub(#head + 1, at):gsub("%%%x?$", "")
  local name = parameter_at(decode(text:sub(#head + 1)), #decode(part))
  return name and "parameter " .. name or "the parameters"
end

-- The part of a canonical request in which a byte is: method, path, query, headers, their names,
-- hash.
local function place_v3(text, at)
  local number, start = 1, 1
  for stop in text:gmatch("()\n") do
    if stop >= at then
      break
    end
    number, start = number + 1, stop + 1
  end
  local line = text:sub(start):match("^[^\n]*")
  if number <= 2 then
    return "the method or the path"
  elseif number == 3 then
    local name = parameter_at(line, at - start + 1)
    return name and "parameter " .. decode(name) or "the parameters"
  end
  local header = line:match("^([%w-]+):")
  return header and "header " .. header or "the list of signed headers or the hash of the body"
end

local function wrong_secret(err)
  return "the service signed the same text, so the secret does not belong to " .. keys.name(err)
    .. ": check both, and that no quotes were copied with the secret"
end

local function changed(what, at, place)
  return ("the service signed another text than we did: byte %d of %s differs, in %s; a proxy may "
    .. "have changed the request, or the encoding differs (please report it)"):format(
    at, what, place)
end

-- Signature 1.0: the whole string to sign is quoted.
local function compare_v1(err, ours, theirs)
  local at = first_difference(ours, theirs)
  if not at then
    return wrong_secret(err)
  end
  return changed("the string to sign", at, place_v1(ours, at))
end

-- V3: the string to sign is a hash; the canonical request is quoted by some gateways.
local function compare_v3(err, ours, theirs, message)
  local hash = trim(ours):match("(%x+)$", -64)
  local their_hash = theirs:match("ACS3%-HMAC%-SHA256%s+(%x+)")
  if hash and hash == their_hash then
    return wrong_secret(err)
  end
  local request = quoted(message, "[Cc]anonical ?[Rr]equest is:")
  local canonical = err.trace:canonical_request()
  local at = request and first_difference(canonical, request)
  if at then
    return changed("the canonical request", at, place_v3(canonical, at))
  end
  return ("the service signed another text than we did (SHA-256 of the canonical request: ours "
    .. "%s…, its %s…): a proxy may have changed headers or parameters; "
    .. "signature_version = \"1.0\" signs no headers"):format(
    (hash or "?"):sub(1, 12), (their_hash or "?"):sub(1, 12))
end

--- The hint about a refused signature.
-- @tparam table err `code`, `message` (as the service wrote it), `trace`, `signer`,
--   `clock_offset`
-- @treturn ?string
function signature.hint(err)
  if err.code ~= "SignatureDoesNotMatch" and err.code ~= "IncompleteSignature" then
    return nil
  end
  local message = tostring(err.message or "")
  local ours = err.trace and err.trace:string_to_sign()
  local theirs = quoted(message, "[Ss]tring [Tt]o [Ss]ign is:")
  local missing = keys.missing_token(err)
  if missing then
    return missing
  elseif ours and theirs and err.trace:way() == "1.0" then
    return compare_v1(err, ours, theirs)
  elseif ours and theirs then
    return compare_v3(err, ours, theirs, message)
  end
  return keys.clock(err, 15 * 60) or "usually the secret does not belong to " .. keys.name(err)
    .. "; check both, and stray blanks and quotes"
end

return signature
