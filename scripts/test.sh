#!/usr/bin/env bash
# Runs every test and closes with the line "N passed, N failed[, N skipped]". Extra arguments go to dotnet test.
set -uo pipefail
cd "$(dirname "$0")/.."

# What reads documents, pdftotext and a browser, and a server that speaks S3. Where they cannot be installed the tests that need them are skipped.
install() {
  command -v "$2" > /dev/null && return
  { [ "$(id -u)" = 0 ] && command -v apt-get && apt-get update && apt-get install -y --no-install-recommends "$1"; } > /dev/null 2>&1 ||
    echo "$1 is not installed; $3 will be skipped." >&2
}
install poppler-utils pdftotext "the tests of PDF files"
install chromium chromium "the tests of pages that run scripts"
install python3-swift swift-drive-full-checker "the tests of pictures in S3"

dotnet build -c Release --nologo -v quiet || exit 1

# The tests of the OpenAPI documents use public tools. Installed once and again whenever the lock file is another; without them those tests fail.
(
  cd tests/openapi
  cmp -s package-lock.json node_modules/.installed || { npm ci --ignore-scripts --no-audit --no-fund && cp package-lock.json node_modules/.installed; }
) || echo "The packages of tests/openapi could not be installed; the tests of the OpenAPI documents will fail." >&2

# The starter's tests run the real engine on the real model.
artifacts/bin/Dragoman.Server/release/dragoman starter fetch || echo "The starter's tests will be skipped." >&2

results=artifacts/test-results
rm -rf "$results"
status=0
for project in tests/Dragoman.Tests tests/Dragoman.Server.Tests; do
  dotnet test "$project" -c Release --no-build --nologo --logger trx --results-directory "$results" "$@" || status=1
done

# The counters of all result files, added up.
sum() { grep -ho "<Counters [^>]*" "$results"/*.trx | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ n += $1 } END { print n + 0 }'; }
passed=$(sum passed)
failed=$(sum failed)
skipped=$(( $(sum total) - passed - failed ))
[ "$passed" -gt 0 ] || status=1
echo "$passed passed, $failed failed, $skipped skipped"
exit $status
