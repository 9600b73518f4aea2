--- Runs `run(count)` for WARM calls, then for CALLS, and prints the wall and CPU time of one in microseconds: how each
-- client of the benches ends. One call without a warm one, as for a cold start, loads nothing for that.
return function(run, calls, warm)
  if calls == 1 and warm == 0 then
    return run(1)
  end
  local now = require("socket").gettime
  run(warm)
  collectgarbage()
  local wall, cpu = now(), os.clock()
  run(calls)
  cpu, wall = os.clock() - cpu, now() - wall
  print(("%.3f %.3f"):format(wall / calls * 1e6, cpu / calls * 1e6))
end
