--- The status page: one self-contained HTML text. It shows the same as status.json, also without
-- its script; the script reads that JSON again and again, and nothing else is loaded.
local page = {}

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;",
  ["'"] = "&#39;" }

local function escape(value)
  return (tostring(value == nil and "" or value):gsub("[&<>\"']", ESCAPES))
end

-- $name is filled in by `page.html`.
local HTML = [[
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style nonce="$nonce">
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4em .6em; border-bottom: 1px solid #ccc; vertical-align: top; }
progress { width: 10em; }
#note { color: #666; }
.ended-good { color: #060; } .ended-bad { color: #900; }
</style>
</head>
<body>
<h1>$title</h1>
<table>
<thead><tr><th>pipeline</th><th>state</th><th>progress</th><th>time</th><th>execution</th>
<th>image</th><th>what happens</th></tr></thead>
<tbody id="bakes">
$rows</tbody>
</table>
<p id="note">As of when the page was loaded.</p>
<script nonce="$nonce">
"use strict";
(function () {
  var body = document.getElementById("bakes"), note = document.getElementById("note");
  function seconds(value) {
    if (value === undefined || value === null) { return ""; }
    var all = Math.round(value), minutes = Math.floor(all / 60);
    return minutes > 0 ? minutes + " min " + all % 60 + " s" : all + " s";
  }
  function state(bake) {
    var atRest = bake.state === "starting" || bake.state === "not_found";
    return atRest ? bake.state.replace("_", " ") : bake.outcome || bake.phase || bake.state;
  }
  function message(bake) {
    return (bake.error ? bake.error.message : bake.error_info || bake.message || "") +
      (bake.lost && bake.state !== "idle" ? " The last start failed: " + bake.lost.message : "");
  }
  function times(bake) {
    return seconds(bake.elapsed) + (bake.estimate ? ", " + seconds(bake.estimate) + " left" : "");
  }
  function cell(row, text) {
    var td = document.createElement("td");
    td.textContent = text === undefined || text === null ? "" : String(text);
    row.appendChild(td);
    return td;
  }
  function show(status) {
    var rows = document.createDocumentFragment();
    status.bakes.forEach(function (bake) {
      var row = document.createElement("tr"), bar = document.createElement("progress");
      row.dataset.pipeline = bake.pipeline;
      row.dataset.state = bake.state;
      cell(row, bake.pipeline);
      var word = cell(row, state(bake) + (bake.stalled ? " (stalled)" : ""));
      if (bake.state === "ended" || bake.state === "not_found") {
        word.className = bake.outcome === "success" ? "ended-good" : "ended-bad";
      }
      bar.max = 100;
      bar.value = Math.round(bake.progress * 100);
      bar.textContent = bar.value + " %";
      cell(row, "").appendChild(bar);
      cell(row, times(bake));
      cell(row, bake.execution_id);
      cell(row, bake.image_id);
      cell(row, message(bake));
      rows.appendChild(row);
    });
    body.replaceChildren(rows);
    note.textContent = "As of " + new Date(status.now * 1000).toISOString() + ".";
  }
  function again(delay) { setTimeout(look, delay); }
  function look() {
    fetch("status.json", { cache: "no-store" }).then(function (reply) {
      if (!reply.ok) { throw new Error("HTTP status " + reply.status); }
      return reply.json();
    }).then(function (status) {
      show(status);
      again($every);
    }).catch(function (why) {
      note.textContent = "No news: " + why.message + ". Trying again.";
      again(5 * $every);
    });
  }
  again($every);
})();
</script>
</body>
</html>
]]

local ROW = [[
<tr data-pipeline="$pipeline" data-state="$state"><td>$pipeline</td><td>$word</td><td><progress
 max="100" value="$percent">$percent %</progress></td><td>$time</td><td>$execution_id</td>
<td>$image_id</td><td>$message</td></tr>
]]

local function fill(template, values)
  return (template:gsub("%$(%l[%l_]*)", values))
end

local AT_REST = { starting = "starting", not_found = "not found" }

local function message(bake)
  local lost = bake.lost and bake.state ~= "idle" and bake.lost.message
  return (bake.error and bake.error.message or bake.error_info or bake.message or "")
    .. (lost and " The last start failed: " .. lost or "")
end

local function rows(bakes)
  local list = {}
  for index, bake in ipairs(bakes) do
    list[index] = fill(ROW, {
      pipeline = escape(bake.pipeline), state = escape(bake.state),
      word = escape(AT_REST[bake.state] or bake.outcome or bake.phase or bake.state),
      percent = ("%d"):format(math.floor(bake.progress * 100 + 0.5)),
      time = bake.elapsed and ("%d s"):format(math.floor(bake.elapsed + 0.5)) or "",
      execution_id = escape(bake.execution_id), image_id = escape(bake.image_id),
      message = escape(message(bake)),
    })
  end
  return table.concat(list)
end

--- The page.
-- @tparam string title
-- @tparam table bakes of `bake_state.all`
-- @tparam string nonce of the Content-Security-Policy
-- @tparam number every seconds between two reads of status.json
-- @treturn string
function page.html(title, bakes, nonce, every)
  return fill(HTML, { title = escape(title), rows = rows(bakes), nonce = escape(nonce),
    every = ("%d"):format(math.floor(every * 1000)) })
end

--- The headers of the page.
-- @tparam string nonce
-- @treturn table headers
function page.headers(nonce)
  return {
    ["content-type"] = "text/html; charset=utf-8",
    ["content-security-policy"] = ("default-src 'none'; script-src 'nonce-%s'; style-src 'nonce-%s'"
      .. "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
      :format(nonce, nonce),
    ["x-frame-options"] = "DENY",
    ["referrer-policy"] = "no-referrer",
  }
end

return page
