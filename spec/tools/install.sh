#!/usr/bin/env bash
# Installs the Debian packages that are missing for a purpose, and only those: install.sh build|demo|test|page|docs|luas|lua5.5|rock|harden|vendor|bench|platforms|all
# On other systems nothing is installed: what is missing is named with that system's package names.
set -u

purpose=${1:-test}

# One row per need: purpose | how to see that it is there elsewhere | Debian | Fedora | Alpine | Homebrew
# "elsewhere" is cmd:NAME, header:PATH and so on. A Debian column with commas: any of these that is installed will do; if
# none is, the first that this release has gets installed.
needs() {
  cat <<'ROWS'
build|cmd:gcc|gcc|gcc|gcc|gcc
build|cmd:make|make|make|make|make
build|header:stdio.h|libc6-dev|glibc-devel|musl-dev|-
build|cmd:lua5.4|lua5.4|lua|lua5.4|lua
build|header:lua5.4/lua.h|liblua5.4-dev|lua-devel|lua5.4-dev|lua
build|cmd:luajit|luajit2,luajit|luajit|luajit|luajit
build|header:luajit-2.1/lua.h|libluajit2-5.1-dev,libluajit-5.1-dev|luajit-devel|luajit-dev|luajit
build|header:openssl/evp.h|libssl-dev|openssl-devel|openssl-dev|openssl@3
build|header:curl/curl.h|libcurl4-openssl-dev|libcurl-devel|curl-dev|curl
build|lua:cjson|lua-cjson|lua-cjson|lua5.4-cjson|luarocks install lua-cjson
build|lua:argparse|lua-argparse|lua-argparse|lua5.4-argparse|luarocks install argparse
demo|cmd:nginx|nginx-light,nginx-core,nginx-full,nginx-extras,nginx|nginx|nginx|openresty/brew/openresty
demo|nginx:lua|libnginx-mod-http-lua|nginx-mod-lua (or openresty)|nginx-mod-http-lua|openresty/brew/openresty
demo|luajit:resty.core|lua-resty-core|lua-resty-core (or openresty)|lua-resty-core|openresty/brew/openresty
demo|cmd:openssl|openssl|openssl|openssl|openssl@3
demo|cmd:curl|curl|curl|curl|curl
test|cmd:git|git|git|git|git
test|cmd:lua5.1|lua5.1|compat-lua|lua5.1|luarocks/hererocks lua 5.1
test|header:lua5.1/lua.h|liblua5.1-0-dev|compat-lua-devel|lua5.1-dev|luarocks/hererocks lua 5.1
test|lua:busted.runner|lua-busted|luarocks install busted|luarocks install busted|luarocks install busted
test|lua:lyaml|lua-yaml|lua-lyaml|lua5.4-lyaml|luarocks install lyaml
test|cmd:tmux|tmux|tmux|tmux|tmux
test|lua:socket|lua-socket|lua-socket|lua5.4-socket|luarocks install luasocket
test|cmd:luarocks|luarocks|luarocks|luarocks5.4|luarocks
test|cmd:man|man-db|man-db|man-db|-
page|cmd:chromium|chromium|chromium|chromium|chromium
page|cmd:pgrep|procps|procps-ng|procps|-
page|cmd:promtool|prometheus|golang-github-prometheus|prometheus|prometheus
harden|clang:fuzzer|libclang-rt-14-dev,libclang-rt-dev|compiler-rt|compiler-rt|llvm
harden|cmd:valgrind|valgrind|valgrind|valgrind|-
luas|cmd:lua5.3|lua5.3|-|lua5.3|luarocks/hererocks lua 5.3
luas|header:lua5.3/lua.h|liblua5.3-dev|-|lua5.3-dev|luarocks/hererocks lua 5.3
luas|cmd:lua5.2|lua5.2|-|lua5.2|luarocks/hererocks lua 5.2
luas|header:lua5.2/lua.h|liblua5.2-dev|-|lua5.2-dev|luarocks/hererocks lua 5.2
luas|cmd:localedef|locales|glibc-locale-source|-|-
lua5.5|cmd:lua5.5|lua5.5|-|-|lua
lua5.5|header:lua5.5/lua.h|liblua5.5-dev|-|-|lua
rock|cmd:dpkg-source|dpkg-dev|dpkg-dev|dpkg-dev|dpkg
rock|cmd:nm|binutils|binutils|binutils|binutils
rock|cmd:unshare|util-linux|util-linux|util-linux|-
platforms|cmd:debootstrap|debootstrap|debootstrap|debootstrap|-
vendor|cmd:node|nodejs|nodejs|nodejs|node
vendor|cmd:npm|npm|npm|npm|node
bench|luajit:openssl.hmac|lua-luaossl|luarocks install luaossl|lua5.1-ossl|luarocks install luaossl
bench|luajit:curl|lua-curl|-|-|-
bench|luajit:ssl|lua-sec|lua-sec|lua5.1-sec|luarocks install luasec
bench|cmd:gnuplot|gnuplot-nox,gnuplot-qt,gnuplot-x11|gnuplot|gnuplot|gnuplot
docs|cmd:ldoc|lua-ldoc|luarocks install ldoc|luarocks install ldoc|luarocks install ldoc
docs|cmd:dot|graphviz|graphviz|graphviz|graphviz
lint|cmd:luacheck|lua-check|luarocks install luacheck|luarocks install luacheck|luacheck
lint|cmd:clang|clang|clang|clang|llvm
lint|cmd:clang-format|clang-format|clang-tools-extra|clang-extra-tools|clang-format
lint|cmd:clang-tidy|clang-tidy|clang-tools-extra|clang-extra-tools|llvm
lint|cmd:cppcheck|cppcheck|cppcheck|cppcheck|cppcheck
ROWS
}

