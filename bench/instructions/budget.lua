-- Instructions of each piece, and what they were counted with. `make bench-instructions BUDGET=write` writes
-- this file.
return {
  toolchain = "Debian GNU/Linux 12 (bookworm), x86_64, gcc (Debian 12.2.0-14+deb12u1) 12.2.0 -O2 -g, Lua 5.4.4",
  require = 4272562,
  prepare_describe = 35711,
  prepare_create = 106805,
  finish_1 = 110897,
  finish_500 = 42709515,
  describe = 354939,
  create = 436979,
  check = 64671,
  validate = 213717,
  lint_16k = 164050970,
}
