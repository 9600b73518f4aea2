--- The status page: one self-contained HTML text. It is whole without its script, which asks for
-- the page again and again, takes over what has changed, and writes times in the reader's zone.
-- Nothing else is loaded.
local dates = require("ecs_pipeline.dates")
local tables = require("ecs_pipeline.tables")

local page = {}

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;",
  ["'"] = "&#39;" }

local function escape(value)
  return (tostring(value == nil and "" or value):gsub("[&<>\"']", ESCAPES))
end

-- Puts values, which are HTML, into a template, for their $names.
local function fill(template, values)
  return (template:gsub("%$(%l[%l_]*)", values))
end

local HTML = [[
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<noscript><meta http-equiv="refresh" content="30"></noscript>
<title>$title</title>
<style nonce="$nonce">
:root { --ground: #fff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0;
  --rest: #59636e; --busy: #0550ae; --good: #116329; --warn: #8a4600; --bad: #b3141d; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #3d444d;
    --rest: #9198a1; --busy: #79b8ff; --good: #56d364; --warn: #e3b341; --bad: #ff7b72; }
}
body { font: 1rem/1.45 system-ui, sans-serif; margin: 0 auto; max-width: 84rem; padding: 1rem;
  background: var(--ground); color: var(--ink); overflow-wrap: anywhere; }
h1, h2 { line-height: 1.2; margin: 0; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.2rem; }
a { color: var(--busy); }
p { margin: .5rem 0; }
.rest { --tone: var(--rest); } .busy { --tone: var(--busy); } .good { --tone: var(--good); }
.warn { --tone: var(--warn); } .bad { --tone: var(--bad); }
.word, .bad .message { color: var(--tone); }
.word { font-weight: 600; }
#overview { list-style: none; margin: .5rem 0 1rem; padding: 0; display: flex; flex-wrap: wrap;
  gap: .2rem 1.2rem; }
#list { display: grid; gap: 1rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 32rem), 1fr)); }
section { border: 1px solid var(--line); border-left: .3rem solid var(--tone); border-radius: .4rem;
  padding: .8rem; min-width: 0; }
progress { display: block; appearance: none; width: 100%; height: .6rem; border: 0;
  border-radius: .3rem; overflow: hidden; background: var(--line); color: var(--tone); }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: currentColor; }
progress::-moz-progress-bar { background: currentColor; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .5rem 0; }
dt, #note, .none, caption { color: var(--soft); }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
caption { text-align: left; padding: .5rem 0 .2rem; }
th, td { text-align: left; vertical-align: top; font-weight: 400; padding: .3rem .6rem .3rem 0;
  border-top: 1px solid var(--line); }
thead th { color: var(--soft); }
thead th:first-child { width: 30%; }
.id { font-family: ui-monospace, monospace; font-size: .75rem; }
#trouble { color: var(--bad); }
</style>
</head>
<body>
<h1>$title</h1>
<main id="bakes">
<ul id="overview" aria-label="Pipelines" aria-live="polite">
$overview</ul>
<div id="list">
$sections</div>
<p id="note">As of $now.</p>
</main>
<p id="trouble" role="alert"></p>
<script nonce="$nonce">
"use strict";
(function () {
  var trouble = document.getElementById("trouble");
  // Times of the page are UTC; their text becomes the reader's.
  function localize(root) {
    root.querySelectorAll("time").forEach(function (time) {
      var seconds = time.closest("#note") ? "medium" : "short";
      time.title = time.textContent;
      time.textContent = new Date(time.dateTime).toLocaleString(undefined,
        { dateStyle: "medium", timeStyle: seconds });
    });
  }
  // Changes only what differs, so that focus, selection and scrolling stay.
  function take(old, fresh) {
    if (old.nodeName !== fresh.nodeName) {
      old.replaceWith(fresh);
    } else if (!old.attributes) {
      if (old.data !== fresh.data) { old.data = fresh.data; }
    } else {
      Array.from(old.attributes).forEach(function (one) {
        if (!fresh.hasAttribute(one.name)) { old.removeAttribute(one.name); }
      });
      Array.from(fresh.attributes).forEach(function (one) {
        if (old.getAttribute(one.name) !== one.value) { old.setAttribute(one.name, one.value); }
      });
      var before = Array.from(old.childNodes), after = Array.from(fresh.childNodes);
      after.forEach(function (node, index) {
        if (before[index]) { take(before[index], node); } else { old.appendChild(node); }
      });
      before.slice(after.length).forEach(function (node) { node.remove(); });
    }
  }
  // Without head and script: their nonce is another page's.
  function show(html) {
    html = html.slice(html.indexOf("<main"), html.indexOf("</main>"));
    var fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.getElementById("bakes")) { throw new Error("the answer is another page"); }
    localize(fresh);
    take(document.getElementById("bakes"), fresh.getElementById("bakes"));
    trouble.textContent = "";
  }
  function again(delay) { setTimeout(look, delay); }
  function look() {
    if (document.hidden) { return again($every); }
    fetch("", { cache: "no-store" }).then(function (reply) {
      if (!reply.ok) { throw new Error("HTTP status " + reply.status); }
      return reply.text();
    }).then(show).then(function () {
      again($every);
    }).catch(function (why) {
      trouble.textContent = "No news: " + why.message + ". Trying again.";
      again(5 * $every);
    });
  }
  localize(document);
  again($every);
})();
</script>
</body>
</html>
]]

