-- Opens every page of the reference in Chromium: no page may be wider than a desktop's, a tablet's or a phone's screen,
-- and the browser may have nothing to say of it.
--     check_widths.lua build/docs
local chromium = require("spec.support.chromium")
local repo = require("spec.support.repo")

local WIDTHS = { 1280, 768, 375 }

local browser = chromium.start()
local page, paths, wrong = browser:open("about:blank"), repo.files(arg[1], "%.html$"), {}
for _, path in ipairs(paths) do
  local url = "file://" .. repo.run("pwd")[1] .. "/" .. path
  page:call("Page.navigate", { url = url })
  assert(page:wait_for(("document.readyState === 'complete' && location.href === '%s'"):format(url)), path)
  for _, width in ipairs(WIDTHS) do
    page:call("Emulation.setDeviceMetricsOverride",
      { width = width, height = 1000, deviceScaleFactor = 1, mobile = width < 500 })
    local needed = page:evaluate("document.documentElement.scrollWidth")
    if needed > width then
      wrong[#wrong + 1] = ("%s: %d pixels wide on a screen of %d"):format(path, needed, width)
    end
  end
end
for _, complaint in ipairs((page:noted())) do
  wrong[#wrong + 1] = complaint
end
browser:stop()

print(("%s: %d pages opened at %s pixels, %d complaints"):format(arg[1], #paths, table.concat(WIDTHS, ", "), #wrong))
for _, complaint in ipairs(wrong) do
  print("  " .. complaint)
end
os.exit(#paths > 0 and #wrong == 0 and 0 or 1)
