"""`drift login` in a real browser: the consent, its refusal, and what else may come to the page of this machine."""

import concurrent.futures
import os
import pathlib
import socket
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from case import SHOTS, PageTest

APP = "sandbox-app\nsandbox-secret\n"
HEADING = "return document.querySelector('h1')?.innerText === arguments[0]"


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def allowed(address):
    """Allows the access without a browser, and gives the address that one would be sent back to."""
    page, query = address.split("?", 1)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Unfollowed)
    try:
        opener.open(page, f"{query}&decision=allow".encode(), timeout=10)
    except urllib.error.HTTPError as redirect:
        redirect.close()
        return redirect.headers["Location"]
    raise AssertionError("nobody is sent back")


class Waiting:
    """A login that waits for the browser."""

    def __init__(self, home, *options):
        self.home = home
        program = [os.environ["DRIFT"], "login", "--no-browser", *options]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(program, text=True, env=self.environment(), **pipes)
        self.process.stdin.write(APP)
        self.process.stdin.close()
        self.noted = self.process.stderr.readline()
        self.address = self.noted.split()[-1]

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DRIFT", "XDG"))}
        return {**kept, "HOME": str(self.home)}

    def ended(self):
        """The exit code, and all that was shown."""
        code = self.process.wait(20)
        shown = self.noted + self.process.stdout.read() + self.process.stderr.read()
        return code, shown

    def run(self, *arguments):
        program = [os.environ["DRIFT"], *arguments]
        return subprocess.run(program, env=self.environment(), capture_output=True, text=True, check=False)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class Login(PageTest):
    def login(self, *options):
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        waiting = Waiting(pathlib.Path(home.name), *options)
        self.addCleanup(waiting.close)
        return waiting

    def asked(self, **options):
        """A browser on the consent page of a login."""
        emulator = self.emulator(**options)
        self.redirect = f"http://localhost:{free_port()}/callback"
        waiting = self.login("--base-url", emulator.url, "--redirect", self.redirect)
        browser = self.browser()
        browser.open(waiting.address)
        return waiting, browser

    def assert_ends(self, browser, heading):
        """The page of this machine that the browser has come to, in every look."""
        browser.until(HEADING, heading)
        name = heading.replace(" ", "-").lower()
        for look in self.each_look(browser):
            self.assert_fits(browser, f"{name} {look}")
            self.assert_accessible(browser, f"{name} {look}")
            browser.photograph(SHOTS / f"login-{name}-{look}.png")
        self.assertEqual(browser.run("return document.links.length"), 0)

    def assert_silent(self, waiting, shown):
        """No output has a secret, whatever the files of the profile hold."""
        self.assertNotIn("sandbox-secret", shown)
        for file in waiting.home.glob(".config/drift/*"):
            if file.suffix != ".toml":
                for word in file.read_text().replace('"', " ").split():
                    self.assertFalse(len(word) > 15 and word in shown, f"{file.name}: {shown}")

    def test_a_consent_logs_in(self):
        waiting, browser = self.asked()
        for look in self.each_look(browser):
            self.assert_fits(browser, f"consent {look}")
            self.assert_accessible(browser, f"consent {look}")
            browser.photograph(SHOTS / f"login-consent-{look}.png")
        browser.click("button[value=allow]")
        self.assert_ends(browser, "You are logged in")
        code, shown = waiting.ended()
        self.assertEqual(code, 0, shown)
        self.assert_silent(waiting, shown + browser.text())
        used = waiting.run("token", "info")
        self.assertEqual(used.returncode, 0, used.stderr)
        self.assert_silent(waiting, used.stdout + used.stderr)

    def test_a_consent_that_is_denied_keeps_nothing(self):
        waiting, browser = self.asked()
        browser.click("button[value=deny]")
        self.assert_ends(browser, "You are not logged in")
        code, shown = waiting.ended()
        self.assertEqual(code, 1, shown)
        self.assert_silent(waiting, shown)
        self.assertEqual(list(waiting.home.glob(".config/drift/*")), [])

    def test_another_state_does_not_count(self):
        waiting, browser = self.asked()
        browser.open(f"{self.redirect}?code=stolen&state=r_{'0' * 32}")
        self.assert_ends(browser, "This is not the login that the terminal waits for")
        self.assertNotIn("stolen", browser.text())
        browser.open(waiting.address)
        browser.click("button[value=allow]")
        self.assert_ends(browser, "You are logged in")
        self.assertEqual(waiting.ended()[0], 0)

    def test_a_second_callback_does_not_count(self):
        faults = tempfile.NamedTemporaryFile("w", suffix=".json")
        self.addCleanup(faults.close)
        faults.write('[{"path": "/oauth2/token", "do": {"stall": {"ms": 4000}}}]')
        faults.flush()
        waiting, first = self.asked(options=("--faults", faults.name))
        second = self.browser()
        back = allowed(waiting.address)
        with concurrent.futures.ThreadPoolExecutor() as both:
            list(both.map(lambda browser: browser.open(back), (first, second)))
        headings = sorted(browser.text("h1") for browser in (first, second))
        self.assertEqual(headings, ["This login was used already", "You are logged in"])
        self.assertEqual(waiting.ended()[0], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
