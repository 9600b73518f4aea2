-- LUA_INIT of a run under a locale that writes one and a half as "1,5": each interpreter that a spec starts calls
-- setlocale as a program would. busted_helper.lua then sees that the C library really shows a comma.
assert(os.setlocale("de_DE.UTF-8"), "no locale de_DE.UTF-8: start this through spec/tools/comma_locale.sh")
