-- The file of tests that users copy passes its tests.
local repo = require("spec.support.repo")

local PATH = "examples/testing/bake_spec.lua"
local busted = { describe = describe, it = it, assert = assert }

assert(repo.compile(repo.read(PATH), "@" .. PATH, setmetatable(busted, { __index = _G })))()
