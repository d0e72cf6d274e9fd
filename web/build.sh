#!/usr/bin/env bash
# Builds the page into web/dist, a folder for any static host. It takes no arguments, names the tools that are missing, and
# ends with the sizes of what a visitor downloads; it fails if that is too much.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-$PWD/target}"
tools=$target/web-tools
# The compiled modules, from which pack.mjs makes the page.
out=$target/web-modules

need() {
    command -v "$1" >/dev/null || { echo "error: $1 is missing; $2" >&2; exit 1; }
}
need cargo "install Rust: https://rustup.rs"
need npm "install Node.js, whose npm installs wasm-opt: https://nodejs.org"
need zopfli "install zopfli: on Debian, apt install zopfli; by Homebrew, brew install zopfli"

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
build=(build --profile web --locked --target wasm32-unknown-unknown)
# With the sources of the standard library (rustup component add rust-src) the module is a tenth smaller: panics abort
# without a message, and `Debug` output is only the name of the type.
if [ -d "$("$compiler" --print sysroot)/lib/rustlib/src/rust/library" ]; then
    build+=(-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size)
    flags+=" -Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=shallow -Zlocation-detail=none"
    export RUSTC_BOOTSTRAP=1
fi

# compile KIND PACKAGE NAME [OPTION...]: the module NAME of a package, in $out.
compile() {
    local kind=$1 package=$2 name=$3 vectors=""
    shift 3
    [ "$kind" != simd ] || vectors="-Ctarget-feature=+simd128"
    RUSTC=$compiler CARGO_TARGET_DIR="$target/web-$kind" RUSTFLAGS="$vectors $flags" cargo "${build[@]}" --package "$package" "$@"
    local folder=$out/$kind
    [ "$name" = chiffres ] || folder=$out/$name
    "$bindgen" --target web --no-typescript --out-dir "$folder" --out-name "$name" \
        "$target/web-$kind/wasm32-unknown-unknown/web/${package//-/_}.wasm"
    # Sorted by name, similar functions are next to each other: 27 KB less after gzip.
    "$wasm_opt" -O1 --rse --dae-optimizing --code-folding --merge-locals --coalesce-locals --reorder-locals --vacuum \
        --reorder-functions-by-name --dealign --strip-debug --strip-producers --enable-bulk-memory \
        --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals --enable-reference-types \
        --enable-multivalue --enable-simd \
        -o "$folder/${name}_bg.wasm" "$folder/${name}_bg.wasm"
}

rm -rf "$out"
mkdir -p "$out"
# One module for every browser, and a faster one for browsers with vector instructions; the page chooses. The first module
# is so small that it has none, and that for other programs, which is loaded at first use, has no need of them.
compile simd chiffres-web chiffres --features simd
compile plain chiffres-web chiffres
compile plain chiffres-first first
compile plain chiffres-exchange exchange
# What nobody waits for is compiled for size alone.
small=(--config 'profile.web.package.chiffres.opt-level="z"')
compile plain chiffres-import import "${small[@]}"
# For size too, but with the loops that read photographs unrolled.
small=(--config 'profile.web.package.chiffres.opt-level="s"')
compile plain chiffres-later later "${small[@]}"

node web/pack.mjs "$out" web/dist
