#!/usr/bin/env bash
# Builds the page into web/dist, a folder for any static host. It takes no arguments, names the tools that are missing, and
# ends with the sizes of the files that a visitor downloads.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-$PWD/target}"
tools=$target/web-tools
# The new page replaces the old one only when it is complete.
out=$target/web-page

need() {
    command -v "$1" >/dev/null || { echo "error: $1 is missing; $2" >&2; exit 1; }
}
need cargo "install Rust: https://rustup.rs"
need npm "install Node.js, whose npm installs wasm-opt: https://nodejs.org"

# The program wasm-bindgen must have exactly the version of the library.
version=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print }' Cargo.lock)
bindgen=$tools/bin/wasm-bindgen
if [ "$("$bindgen" --version 2>/dev/null)" != "wasm-bindgen $version" ]; then
    CARGO_TARGET_DIR="$target/web-tools-build" cargo install --quiet wasm-bindgen-cli --version "$version" --root "$tools" --force
fi
# The older versions in distributions break the module.
binaryen=132.0.0
wasm_opt=$tools/node_modules/.bin/wasm-opt
if [ ! -x "$wasm_opt" ]; then
    npm install --silent --no-audit --no-fund --prefix "$tools" "binaryen@$binaryen"
fi

# The default compiler if it has the WebAssembly target (rustup's, once added), else Debian's.
if [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown)" ]; then
    compiler=rustc
elif [ -x /usr/bin/rustc ] && [ -x /usr/bin/wasm-ld-19 ]; then
    compiler=/usr/bin/rustc
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld-19
else
    echo "error: no compiler for WebAssembly; run: rustup target add wasm32-unknown-unknown" >&2
    echo "hint: on Debian: apt install rustc-web rust-web-src lld-19" >&2
    exit 1
fi
# The library is compiled for speed, so that the loops of the kernel are unrolled and become vectors; what is not inlined by
# force is inlined as in code for size: 50 KB less after gzip, and an epoch takes 8 % longer.
flags="-Cllvm-args=-inline-threshold=5 -Cllvm-args=-inlinehint-threshold=25"
build=(build --profile web --locked --package chiffres-web --target wasm32-unknown-unknown)
# With the sources of the standard library (rustup component add rust-src) the module is a tenth smaller: panics abort
# without a message, and `Debug` output is only the name of the type.
if [ -d "$("$compiler" --print sysroot)/lib/rustlib/src/rust/library" ]; then
    build+=(-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size)
    flags+=" -Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=shallow -Zlocation-detail=none"
    export RUSTC_BOOTSTRAP=1
fi

rm -rf "$out"
mkdir -p "$out"
cp -r web/www/. data/digits.csv.gz data/reading.model "$out/"
# One module for every browser, and a faster one for browsers with vector instructions; the page chooses.
for kind in simd plain; do
    features=() vectors=""
    if [ $kind = simd ]; then
        features=(--features simd)
        vectors="-Ctarget-feature=+simd128"
    fi
    RUSTC=$compiler CARGO_TARGET_DIR="$target/web-$kind" RUSTFLAGS="$vectors $flags" cargo "${build[@]}" "${features[@]}"
    "$bindgen" --target web --no-typescript --out-dir "$out/wasm/$kind" --out-name chiffres \
        "$target/web-$kind/wasm32-unknown-unknown/web/chiffres_web.wasm"
    # Sorted by name, similar functions are next to each other: 27 KB less after gzip.
    "$wasm_opt" -O1 --rse --dae-optimizing --code-folding --merge-locals --coalesce-locals --reorder-locals --vacuum \
        --reorder-functions-by-name --dealign --strip-debug --strip-producers --enable-bulk-memory \
        --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types \
        --enable-multivalue --enable-simd \
        -o "$out/wasm/$kind/chiffres_bg.wasm" "$out/wasm/$kind/chiffres_bg.wasm"
done

# The version for the offline cache changes whenever any file does.
version=$(cd "$out" && find . -type f | sort | xargs sha256sum | sha256sum | cut -c1-12)
files=$(cd "$out" && find . -type f ! -name sw.js ! -path './wasm/*' | sed 's|^\./||' | sort | sed 's|.*|"&",|' | tr -d '\n')
sed -i "s|@VERSION@|$version|; s|\"@FILES@\",|$files|" "$out/sw.js" "$out/index.html"

rm -rf web/dist
cp -r "$out" web/dist

echo
echo "web/dist, version $version:"
for file in "$out"/wasm/*/chiffres_bg.wasm; do
    printf '%8d KB, %4d KB after gzip  %s\n' $(($(stat -c %s "$file") / 1000)) $(($(gzip -9c "$file" | wc -c) / 1000)) "${file#"$out"/}"
done
other=$(find "$out" -type f ! -name '*.wasm' -exec cat {} + | gzip -9c | wc -c)
printf '%8s    %4d KB after gzip  %s\n' "" $((other / 1000)) "all other files together"