-- A bake has a tone, which gives its colours; its words say the same.
local TONE_OF_STATE = { running = "busy", starting = "busy", not_found = "bad" }
local TONE_OF_OUTCOME = { success = "good", partial = "warn", cancelled = "warn" }

local function tone(bake)
  if bake.lost then
    return "bad"
  elseif bake.state == "ended" then
    return TONE_OF_OUTCOME[bake.outcome] or "bad"
  end
  return bake.stalled and "warn" or TONE_OF_STATE[bake.state] or "rest"
end

local function words(name)
  return escape((tostring(name):gsub("_", " ")))
end

local function word(bake)
  local state = bake.state
  if state == "idle" and bake.lost then
    return "start failed"
  elseif state == "ended" then
    state = bake.outcome
  elseif state == "running" then
    state = bake.phase or state
  end
  return words(state) .. (state ~= "not_found" and bake.stalled and " (stalled)" or "")
end

local function message(bake)
  local lost = bake.lost and bake.state ~= "idle" and bake.lost.message
  return (bake.error and bake.error.message or bake.error_info or bake.message or "")
    .. (lost and " The last start failed: " .. lost or "")
end

local function duration(seconds)
  local all = math.floor(seconds + 0.5)
  if all >= 3600 then
    return ("%d h %d min"):format(math.floor(all / 3600), math.floor(all % 3600 / 60))
  elseif all >= 60 then
    return ("%d min %d s"):format(math.floor(all / 60), all % 60)
  end
  return ("%d s"):format(all)
end

local function time(at)
  local text = dates.text(at)
  return ('<time datetime="%s">%s %s UTC</time>'):format(text, text:sub(1, 10), text:sub(12, 16))
end

local function paragraph(class, text)
  return text ~= "" and ('<p class="%s">%s</p>\n'):format(class, text) or ""
end

local function row(name, html)
  return html and ("<dt>%s</dt><dd class=\"id\">%s</dd>\n"):format(name, html) or ""
end

-- --- images, with links to the console ---

-- The console has an address for the images of a region, and none that is documented for one image,
-- pipeline or execution.
local function image(view, id, region)
  if not region or not region:find("^[%w%-]+$") then
    return escape(id)
  end
  return ('<a href="%s/image/region/%s/imageList">%s</a>'):format(escape(view.console), region,
    escape(id))
end

