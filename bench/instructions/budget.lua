-- Instructions of each piece, and what they were counted with.
-- `make bench-instructions BUDGET=write` writes this file.
return {
  toolchain = "Debian GNU/Linux 12 (bookworm), x86_64, gcc (Debian 12.2.0-14+deb12u1) 12.2.0 -O2 -g, Lua 5.4.4",
  require = 4364366,
  prepare_describe = 35130,
  prepare_create = 101177,
  finish_1 = 86776,
  finish_500 = 31134703,
  describe = 218014,
  create = 211494,
  check = 59374,
  validate = 70813,
  lint_16k = 40052178,
}
