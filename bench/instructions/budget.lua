-- Instructions of each piece, and what they were counted with.
-- `make bench-instructions BUDGET=write` writes this file.
return {
  toolchain = "Debian GNU/Linux 12 (bookworm), x86_64, gcc (Debian 12.2.0-14+deb12u1) 12.2.0 -O2 -g, Lua 5.4.4",
  require = 4309691,
  prepare_describe = 35143,
  prepare_create = 101590,
  finish_1 = 87145,
  finish_500 = 31275127,
  describe = 218432,
  create = 211901,
  check = 59378,
  validate = 71013,
  lint_16k = 40201194,
}
