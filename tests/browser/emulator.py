"""A local Drift in a process of its own."""

import json
import os
import subprocess
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Emulator:
    def __init__(self, token="sandbox", options=()):
        program = [os.environ["DRIFT"], "emulator", "--port", "0", "--token", token, *options]
        self.token = token
        self.process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()

    def post(self, path, body):
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with DIRECT.open(request, timeout=10) as response:
            return json.load(response)

    def create(self, **attributes):
        return self.post("/contacts", {"attributes": attributes})["data"]["id"]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