case $purpose in
  build) wanted='^build\|' ;;
  demo) wanted='^(build|demo)\|' ;;
  test) wanted='^(build|demo|test)\|' ;;
  docs) wanted='^(build|docs)\||\|cmd:lua5.1\|' ;; # Debian's ldoc runs with that one
  page) wanted='^(build|demo|test|page)\|' ;;
  luas) wanted='^(build|demo|test|luas)\|' ;;
  lua5.5) wanted='^(build|demo|test|rock|lua5.5)\|' ;; # its lua-cjson is built from Debian's source, as a rock
  rock) wanted='^(build|test|rock)\|' ;;
  harden) wanted='^(build|demo|test|harden)\||\|cmd:clang\|' ;;
  vendor) wanted='^(build|demo|test|vendor)\|' ;;
  bench) wanted='^(build|demo|test|vendor|bench)\||\|cmd:valgrind\|' ;;
  platforms) wanted='^platforms\|' ;;
  all) wanted='^(build|demo|test|page|docs|harden|luas|rock|vendor|bench|lint|platforms)\|' ;;
  *)
    echo "usage: $0 build|demo|test|page|docs|luas|lua5.5|rock|harden|vendor|bench|platforms|all" >&2
    exit 2
    ;;
esac

# --- other systems: look, name, stop -------------------------------------------------------------------------------
present() {
  local kind=${1%%:*} what=${1#*:}
  case $kind in
    cmd) command -v "$what" >/dev/null || [ -x "/usr/sbin/$what" ] ;;
    lua) lua5.4 -e "require('$what')" >/dev/null 2>&1 || lua -e "require('$what')" >/dev/null 2>&1 ;;
    clang) echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
      clang -fsanitize="$what" -x c - -o /dev/null >/dev/null 2>&1 ;;
    luajit) luajit -e "assert(package.searchpath('$what', package.path))" >/dev/null 2>&1 ;;
    nginx) ls /usr/lib/nginx/modules/*http_lua* /usr/lib64/nginx/modules/*http_lua* >/dev/null 2>&1 ||
      command -v openresty >/dev/null ;;
    header)
      local folder
      for folder in /usr/include /usr/include/*-linux-gnu /usr/local/include /opt/homebrew/include \
        /opt/homebrew/opt/openssl@3/include; do
        [ -e "$folder/$what" ] && return 0
      done
      [ "${what##*/}" = lua.h ] && [ -e /usr/include/lua.h ]
      ;;
  esac
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  missing=0
  while IFS='|' read -r _ how debian fedora alpine brew; do
    present "$how" && continue
    [ $missing = 0 ] && printf '%-24s %-28s %-28s %-24s %s\n' "missing" Debian Fedora Alpine Homebrew
    missing=$((missing + 1))
    printf '%-24s %-28s %-28s %-24s %s\n' "$how" "${debian%%,*}" "$fedora" "$alpine" "$brew"
  done < <(needs | grep -E "$wanted")
  [ $missing = 0 ] && exit 0
  echo "install.sh: no apt-get here; please install the $missing things above with this system's package manager" >&2
  exit 1
