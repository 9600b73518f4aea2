-- Every fault with each call through a client inside nginx, as `make faults` does for libcurl; one line a fault.
--   run.lua PHASE [pattern]
local open = require("spec.openresty.faults_harness").open(arg[1])
require("spec.faults.run").run(open, arg[2])
