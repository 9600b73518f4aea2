-- Instructions of each piece, and what they were counted with.
-- `make bench-instructions BUDGET=write` writes this file.
return {
  toolchain = "Debian GNU/Linux 12 (bookworm), x86_64, gcc (Debian 12.2.0-14+deb12u1) 12.2.0 -O2 -g, Lua 5.4.4",
  require = 4374630,
  prepare_describe = 34935,
  prepare_create = 101005,
  finish_1 = 85294,
  finish_500 = 31157179,
  describe = 214705,
  create = 208962,
  check = 59445,
  validate = 70208,
  lint_16k = 39888574,
}
