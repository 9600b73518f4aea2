-- Instructions of each piece, and what they were counted with.
-- `make bench-instructions BUDGET=write` writes this file.
return {
  toolchain = "Debian GNU/Linux 12 (bookworm), x86_64, gcc (Debian 12.2.0-14+deb12u1) 12.2.0 -O2 -g, Lua 5.4.4",
  require = 5589647,
  prepare_describe = 35124,
  prepare_create = 100983,
  finish_1 = 88022,
  finish_500 = 31275213,
  describe = 219736,
  create = 212814,
  check = 59387,
  validate = 71196,
  lint_16k = 40221672,
}
