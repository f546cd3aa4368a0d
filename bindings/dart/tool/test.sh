#!/bin/sh
# Runs the tests of the Dart binding, all or those in the files named:
#
#   sh bindings/dart/tool/test.sh [test/abort_test.dart ...]
#
# They talk to a real sidecar: $TOMLEDGER_BINARY, or bin/tomledger at the top of
# the repository.
set -eu

tool=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
package=$(dirname -- "$tool")
root=$(CDPATH='' cd -- "$package/../.." && pwd)

dart=$("$tool/dart.sh")
TOMLEDGER_BINARY=${TOMLEDGER_BINARY:-$root/bin/tomledger}
if [ ! -x "$TOMLEDGER_BINARY" ]; then
  echo "test.sh: no sidecar at $TOMLEDGER_BINARY; run: go build -o bin/tomledger ./cmd/tomledger" >&2
  exit 1
fi
export TOMLEDGER_BINARY

# What `dart pub get` would write.
cd "$package"
mkdir -p .dart_tool
cat >.dart_tool/package_config.json <<'EOF'
{
  "configVersion": 2,
  "packages": [
    {"name": "tomledger", "rootUri": "../", "packageUri": "lib/", "languageVersion": "3.7"}
  ]
}
EOF

[ $# -gt 0 ] || set -- test/all.dart
for file; do
  # A program that does not end has something open that should be closed.
  timeout 300 "$dart" --enable-asserts --packages=.dart_tool/package_config.json "$file"
done
