-- Instructions of each piece, and what they were counted with.
-- `make bench-instructions BUDGET=write` writes this file.
return {
  toolchain = "Debian GNU/Linux 12 (bookworm), x86_64, gcc (Debian 12.2.0-14+deb12u1) 12.2.0 -O2 -g, Lua 5.4.4",
  require = 5781933,
  prepare_describe = 35456,
  prepare_create = 107176,
  finish_1 = 93773,
  finish_500 = 31678304,
  describe = 238315,
  create = 258038,
  check = 63888,
  validate = 75351,
  lint_16k = 40230397,
}
