"""Drives a client for Python: `python CLIENT.py URL IN_FLIGHT COUNT` prints `COUNT CPU_NS WALL_NS MEDIAN_NS`."""

import secrets
import statistics
import sys
import time

TOKEN = "bench-token-0123456789abcdef"


def contacts(count):
    return [
        {
            "attributes": {
                "email": f"person{number}@example.test",
                "externalId": "r_" + secrets.token_hex(16),
                "name": "Ada Lovelace",
                "phone": "+44 20 7946 0001",
                "plan": "pro",
            }
        }
        for number in range(count)
    ]


def arguments():
    url, in_flight, count = sys.argv[1:]
    return url + "/contacts", int(in_flight), int(count)


class Clock:
    """CPU time of the process, and time by the clock, since it was made."""

    def __init__(self):
        self.times = []
        self.cpu, self.wall = time.process_time_ns(), time.perf_counter_ns()

    def report(self):
        cpu, wall = time.process_time_ns() - self.cpu, time.perf_counter_ns() - self.wall
        print(len(self.times), cpu, wall, int(statistics.median(self.times)))
