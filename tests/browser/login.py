"""`drift login` in a real browser: the consent, its refusal, and what else may come back to the page of this machine."""

import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

from browser import Browser, Driver
from emulator import Emulator
from pages import DESK, DIRECT_AXE, PHONE

APP = "sandbox-app\nsandbox-secret\n"


def setUpModule():
    global driver
    driver = Driver()
    unittest.addModuleCleanup(driver.close)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
