"""Installs the program on a machine without network and trains a network, for packaging/check.sh.

`offline.py wheel|archive|installer PATH` runs in a network namespace of its own, with an empty home. It fails if the page
does not answer within 30 seconds of the first command.
"""

import fcntl
import functools
import gzip
import http.server
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request

MAX_SECONDS = 30
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def bring_up_loopback():
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def interfaces():
    return [name for _, name in socket.if_nameindex()]


def install_wheel(wheel, home):
    subprocess.run(["python3", "-m", "venv", home / "venv"], check=True)
    subprocess.run([home / "venv/bin/pip", "install", "--quiet", "--no-index", wheel], check=True)
    return home / "venv/bin/chiffres"


def unpack_archive(archive, home):
    with tarfile.open(archive) as tar:
        tar.extractall(home)
    return next(home.glob("chiffres-*/chiffres"))


def run_installer(folder, home):
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    # The command of the release page, with another address.
    command = f"curl -LsSf {address}/chiffres-installer.sh | sh"
    subprocess.run(["sh", "-c", command], env={**os.environ, "CHIFFRES_DOWNLOAD_URL": address}, check=True)
    server.shutdown()
    return home / ".local/bin/chiffres"


def main():
    kind, path = sys.argv[1:]
    home = pathlib.Path(os.environ["HOME"])
    assert not list(home.iterdir()), "the home is empty"
    assert interfaces() == ["lo"], "the only interface is the machine itself"
    assert not any(map(shutil.which, ["cargo", "chiffres"])), "nothing is installed"
    bring_up_loopback()
    install = {"wheel": install_wheel, "archive": unpack_archive, "installer": run_installer}[kind]
    folder = home / "anywhere"
    folder.mkdir()

    began = time.monotonic()
    program = install(path, home)
    installed = time.monotonic()
    subprocess.run([program, "train", "mlp"], cwd=folder, check=True)
    trained = time.monotonic()
    with subprocess.Popen([program, "lab", "--no-open", "--port", "0"], cwd=folder, stdout=subprocess.PIPE) as lab:
        try:
            address = lab.stdout.readline().decode().strip()
            with urllib.request.urlopen(address) as answer:
                page = answer.read()
            answered = time.monotonic()
            with urllib.request.urlopen(address + "wasm/simd/chiffres_bg.wasm.gz") as answer:
                module = gzip.decompress(answer.read())
        finally:
            lab.terminate()
    assert page.startswith(b"<!doctype html>") and module.startswith(b"\0asm"), "the page is in the program"
    seconds = [installed - began, trained - installed, answered - trained, answered - began]
    print("installed in {:.1f} s, trained in {:.1f} s, page after {:.1f} s: {:.1f} s in all".format(*seconds))
    assert answered - began <= MAX_SECONDS, f"more than {MAX_SECONDS} seconds"


main()
