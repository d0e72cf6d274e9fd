"""Prints the table in docs/experiments.md: mean test error over seeds 0 to 9, from the program's own reports.

Configurations that train on other images than the digits are skipped.

usage: error_rates.py PROGRAM CONFIG...
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile

program, configs = os.path.realpath(sys.argv[1]), [os.path.realpath(path) for path in sys.argv[2:]]
print("| configuration | parameters | test error, mean of 10 seeds | min to max | steps | seconds |")
print("|---|---|---|---|---|---|")
for config in configs:
    if 'source = "digits"' not in subprocess.run([program, "config", "show", config], check=True, capture_output=True, text=True).stdout:
        continue  # Its images are not inside the program.
    with tempfile.TemporaryDirectory() as folder:
        reports = [
            json.loads(
                subprocess.run(
                    [program, "train", config, "--seed", str(seed), "--device", "flex", "--progress", "none", "--json"],
                    check=True, cwd=folder, capture_output=True, text=True,
                ).stdout
            )
            for seed in range(10)
        ]
    rates = [100 * report["error_rate"] for report in reports]
    print(
        f"| `config/{os.path.basename(config)}` | {reports[0]['parameters']:,} | {statistics.mean(rates):.1f} % "
        f"| {min(rates):.1f} to {max(rates):.1f} % | {reports[0]['steps']:,} "
        f"| {statistics.median(report['train_seconds'] for report in reports):.1f} |"
    )
