#!/bin/sh
# Builds the fuzz targets and runs each for SECONDS (20 by default): fuzz/run.sh [SECONDS] [TARGET...]
# With FEATURES=parquet in the environment, the reader of Parquet files is a target too.
# The stable compiler is enough: fuzz/coverage.sh makes it emit the counters that libFuzzer reads.
# A finding is written to fuzz/artifacts/TARGET/ and ends the run. Inputs that reach new code stay in fuzz/corpus/TARGET/.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-20}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- idx csv npz config model exports imports skops picture page ${FEATURES:-}

RUSTC_WORKSPACE_WRAPPER="$PWD/fuzz/coverage.sh" cargo build --release --locked -p chiffres-fuzz --features "${FEATURES:-}"
programs=${CARGO_TARGET_DIR:-target}/release

# Seeds for the corpus.
corpus=fuzz/corpus
for target in idx csv npz parquet config model exports imports skops picture page; do
    mkdir -p "$corpus/$target" "fuzz/artifacts/$target"
done
printf '\0\0\010\003\0\0\0\002\0\0\0\002\0\0\0\002\001\002\003\004\005\006\007\010' >"$corpus/idx/images"
printf '\0\0\010\001\0\0\0\002\007\003' >"$corpus/idx/labels"
printf ' label,a,b,c,d\n0,1,2,3,4\n1,0.5,0,255,7\n' >"$corpus/csv/label"
printf '%c0,1\n1,255\n' 7 >"$corpus/csv/bare"
printf '!b,a,x,y\nanna,cat,0.5,1\nbob,dog,0,0.25\n' >"$corpus/csv/groups"
cp tests/fixtures/arrays/*.npz "$corpus/npz/"
cp tests/fixtures/arrays/*.parquet "$corpus/parquet/"
cp config/*.toml "$corpus/config/"
cp tests/fixtures/model-format-* "$corpus/model/"
cp tests/fixtures/exchange/* "$corpus/exports/"
cp tests/fixtures/imports/*.onnx tests/fixtures/imports/*.safetensors tests/fixtures/imports/*.npz "$corpus/imports/"
cp tests/fixtures/imports/schema.json "$corpus/skops/"
cp tests/fixtures/handwriting/*-mnist*.png tests/fixtures/pictures/* "$corpus/picture/"
for kind in squared-paper boxed-digit; do
    for picture in "tests/fixtures/cases/$kind"/*.png; do
        cp "$picture" "$corpus/page/$kind-${picture##*/}"
    done
done

for target; do
    echo "== $target, $seconds s"
    "$programs/$target" -rss_limit_mb=512 -timeout=10 -max_len=4096 -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="fuzz/artifacts/$target/" "$corpus/$target"
done
