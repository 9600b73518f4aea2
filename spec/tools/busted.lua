-- Starts busted under the interpreter that runs this file. /usr/bin/busted is a Lua script on Debian and a shell
-- script where LuaRocks installed it; the module is the same everywhere.
require("busted.runner")({ standalone = false })