-- The image of each region; nil if there is none.
local function images(view, bake, region)
  local list = {}
  for _, name in ipairs(tables.sorted_keys(bake.images or {})) do
    if bake.images[name] ~= bake.image_id or name ~= region then
      list[#list + 1] = image(view, bake.images[name], name) .. " " .. escape(name)
    end
  end
  if bake.image_id then
    table.insert(list, 1, image(view, bake.image_id, region))
  end
  return list[1] and table.concat(list, "<br>")
end

-- --- one pipeline ---

local BUILD = [[
<tr class="$tone"><th scope="row">$time</th>
<td><span class="word">$word</span>$took$message<div class="id">$what</div></td></tr>
]]

local BUILDS = [[
<table>
<caption>Last builds of $name</caption>
<thead><tr><th scope="col">Ended</th><th scope="col">Outcome, image, execution</th></tr></thead>
<tbody>
$rows</tbody>
</table>
]]

local function builds(view, bake, region)
  local rows = {}
  for index, build in ipairs(bake.builds or {}) do
    local found = images(view, build, region)
    rows[index] = fill(BUILD, { tone = TONE_OF_OUTCOME[build.outcome] or "bad",
      time = time(build.ended_at), word = words(build.outcome),
      message = build.message and ": " .. escape(build.message) or "",
      took = build.elapsed and " after " .. duration(build.elapsed) or "",
      what = (found and found .. "<br>" or "") .. escape(build.execution_id) })
  end
  return rows[1] and fill(BUILDS, { name = escape(bake.pipeline), rows = table.concat(rows) })
    or paragraph("none", "No build has been seen to end yet.")
end

local SECTION = [[
<section id="pipeline-$index" class="$tone" aria-labelledby="name-$index" data-pipeline="$name"
 data-state="$state">
<h2 id="name-$index">$name</h2>
<p class="state"><span class="word">$word</span> <span class="time">$time</span></p>
$bar$message<dl>
$ids</dl>
$builds</section>
]]

-- What became of the last message to each receiver; nil without any.
local function notified(bake)
  local list = {}
  for index, told in ipairs(bake.notified or {}) do
    local why = told.message or told.state ~= "delivered" and told.status
      and ("HTTP status %d"):format(told.status)
    list[index] = escape(told.to .. ": " .. told.state
      .. (why and (" (attempt %d: %s)"):format(told.attempts, why) or ""))
  end
  return list[1] and table.concat(list, "<br>")
end

local BAR = [[
<progress max="100" value="$percent" aria-label="Progress of $name">$percent %</progress>
]]

local function bar(bake)
  if bake.state ~= "running" and bake.state ~= "ended" then
    return ""
  end
  return fill(BAR, { name = escape(bake.pipeline),
    percent = ("%d"):format(math.floor(bake.progress * 100 + 0.5)) })
end

local function section(view, bake, index)
  local region = bake.region or view.region
  local left = bake.estimate and ", " .. duration(bake.estimate) .. " left" or ""
  return fill(SECTION, {
    index = ("%d"):format(index), tone = tone(bake), name = escape(bake.pipeline),
    state = escape(bake.state), word = word(bake), bar = bar(bake),
    time = bake.elapsed and duration(bake.elapsed) .. left or "",
    message = paragraph("message", escape(message(bake))),
    ids = row("Pipeline", bake.pipeline_id and escape(bake.pipeline_id))
      .. row("Execution", bake.execution_id and escape(bake.execution_id))
      .. row("Image", images(view, bake, region)) .. row("Notified", notified(bake)),
    builds = builds(view, bake, region),
  })
end

local OVERVIEW = [[
<li class="$tone" aria-atomic="true"><a href="#pipeline-$index">$name</a>: <span
 class="word">$word</span></li>
]]

local function overview(bake, index)
  return fill(OVERVIEW, { tone = tone(bake), index = ("%d"):format(index),
    name = escape(bake.pipeline), word = word(bake) })
end

--- The page.
-- @tparam table view `{ title, bakes (of `bake_state.all`), nonce (of the Content-Security-Policy),
--   every (seconds between two reads of the page), now (unix seconds), region (of pipelines that
--   have none), console (address of the ECS console) }`
-- @treturn string
function page.html(view)
  local lines, sections = {}, {}
  for index, bake in ipairs(view.bakes) do
    lines[index], sections[index] = overview(bake, index), section(view, bake, index)
  end
  return fill(HTML, { title = escape(view.title), nonce = escape(view.nonce),
    overview = table.concat(lines), sections = table.concat(sections), now = time(view.now),
    every = ("%d"):format(math.floor(view.every * 1000)) })
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
