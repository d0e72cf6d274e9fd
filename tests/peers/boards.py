"""Runs exported C headers on two simulated boards, and compares the answers with exact ones.

usage: boards.py PROGRAM RUN...

Each as it is, and with weights of 8 bits.

An Arduino Uno (ATmega328P, 2 KB of RAM, by simavr) and a micro:bit (Cortex-M0, 16 KB, by QEMU). 100 images each.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from exact import exact

PROGRAM, *RUNS = sys.argv[1:]
INDICES = range(1000, 1100)

# Flash alone has room for the images; each comes to RAM when it is its turn.
AVR = r"""
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdio.h>
#include "network.h"
static const unsigned char images[IMAGES][64] PROGMEM = {
#include "images.inc"
};
static int put(char c, FILE *stream)
{
    (void)stream;
    while (!(UCSR0A & (1 << UDRE0))) {
    }
    UDR0 = (unsigned char)c;
    return 0;
}
static FILE out = FDEV_SETUP_STREAM(put, NULL, _FDEV_SETUP_WRITE);
int main(void)
{
    unsigned char pixels[64];
    float probabilities[10];
    unsigned i;
    UCSR0B = 1 << TXEN0;
    stdout = &out;
    TCCR1B = (1 << CS11) | (1 << CS10); /* a tick each 64 cycles */
    for (i = 0; i < IMAGES; i++) {
        int label;
        unsigned before, ticks;
        memcpy_P(pixels, images[i], 64);
        before = TCNT1;
        label = network_classify(pixels, probabilities);
        ticks = TCNT1 - before;
        printf("answer %d %lu %u\n", label, (unsigned long)(probabilities[label] * 1e6f + 0.5f), ticks);
    }
    cli();
    sleep_enable();
    sleep_cpu();
    return 0;
}
"""

ARM = r"""
#include "network.h"
static const unsigned char images[IMAGES][64] = {
#include "images.inc"
};
extern unsigned stack_top, data_from, data_start, data_end, bss_start, bss_end;
static int host(int operation, const void *argument)
{
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
static char *number(char *end, unsigned value)
{
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return end;
}
void reset(void)
{
    float probabilities[10];
    unsigned i, *to, *from = &data_from;
    for (to = &data_start; to < &data_end; to++) {
        *to = *from++;
    }
    for (to = &bss_start; to < &bss_end; to++) {
        *to = 0;
    }
    for (i = 0; i < IMAGES; i++) {
        char line[40] = {0}, *begin = line + 38;
        int label = network_classify(images[i], probabilities);
        *begin = '\n';
        begin = number(begin, 0);
        *--begin = ' ';
        begin = number(begin, (unsigned)(probabilities[label] * 1e6f + 0.5f));
        *--begin = ' ';
        begin = number(begin, (unsigned)label);
        *--begin = ' ';
        host(4, "answer");
        host(4, begin);
    }
    host(0x18, (void *)0x20026);
    for (;;) {
    }
}
__attribute__((section(".vectors"), used)) static void *const vectors[] = {&stack_top, (void *)reset};
"""

LINKER = """
MEMORY { flash (rx) : ORIGIN = 0, LENGTH = 256K  ram (rw) : ORIGIN = 0x20000000, LENGTH = 16K }
SECTIONS {
  .text : { KEEP(*(.vectors)) *(.text*) *(.rodata*) } > flash
  .ARM.exidx : { *(.ARM.exidx*) } > flash
  data_from = LOADADDR(.data);
  .data : { data_start = .; *(.data*) . = ALIGN(4); data_end = .; } > ram AT > flash
  .bss : { bss_start = .; *(.bss*) *(COMMON) . = ALIGN(4); bss_end = .; } > ram
  stack_top = ORIGIN(ram) + LENGTH(ram);
}
"""


def run(*args, check=True):
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, timeout=600)
    assert not check or done.returncode == 0, f"{args}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def compare(board, expected, output, size_tool, elf, megahertz=None):
    labels, probabilities = expected
    found = [list(map(int, row)) for row in re.findall(r"answer (\d+) (\d+) (\d+)", output)]
    assert len(found) == len(INDICES), output[-2000:]
    equal = sum(str(row[0]) == label for row, label in zip(found, labels))
    difference = np.abs(np.array([row[1] / 1e6 for row in found]) - probabilities.max(axis=1)).max()
    text, data, bss = map(int, run(size_tool, elf).splitlines()[1].split()[:3])
    time = f", {64 * np.median([row[2] for row in found]) / megahertz / 1000:.0f} ms an image" if megahertz else ""
    print(f"{board}: {equal} of {len(found)} labels, {difference:.0e}; flash {text + data} bytes, of which "
          f"{64 * len(found)} are images; static RAM {data + bss} bytes{time}", flush=True)
    # The boards print millionths.
    assert equal == len(found) and difference < 2e-6


def check(network, images, folder, is_int8):
    run(PROGRAM, "export", network, "--to", "c", "-o", folder / "network.h", *(["--int8"] if is_int8 else []))
    text = (folder / "network.h").read_text()
    name = re.search(r"(\w+)_classify\(const", text)[1]
    expected = exact(network, images, is_int8)
    what = f"{Path(network).name}, weights of 8 bits," if is_int8 else Path(network).name
    options = ["-std=c99", "-Os", "-Wall", "-Wextra", "-Werror", f"-DIMAGES={len(INDICES)}"]

    (folder / "uno.c").write_text(AVR.replace("network_", f"{name}_"))
    elf = folder / "uno.elf"
    run("avr-gcc", *options, "-mmcu=atmega328p", "-DF_CPU=16000000UL", folder / "uno.c", "-o", elf, "-lm")
    output = run("simavr", "-m", "atmega328p", "-f", "16000000", elf, check=False)
    compare(f"{what} on an Arduino Uno", expected, output, "avr-size", elf, 16)

    (folder / "microbit.c").write_text(ARM.replace("network_", f"{name}_"))
    (folder / "microbit.ld").write_text(LINKER)
    elf = folder / "microbit.elf"
    run("arm-none-eabi-gcc", *options, "-mcpu=cortex-m0", "-mthumb", "-nostartfiles", "--specs=nosys.specs", "-T",
        folder / "microbit.ld", folder / "microbit.c", "-o", elf, "-lm")
    emulator = ["qemu-system-arm", "-M", "microbit", "-nographic", "-semihosting", "-kernel", elf]
    compare(f"{what} on a micro:bit", expected, run(*emulator, check=False), "arm-none-eabi-size", elf)


tools = ["avr-gcc", "avr-size", "simavr", "arm-none-eabi-gcc", "arm-none-eabi-size", "qemu-system-arm"]
if missing := [tool for tool in tools if not shutil.which(tool)]:
    sys.exit(f"error: missing for these checks: {', '.join(missing)}")
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    images = load_digits().images[INDICES.start:INDICES.stop].astype(np.uint8)
    rows = images.reshape(len(images), -1)
    (folder / "images.inc").write_text("".join("{" + ",".join(map(str, row)) + "},\n" for row in rows))
    for network in RUNS:
        for is_int8 in [False, True]:
            check(network, images, folder, is_int8)
