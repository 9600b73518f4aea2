--- DescribeImagePipelines as one would write it by hand in Lua for this one request: what a loop on luasocket, on
-- lua-curl and on nginx's cosockets have in common. What never changes is put together once.
local by_hand = {}

local HEX = {}
for byte = 0, 255 do
  HEX[string.char(byte)] = ("%02x"):format(byte)
end

function by_hand.hex(bytes)
  return (bytes:gsub(".", HEX))
end

local NAMES = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"

--- `crypto`: sha256(text) and hmac(key, text) → hex digits; nonce() → 32 of them. `keys` as the library takes them.
-- → a function that signs anew: date, nonce, SHA-256 of the (empty) body, authorization
function by_hand.signer(crypto, keys, authority, query)
  local empty = crypto.sha256("")
  local before = "POST\n/\n" .. query .. "\nhost:" .. authority
    .. "\nx-acs-action:DescribeImagePipelines\nx-acs-content-sha256:" .. empty .. "\nx-acs-date:"
  local after = "\nx-acs-version:2014-05-26\n\n" .. NAMES .. "\n" .. empty
  local says = "ACS3-HMAC-SHA256 Credential=" .. keys.access_key_id .. ",SignedHeaders=" .. NAMES .. ",Signature="
  return function()
    local date, nonce = os.date("!%Y-%m-%dT%H:%M:%SZ"), crypto.nonce()
    local canonical = before .. date .. "\nx-acs-signature-nonce:" .. nonce .. after
    return date, nonce, empty,
      says .. crypto.hmac(keys.access_key_secret, "ACS3-HMAC-SHA256\n" .. crypto.sha256(canonical))
  end
end

--- The whole request as text, for a socket.
function by_hand.request(sign, authority, query)
  local date, nonce, content, authorization = sign()
  return "POST /?" .. query .. " HTTP/1.1\r\nhost: " .. authority .. "\r\naccept: application/json\r\n"
    .. "user-agent: bench\r\nx-acs-action: DescribeImagePipelines\r\nx-acs-version: 2014-05-26\r\nx-acs-date: " .. date
    .. "\r\nx-acs-signature-nonce: " .. nonce .. "\r\nx-acs-content-sha256: " .. content .. "\r\nauthorization: "
    .. authorization .. "\r\ncontent-length: 0\r\n\r\n"
end

--- Reads a reply from a socket: luasocket's, luasec's or a cosocket.
function by_hand.read(connection)
  local status, length = assert(connection:receive("*l")), nil
  repeat
    local line = assert(connection:receive("*l"))
    length = tonumber(line:match("^[Cc]ontent%-[Ll]ength: (%d+)")) or length
  until line == ""
  assert(length, status)
  local body = assert(connection:receive(length))
  assert(status:find("^HTTP/1.1 200 "), body)
  return body
end

--- Each call looks at what it got: a decoded reply, and its text for the message.
function by_hand.check(reply, body)
  assert(reply.ImagePipeline, body)
  assert(reply.ImagePipeline.ImagePipelineSet[1].Name == "web-1", body)
end

return by_hand
