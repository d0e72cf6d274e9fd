#!/usr/bin/env bash
# Makes wheel, archive and installer of the release program, and installs each as a user would: without network, Rust and
# this repository. Then it makes the crate and builds it, and runs the program on older processors, which must end with the
# same weights.
# It is apart from .ci/run, needs Linux on x86-64 and the page (web/build.sh), and takes a few minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
repository=$PWD
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}" CARGO_TERM_COLOR=never
MAX_WHEEL_MB=30 MAX_CRATE_MB=5

step() { printf '\n==== %s\n' "$1"; }
fail() { echo "error: $1" >&2; exit 1; }
need() { command -v "$1" >/dev/null || fail "$1 is missing; $2"; }
megabytes() { awk -v bytes="$(stat -c %s "$1")" 'BEGIN { printf "%.1f", bytes / 1e6 }'; }
at_most() {
    echo "$(basename "$1"): $(megabytes "$1") MB"
    [ "$(stat -c %s "$1")" -le $(($2 * 1000000)) ] || fail "$1 is larger than $2 MB"
}

[ -f web/dist/index.html ] || fail "there is no page; run web/build.sh first"
need qemu-x86_64 "on Debian: apt install qemu-user"
need unshare "on Debian: apt install util-linux"
need curl "the installer downloads with it"
need xz "the archive is packed with it"
tools=$CARGO_TARGET_DIR/packaging-tools
version=$(sed -n 's/^cargo-dist-version = "\(.*\)"/\1/p' dist-workspace.toml)
if [ "$("$tools/bin/dist" --version 2>/dev/null)" != "cargo-dist $version" ]; then
    python3 -m venv --clear "$tools"
    # The program that `cargo install cargo-dist` compiles, as a wheel.
    "$tools/bin/pip" install --quiet 'maturin>=1.9,<2' "astral-dev-toolchain-cargo-dist==$version"
fi
export PATH=$tools/bin:$PATH
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

step "The program"
cargo build --release --locked --features lab
cp "$CARGO_TARGET_DIR/release/chiffres" "$out"
echo "$(megabytes "$out/chiffres") MB"

step "The release workflow is the one that dist writes"
dist plan
dist generate --check

step "Wheel"
maturin build --quiet --locked --profile release --out "$out"
wheel=$(ls "$out"/*.whl)
at_most "$wheel" $MAX_WHEEL_MB

step "Archive and installer"
CARGO=$repository/packaging/cargo-release dist build --artifacts=all --target x86_64-unknown-linux-gnu
mkdir "$out/release"
# dist writes to the workspace, wherever Cargo builds.
cp target/distrib/chiffres-{x86_64-unknown-linux-gnu.tar.xz,installer.sh} "$out/release"
at_most "$out/release/chiffres-x86_64-unknown-linux-gnu.tar.xz" $MAX_WHEEL_MB

# A network namespace without interfaces but its own loopback; this repository and Rust are empty folders in it.
alone() {
    local python
    python=$(python3 -c 'import os, sys; print(os.path.realpath(sys.executable))')
    mkdir -p "$out/python-alone"
    ln -sf "$python" "$out/python-alone/python3"
    cp packaging/offline.py "$out"
    unshare --map-root-user --net --mount bash -c '
        for folder in "$1" "$2" "${CARGO_HOME:-$HOME/.cargo}" "${RUSTUP_HOME:-$HOME/.rustup}"; do
            [ ! -d "$folder" ] || mount -t tmpfs none "$folder"
        done
        cd "$3"
        exec env -i PATH="$4" HOME="$(mktemp -d -p "$3")" python3 offline.py "${@:5}"
    ' - "$repository" "$CARGO_TARGET_DIR" "$out" "$@"
}

step "The wheel, installed where there is only Python"
alone "$out/python-alone" wheel "$wheel"

step "The archive, unpacked where there is only Python"
alone "$out/python-alone" archive "$out/release/chiffres-x86_64-unknown-linux-gnu.tar.xz"

step "The installer, with a server on 127.0.0.1"
alone "$out/python-alone:/usr/local/bin:/usr/bin:/bin" installer "$out/release"

step "The crate, as crates.io gets it"
cargo package --list --allow-dirty 2>/dev/null | grep -v '^src/' | diff packaging/crate.txt - || fail "packaging/crate.txt differs"
cargo publish --workspace --dry-run --no-verify --locked --allow-dirty
cargo package --quiet --package chiffres --no-verify --locked --allow-dirty
crate=$(ls "$CARGO_TARGET_DIR"/package/chiffres-*.crate)
at_most "$crate" $MAX_CRATE_MB
tar xf "$crate" -C "$out"
(cd "$out"/chiffres-[0-9]*/ && cargo build --release --locked)

step "The same weights on processors without AVX-512 and without AVX"
train() {
    local name=$1
    shift
    # qemu warns of features of the model that it lacks, none of which a program computes with.
    (cd "$out" && "$@" "$out/chiffres" train mlp --name "$name" --progress none >/dev/null) \
        2> >(grep -v "TCG doesn't support" >&2)
    echo "$(python3 packaging/digest.py "$out/artifacts/$name/model")  $name"
}
{
    train this-processor env
    train Haswell qemu-x86_64 -cpu Haswell
    train Nehalem qemu-x86_64 -cpu Nehalem
} | tee "$out/digests"
[ "$(cut -d' ' -f1 "$out/digests" | sort -u | wc -l)" -eq 1 ] || fail "the weights differ between processors"

step "All passed"
