#!/bin/sh
# What cargo calls in place of rustc for the packages of this repository: code that counts where it has been is what
# libFuzzer steers by. Build scripts and the packages from elsewhere are compiled as ever.
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
