--- Found by `make faults`: for three replies the caller did not learn the cause that libcurl knew. A header line longer
-- than libcurl's limit of 100 KB was reported as "transport MEMORY: not enough memory" and retried. Wrong bytes after a
-- gzip stream were reported as "transport OTHER: libcurl error 23". A connection that broke in the TLS handshake was
-- reported as TLS, which is never retried (a bad certificate stays bad), although this failure is safe to retry.

local harness = require("spec.faults.harness")

local rows = {
  ["an endless header line is too large"] =
    { play = "endless_header", class = "final", kind = "protocol", code = "TOO_LARGE", uncertain = true },
  ["junk behind a gzip stream is no valid reply"] =
    { play = "gzip_trailing", class = "lost", kind = "protocol", code = "PROTOCOL" },
  ["a handshake that is cut is a broken connection, and repeated"] =
    { play = "accept_read_close", class = "unsent", kind = "transport", code = "RESET", message = "TLS handshake" },
  ["a handshake that is reset is one too"] =
    { play = "accept_read_reset", class = "unsent", kind = "transport", code = "RESET", message = "TLS handshake" },
  ["a handshake that is refused is not"] =
    { play = "accept_alert", class = "final", kind = "transport", code = "TLS", message = "TLS handshake" },
}

describe("what libcurl says:", function()
  for text, row in pairs(rows) do
    it(text, function()
      local open = harness.open()
      finally(function() open:close() end)
      if row.message == "TLS handshake" then
        row.endpoint = function() return (open.server.url(""):gsub("^http", "https")) end
      end
      assert.same({}, open:run(row, "create", "always").problems)
    end)
  end
end)
