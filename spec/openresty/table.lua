-- Every fault with each call through a client inside nginx, as `make faults` does for libcurl; one line a fault.
--   table.lua PHASE [pattern]
local open = require("spec.openresty.faults_bench").open(arg[1])
require("spec.faults.table").run(open, arg[2])
