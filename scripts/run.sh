#!/usr/bin/env bash
# Builds, fetches the starter engine's parts and starts the gateway on http://127.0.0.1:8080 with a key that this folder keeps.
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet build src/Dragoman.Server -c Release --nologo -v quiet
dragoman=artifacts/bin/Dragoman.Server/release/dragoman

# Without its parts the starter engine is missing and everything else works; the server says so itself.
# A fetch that was interrupted ends this script too.
status=0
"$dragoman" starter fetch || status=$?
[ "$status" -lt 128 ] || exit "$status"

data=${DRAGOMAN_DATA:-.dragoman}
if [ -z "${DRAGOMAN_BOOTSTRAP_KEY:-}" ]; then
  mkdir -p -m 700 "$data"
  key_file=$data/run.key
  [ -s "$key_file" ] || (umask 077 && echo "dgm_live_$(od -An -N30 -tx1 /dev/urandom | tr -d ' \n')" > "$key_file")
  DRAGOMAN_BOOTSTRAP_KEY=$(cat "$key_file")
  export DRAGOMAN_BOOTSTRAP_KEY
fi

exec "$dragoman" serve --data "$data" --show-key "$@"
