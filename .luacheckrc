std = "min"
max_line_length = 100
include_files = { "lua", "spec", "examples", ".busted", ".luacheckrc", "*.rockspec" }
exclude_files = { "build" }

-- The only places that may know OpenResty. spec/repo/architecture_spec.lua holds the same list.
local openresty = { read_globals = { "ngx" } }
files["lua/ecs_pipeline/platform.lua"] = openresty
files["lua/ecs_pipeline/transport/cosocket.lua"] = openresty
files["lua/ecs_pipeline/openresty/"] = openresty
files["spec/support/emulator_nginx/"] = openresty

files["spec/"] = { std = "+busted", read_globals = { "jit" } }
files[".busted"] = { std = "max" }
files["*.rockspec"] = { std = "+rockspec" }
