-- Instructions of each piece, and what they were counted with.
-- `make bench-instructions BUDGET=write` writes this file.
return {
  toolchain = "Debian GNU/Linux 12 (bookworm), x86_64, gcc (Debian 12.2.0-14+deb12u1) 12.2.0 -O2 -g, Lua 5.4.4",
  require = 6492533,
  prepare_describe = 35478,
  prepare_create = 105580,
  finish_1 = 94721,
  finish_500 = 31878099,
  describe = 240811,
  create = 263176,
  check = 63903,
  validate = 79030,
  lint_16k = 43724011,
}
