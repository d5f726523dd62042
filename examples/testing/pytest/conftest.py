"""Starts a local Drift for the tests. Set DRIFT to the program if it is not on the PATH."""

import json
import os
import subprocess
import urllib.request

import pytest

from signup import Drift

TOKEN = "sandbox"


class Emulator:
    def __init__(self, url):
        self.url = url

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        request = urllib.request.Request(f"{self.url}/_emulator{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=5) as response:
            return json.load(response)

    def fault(self, **fault):
        self.control("POST", "/faults", [fault])

    def contacts(self):
        return self.control("GET", "/state")["contacts"]


@pytest.fixture(scope="session")
def running_emulator():
    """One process for the whole run, on a free port; its first line is its address."""
    command = [os.environ.get("DRIFT", "drift"), "emulator", "--port", "0", "--token", TOKEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield Emulator(process.stdout.readline().strip())
        process.terminate()


@pytest.fixture
def emulator(running_emulator):
    """Empty and without faults for every test."""
    running_emulator.control("DELETE", "/faults")
    running_emulator.control("POST", "/reset")
    return running_emulator


@pytest.fixture
def drift(emulator):
    return Drift(emulator.url, TOKEN, timeout=1)
