"""The API reference that a release hands out, in a real browser without a network: it draws itself from one file."""

import json
import os
import pathlib
import unittest

from browser import Browser, Driver

PAGE = pathlib.Path(os.environ["REFERENCE"])
CONTRACT = pathlib.Path(__file__).parents[2] / "openapi" / "contacts.json"
METHODS = ("get", "post", "put", "patch", "delete")
SHOWS = "return document.querySelector('#api-content')?.innerText.includes(arguments[0])"


class Reference(unittest.TestCase):
    def setUp(self):
        driver = Driver()
        self.addCleanup(driver.close)
        self.browser = Browser(driver)
        self.addCleanup(self.browser.close)
        self.browser.look(width=1280, height=900, dark=False, mobile=False)
        self.browser.devtools("Network.enable")
        self.browser.devtools(
            "Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0
        )

    def test_every_operation_is_drawn_with_nothing_from_elsewhere(self):
        paths = json.loads(CONTRACT.read_text())["paths"].values()
        for operation in (path[method] for path in paths for method in METHODS if method in path):
            with self.subTest(operation["operationId"]):
                self.browser.open("about:blank")
                self.browser.open(f"{PAGE.as_uri()}#/{operation['tags'][0]}/{operation['operationId'].lower()}")
                self.browser.until(SHOWS, operation["summary"])
                elsewhere = [url for url in self.browser.requested() if not url.startswith(("file:", "data:", "blob:"))]
                self.assertEqual(elsewhere, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
