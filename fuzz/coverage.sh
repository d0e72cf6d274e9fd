#!/bin/sh
# Cargo calls this instead of rustc for the packages of this repository. It compiles them with the coverage counters that
# guide libFuzzer. Build scripts and dependencies are compiled as usual.
for argument in "$@"; do
    case $argument in
    -vV | --print | --print=* | build_script_*) exec "$@" ;;
    esac
done
exec "$@" \
    -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1
