-- Instructions of each piece, and what they were counted with.
-- `make bench-instructions BUDGET=write` writes this file.
return {
  toolchain = "Debian GNU/Linux 12 (bookworm), x86_64, gcc (Debian 12.2.0-14+deb12u1) 12.2.0 -O2 -g, Lua 5.4.4",
  require = 6662663,
  prepare_describe = 31729,
  prepare_create = 89835,
  finish_1 = 78570,
  finish_500 = 27462567,
  describe = 179334,
  create = 210255,
  check = 61295,
  validate = 78164,
  lint_16k = 41945910,
}
