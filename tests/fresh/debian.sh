#!/usr/bin/env bash
# What a newcomer does, on a Debian that nobody has touched: clone, `make run`, `make check`, `make test`. Run by `make test-fresh`.
#
# debootstrap makes the system in a folder of its own, which is removed afterwards. A user with sudo, as on the images of
# cloud providers, types the commands. Nothing of this machine is used but what it needs to reach the
# package registries: its resolver, its certificate authorities and the proxy variables.
#
# SUITE: the Debian release (bookworm). ARGS: arguments for pytest. MIRROR: another Debian mirror.
set -eu

suite=${SUITE:-bookworm}
top=$(cd "$(dirname "$0")/../.." && pwd)
say() { echo "test-fresh: $*" >&2; }
fail() { say "$*"; exit 1; }

[ "$(id -u)" = 0 ] || fail 'a new system can only be made by root: type `sudo make test-fresh`.'
command -v debootstrap >/dev/null || PATH=$PATH:/usr/sbin
command -v debootstrap >/dev/null || fail 'debootstrap is missing: type `sudo apt install debootstrap`.'
if [ -n "$(git -C "$top" status --porcelain)" ]; then
  say 'uncommitted changes are not part of this run: a newcomer clones what is committed.'
fi

if [ -z "${FRESH_ROOT:-}" ]; then
  FRESH_ROOT=$(mktemp -d /var/tmp/scrollwork-fresh.XXXXXX)
  export FRESH_ROOT
  # In namespaces of its own: what is mounted, and every process that is still running, ends with this script.
  status=0
  unshare --mount --pid --fork --kill-child "$0" || status=$?
  rm -rf --one-file-system "$FRESH_ROOT"
  exit $status
fi

root=$FRESH_ROOT
chmod 755 "$root"
began=$(date +%s)
minutes() { seconds=$(($(date +%s) - began)); echo "$((seconds / 60)) min $((seconds % 60)) s"; }

say "making a $suite in $root …"
# What the README asks for beforehand, and sudo, which every installed system has.
packages=ca-certificates,git,make,python3,sudo
debootstrap --variant=minbase --include=$packages "$suite" "$root" ${MIRROR:+"$MIRROR"} >"$root.log" 2>&1 ||
  fail "debootstrap failed: $(tail -n 1 "$root.log")"
rm -f "$root.log"

cp /etc/resolv.conf "$root/etc/resolv.conf"
if [ -d /usr/local/share/ca-certificates ]; then
  cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
  chroot "$root" update-ca-certificates >/dev/null 2>&1
fi
echo "deb http://deb.debian.org/debian-security $suite-security main" >>"$root/etc/apt/sources.list"

mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"

chroot "$root" useradd --create-home --shell /bin/bash newcomer
echo 'newcomer ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/newcomer"
git clone --quiet --bare --no-local "$top" "$root/srv/scrollwork.git"
chroot "$root" chown -R newcomer: /srv/scrollwork.git
git -C "$top" rev-parse HEAD >"$root/srv/commit"

# A login shell with nothing in its environment but how to reach the registries.
as_newcomer() {
  set -- "$@"
  network=$(env | grep -i -E '^(https?_proxy|no_proxy|pip_cert|pip_index_url)=' | sed "s/'/'\\\\''/g; s/=\(.*\)/='\1'/" || true)
  printf '%s\n' "$network" | sed 's/^\(.\)/export \1/' >"$root/srv/network"
  chroot "$root" env -i HOME=/home/newcomer USER=newcomer TERM=dumb LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin \
    setpriv --reuid newcomer --regid newcomer --init-groups \
    /bin/bash -euc ". /srv/network; cd; $1"
}

say "$(cat "$root/etc/debian_version"), $(chroot "$root" python3 --version), ready after $(minutes)"
began=$(date +%s)
as_newcomer 'git clone --quiet /srv/scrollwork.git scrollwork && cd scrollwork && git checkout --quiet "$(cat /srv/commit)"'
say "cloned after $(minutes)"

set -m  # a process group of its own, so that Ctrl+C can be sent to it
as_newcomer 'cd scrollwork && exec make run' >"$root/srv/run.log" 2>&1 &
server=$!
set +m
first_page='
import sys, time, urllib.error, urllib.request
until = time.monotonic() + 900
while time.monotonic() < until:
    try:
        page = urllib.request.urlopen("http://127.0.0.1:8000/", timeout=10).read().decode()
        sys.exit("rel=\"next\"" not in page and "the first page has no listing")
    except urllib.error.URLError:
        time.sleep(0.5)
sys.exit("no page within a quarter of an hour")
'
chroot "$root" python3 -c "$first_page" || { cat "$root/srv/run.log" >&2; fail '`make run` did not serve the blog.'; }
say "make run: first page after $(minutes)"
kill -INT -- "-$server"
wait "$server" || true  # make reports the interrupt as an error

as_newcomer 'cd scrollwork && exec make check' || fail "\`make check\` failed after $(minutes)."
say "make check: passed after $(minutes)"

as_newcomer "cd scrollwork && exec make test ARGS='${ARGS:-}'" || fail "\`make test\` failed after $(minutes)."
say "make test: passed; from clone to the last test $(minutes)"