fi

# --- Debian --------------------------------------------------------------------------------------------------------
# A Node of the maker's own packages will do: Debian's npm would clash with it.
rows=$(needs | grep -E "$wanted" | while IFS='|' read -r of how debian _; do
  [ "$of" = vendor ] && present "$how" || echo "$debian"
done)
# shellcheck disable=SC2046
installed=" $(dpkg-query -W -f='${Package}=${db:Status-Status}\n' $(tr ',\n' '  ' <<<"$rows") 2>/dev/null |
  sed -n 's/=installed$//p' | tr '\n' ' ') "

missing_rows=()
for row in $rows; do
  found=no
  for package in ${row//,/ }; do
    case $installed in *" $package "*) found=yes ;; esac
  done
  [ $found = yes ] || missing_rows+=("$row")
done
[ ${#missing_rows[@]} = 0 ] && exit 0

# With a candidate of each row to install; rows of which this release has no package go to `gone`.
choose() {
  local known row package chosen
  # "(none)" and unknown names are what cannot be installed.
  # shellcheck disable=SC2046
  known=" $(LC_ALL=C apt-cache policy $(tr ',' ' ' <<<"${missing_rows[*]}") 2>/dev/null |
    awk '/^[^ ].*:$/ { name = $1; sub(/:$/, "", name) } /^  Candidate:/ && $2 != "(none)" { print name }' | tr '\n' ' ') "
  missing=()
  gone=()
  for row in "${missing_rows[@]}"; do
    chosen=
    for package in ${row//,/ }; do
      case $known in *" $package "*) chosen=$package && break ;; esac
    done
    if [ -n "$chosen" ]; then missing+=("$chosen"); else gone+=("$row"); fi
  done
}

choose
as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install.sh: not root and no sudo; run as root: apt-get install ${missing[*]} ${gone[*]%%,*}" >&2
    exit 1
  fi
  as_root=(sudo)
  [ -t 0 ] || as_root=(sudo -n)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"; }

refused() {
  local row system
  system=$(. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-}")
  {
    echo "install.sh: apt has no package on this system (${system:-unknown}) for:"
    for row in "${gone[@]}"; do
      echo "  ${row//,/ or }"
    done
    echo "What to do here: look at the lines of 'apt-get update' that begin with E: or W:, and see that the package lists"
    echo "(/etc/apt/sources.list, /etc/apt/sources.list.d) name this release's component 'main' (Ubuntu: 'universe' as well)."
    echo "'apt-cache policy NAME' must then show a candidate. Debian 12 and 13 have all of them. Other systems call them:"
    for row in "${gone[@]}"; do
      needs | awk -F'|' -v p="$row" '$3 == p { printf "  %s: Fedora: %s, Alpine: %s, Homebrew: %s\n", $2, $4, $5, $6 }'
    done
  } >&2
  exit 1
}

if [ ${#gone[@]} != 0 ]; then
  apt update || true
  choose
fi
[ ${#gone[@]} = 0 ] || refused
echo "install.sh: missing: ${missing[*]}"

# Debian starts a service when its package arrives. Nobody asked for a web server on port 80: no start during this
# installation, and no start at boot if it was us who brought it.
policy=/usr/sbin/policy-rc.d
brought_nginx=no
case " ${missing[*]} " in *" nginx-light "*) brought_nginx=yes ;; esac
if [ $brought_nginx = yes ] && [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null && "${as_root[@]}" chmod 755 $policy
  trap '"${as_root[@]}" rm -f '"$policy" EXIT
fi

if ! apt install -y --no-install-recommends "${missing[@]}"; then
  # Old lists name files that the mirror has dropped.
  if ! { apt update && apt install -y --no-install-recommends "${missing[@]}"; }; then
    echo "install.sh: apt-get could not install: ${missing[*]}" >&2
    exit 1
  fi
fi
if [ $brought_nginx = yes ] && command -v systemctl >/dev/null; then
  "${as_root[@]}" systemctl disable nginx >/dev/null 2>&1 || true
fi
exit 0
