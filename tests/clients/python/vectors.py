"""Holds decisions.py and protocol.py to the tables of tests/vectors, whose folder is the argument. Ends with 1 when a case differs."""

import json
import pathlib
import sys

import decisions
from protocol import Protocol


def steps(case):
    protocol = Protocol(case["goal"], case["sends"], case["look_ups"], case.get("proof", False))
    return [protocol.start(case.get("start", "fresh"))] + [protocol.next(event) for event in case["events"]]


TABLES = {
    "delivery.json": ("delivery", lambda c: decisions.delivery(c["phase"], c["status"], c["body"], c["error_type"])),
    "retry.json": ("repeat", lambda c: decisions.may_repeat(c["delivery"], c["put_off"], c["repeatable"])),
    "protocol.json": ("steps", steps),
}


def main(folder):
    differing = 0
    for name, (column, decide) in TABLES.items():
        cases = json.loads((pathlib.Path(folder) / name).read_text(encoding="utf-8"))["cases"]
        for case in cases:
            if decide(case) != case[column]:
                differing += 1
                print(f"{name}: {case} gives {decide(case)!r}")
        print(f"{name}: {len(cases)} cases")
    return min(differing, 1)


sys.exit(main(sys.argv[1]))
