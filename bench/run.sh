#!/usr/bin/env bash
# Builds what is measured as it is published, and prints every figure of docs/performance.md.
set -euo pipefail
cd "$(dirname "$0")/.."

make --no-print-directory publish > /dev/null
dotnet build bench/Dragoman.Bench -c Release --nologo -v quiet
dotnet build tests/Dragoman.TestUpstream -c Release --nologo -v quiet
bench=artifacts/bin/Dragoman.Bench/release/Dragoman.Bench
upstream=artifacts/bin/Dragoman.TestUpstream/release/Dragoman.TestUpstream
dragoman=artifacts/publish/dragoman
starter=${DRAGOMAN_CACHE:-$HOME/.cache/dragoman}/starter

"$dragoman" starter fetch
"$bench" start --dragoman "$dragoman" --upstream "$upstream"
"$bench" keys --dragoman "$dragoman"
"$bench" cpu --dragoman "$dragoman" --upstream "$upstream"
"$bench" limits
"$bench" streams --dragoman "$dragoman" --upstream "$upstream"
if { command -v nginx && command -v wrk; } > /dev/null; then "$bench" images --dragoman "$dragoman"; else echo "Pictures are not measured: that wants nginx and wrk." >&2; fi
"$bench" compose --dragoman "$dragoman"
"$bench" knowledge
"$bench" ingest --dragoman "$dragoman" --upstream "$upstream" --set bench/quality
"$bench" retrieval --set bench/quality
"$bench" starter --dragoman "$dragoman" --engine artifacts/publish/Dragoman.Starter \
  --model "$starter/tinyllama-1.1b-chat.q4_0.gguf" --embedder "$starter/all-minilm-l6-v2.gguf" --native "$starter/llama-3.22.1"
