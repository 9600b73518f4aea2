#!/usr/bin/env bash
# Runs commands of this checkout on other Debian releases, each in a root folder of its own made by debootstrap:
#   platforms.sh trixie make demo       the last commit, cloned into the root; all output, the command's exit code
#   NEW=1 platforms.sh sid make …       the root is made anew first (a minute; the packages come with the command)
# Roots are kept in $ECSP_PLATFORMS, by default ~/.cache/ecs_pipeline/platforms. Mounts are private to the run and end
# with it. Needs root, debootstrap and a mirror ($ECSP_MIRROR); what cannot be had ends with "skipped: <why>", exit code 0.
set -u
suite=$1
shift
cd "$(dirname "$0")/../.." || exit 1
home=${ECSP_PLATFORMS:-${XDG_CACHE_HOME:-$HOME/.cache}/ecs_pipeline/platforms}
mirror=${ECSP_MIRROR:-http://deb.debian.org/debian}
root=$home/$suite

skip() {
  echo "skipped: Debian $suite: $1"
  exit 0
}

[ "$(id -u)" = 0 ] || skip "debootstrap and chroot want root"
command -v debootstrap >/dev/null || skip "debootstrap is not installed (apt-get install debootstrap)"
[ "${NEW:-0}" = 1 ] && rm -rf --one-file-system "$root"
if [ ! -e "$root/made" ]; then
  mkdir -p "$home"
  rm -rf --one-file-system "$root"
  debootstrap --variant=minbase --include=make,ca-certificates "$suite" "$root" "$mirror" >"$home/$suite.log" 2>&1 ||
    skip "no root from $mirror: $(tail -n 1 "$home/$suite.log")"
  # A mirror that is kept as it was on some day has a list of unstable that is too old, and signed all the same.
  echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/90kept-mirror"
  touch "$root/made"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
rm -rf "$root/work/ecs_pipeline"
git clone -q . "$root/work/ecs_pipeline" || exit 1

# A mount namespace of its own: nothing stays mounted, however this ends.
inside() {
  unshare --mount --propagation private bash -c '
    root=$1
    shift
    mount --bind "$root" "$root" || exit 1 # so that specs can have mounts of their own: that wants a root that is a mount
    mount --rbind /proc "$root/proc" && mount --rbind /dev "$root/dev" && mount --rbind /sys "$root/sys" || exit 1
    exec chroot "$root" env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      LC_ALL=C.UTF-8 CI="${CI:-}" SPEC_TIMEOUT="${SPEC_TIMEOUT:-300}" \
      bash -c "cd /work/ecs_pipeline && exec \"\$@\"" bash "$@"' bash "$root" "$@"
}

inside apt-get -q update >"$home/$suite.log" 2>&1 || skip "no package lists: $(tail -n 1 "$home/$suite.log")"
inside "$@"
