"""Our own figures, from the table that the Rust benches print."""

import re
import subprocess

COLUMNS = ["pass", "read", "write", "anonymous", "forged"]


def measure(program):
    """Net nanoseconds of `Signed` and `Flask`, by case."""
    command = [program, "--quick", "--only", "ours: "]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures = {"ours: Signed": {}, "ours: Flask": {}}
    size = None
    for line in text.splitlines():
        if heading := re.match(r"\*\*(\w+)\*\*", line):
            size = heading[1]
        peer, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        if peer in figures:
            for column, cell in zip(COLUMNS, cells, strict=True):
                figures[peer][f"{column} {size}"] = float(cell.split(" / ")[0])
    return figures
