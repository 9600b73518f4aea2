std = "min"
max_line_length = 100
-- Annotations for editors, made by spec/tools/types.lua: no program.
exclude_files = { "library/" }

-- The only places that may know OpenResty. spec/repo/architecture_spec.lua holds the same list.
local openresty = { read_globals = { "ngx" } }
files["lua/ecs_pipeline/platform.lua"] = openresty
files["lua/ecs_pipeline/transport/cosocket.lua"] = openresty
files["lua/ecs_pipeline/openresty/"] = openresty
files["lua/ecs_pipeline/emulator/nginx/"] = { globals = { "ngx" } }
files["spec/support/openresty_nginx/"] = openresty

-- Specs quote whole messages and rows of data; they may be a little wider than what ships.
files["spec/"] = { std = "+busted", read_globals = { "jit" }, max_line_length = 120 }
files["examples/testing/"] = { std = "+busted" }
files["bench/"] = { globals = { "ngx" }, max_line_length = 120 }
files[".busted"] = { std = "max", max_line_length = 120 }
files["*.rockspec"] = { std = "+rockspec" }
