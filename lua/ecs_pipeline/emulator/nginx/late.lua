--- Runs inside nginx: one request that is still on its way while its sender is dead and a
-- successor at work.
--   hold(n)      the n-th request from now on is not taken before `release`
--   release(n)   take it after n others (0: now); what comes then waits until that is done

local M = {}

local function pause_while(name)
  while M[name] do
    ngx.sleep(0.002)
  end
end

function M.hold(number)
  M.countdown, M.held, M.taking = number, false, false
end

function M.release(others)
  M.others = others
  if M.held and others == 0 then
    M.held, M.taking = false, true
  end
end

--- Is it on its way?
function M.state()
  return { held = M.held == true }
end

--- Before a request is taken.
function M.enter()
  pause_while("taking")
  M.countdown = M.countdown and M.countdown - 1
  if M.countdown == 0 then
    M.countdown, M.held = nil, true
    pause_while("held")
    return true
  end
  return false
end

--- After one was taken; `was_held` is what `enter` gave.
function M.leave(was_held)
  if was_held then
    M.taking = false
  elseif M.held and M.others then
    M.release(M.others - 1)
  end
end

return M
