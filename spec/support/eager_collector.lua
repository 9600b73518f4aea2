--- A collector that takes a whole step whenever it may: what a host with much garbage can have by itself.
return function()
  if _VERSION == "Lua 5.5" then
    collectgarbage("incremental")
    collectgarbage("param", "pause", 0)
    collectgarbage("param", "stepmul", 1000000)
    collectgarbage("param", "stepsize", 1)
  else
    collectgarbage("setpause", 0)
    collectgarbage("setstepmul", 1000000)
  end
end
