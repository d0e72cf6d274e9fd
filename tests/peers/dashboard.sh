#!/usr/bin/env bash
# Checks the dashboard in a real terminal, in two sizes: it draws, Ctrl-C stops after the epoch, q closes a held dashboard,
# and the terminal is restored.
#
# usage: dashboard.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
config=$(realpath "$(dirname "$0")/../../config/mlp.toml")
folder=$(mktemp -d)
socket=chiffres-$$
trap 'tmux -L "$socket" kill-server 2>/dev/null || true; rm -rf "$folder"' EXIT

screen() { tmux -L "$socket" capture-pane -p -t work; }
fail() { echo "$1; the screen:"; screen; exit 1; }
wait_for() {
    for _ in $(seq 100); do
        if screen | grep -qF "$1"; then return; fi
        sleep 0.1
    done
    fail "never saw \"$1\""
}
type_in() { tmux -L "$socket" send-keys -t work "$@"; }

for size in 80x24 160x50; do
    tmux -L "$socket" kill-server 2>/dev/null || true
    # A new server, because the last one may still be shutting down.
    socket=chiffres-$$-$size
    tmux -L "$socket" -f /dev/null new-session -d -s work -x "${size%x*}" -y "${size#*x}" -c "$folder" "env PS1='ready> ' sh"
    wait_for "ready>"

    type_in "$program train $config --pace 20 --set training.checkpoint_every=1; echo exit=\$?" Enter
    wait_for "Error rate"
    wait_for "Progress"
    sleep 1
    type_in C-c
    wait_for "exit=130"
    wait_for "interrupted after epoch"

    type_in "clear; $program train $config --set training.epochs=20 --hold; echo exit=\$?" Enter
    wait_for "Training Done"
    # The run is saved while the dashboard is still open.
    test -e "$folder/artifacts/mlp-2/report.json" && grep -q '"done"' "$folder/artifacts/mlp-2/run.json" \
        || fail "the held run is not saved"
    rm -r "$folder/artifacts/mlp-2"
    sleep 0.5
    type_in x
    sleep 0.5
    screen | grep -qF "exit=" && fail "the dashboard did not stay open"
    type_in q
    wait_for "exit=0"

    rm -rf "$folder/artifacts"
    type_in "clear; $program train $config --pace 20; echo exit=\$?" Enter
    wait_for "Progress"
    type_in q
    wait_for "Kill the program"
    type_in k
    wait_for "exit=130"
    rm -rf "$folder/artifacts"

    type_in "clear; stty -a | grep -o ' echo \|-echo '; echo end" Enter
    wait_for " echo"
    echo "$size: the dashboard drew, stopped, stayed and left"
done
