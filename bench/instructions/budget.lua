-- Instructions of each piece, and what they were counted with.
-- `make bench-instructions BUDGET=write` writes this file.
return {
  toolchain = "Debian GNU/Linux 12 (bookworm), x86_64, gcc (Debian 12.2.0-14+deb12u1) 12.2.0 -O2 -g, Lua 5.4.4",
  require = 5727010,
  prepare_describe = 35390,
  prepare_create = 107122,
  finish_1 = 103101,
  finish_500 = 37559311,
  describe = 248709,
  create = 265469,
  check = 63853,
  validate = 75249,
  lint_16k = 40224650,
}
