# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium; every host name that ends in .localhost is this machine."""
import os
import pathlib

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from .wait import eventually

ARGUMENTS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-proxy-server", "--ignore-certificate-errors", "--disable-background-networking")

# https://www.deque.com/axe: the rules of WCAG and of good practice; ./run interop installs it
AXE = pathlib.Path(os.environ.get("ECKID_KEYCLOAK", "")).parent / (
    "node_modules/axe-core/axe.min.js")


class Chromium:
    """Use it in a with statement. The size is that of the page, in CSS pixels."""

    def __init__(self, size=(1280, 900), language="en"):
        options = webdriver.ChromeOptions()
        for argument in ARGUMENTS:
            options.add_argument(argument)
        options.add_argument(f"--lang={language}")
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.resize(*size)

    def resize(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 800})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def go(self, url):
        self.driver.get(url)

    def find(self, selector, text=""):
        """The first element that a CSS selector finds and that is shown, once there is one."""
        def found():
            try:
                return [e for e in self.driver.find_elements(By.CSS_SELECTOR, selector)
                        if e.is_displayed() and text in e.text]
            except StaleElementReferenceException:  # the page is being replaced
                return []
        return eventually(found, lambda: f"{selector} at {self.url}: {self.text[:500]}")[0]

    def log_in(self, person):
        self.find("#username").send_keys(person.user)
        self.find("#password").send_keys(person.password)
        self.find("#kc-login").click()

    def enter(self, fields):
        """Fills in fields by their names, and submits their form."""
        for name, value in fields.items():
            self.find(f"[name={name}]").send_keys(value)
        self.find("[type=submit]").click()

    def run(self, script):
        """What a script returns, or what its promise becomes."""
        return self.driver.execute_script(script)

    def axe(self):
        """How many rules of axe the page keeps; it must break none."""
        found = self.run(AXE.read_text() + "; return axe.run()")
        assert [f"{v['id']}: {v['help']}: {v['nodes'][0]['html']}" for v in
                found["violations"]] == []
        return len(found["passes"])

    def picture(self, file):
        self.driver.save_screenshot(str(file))

    @property
    def url(self):
        return self.driver.current_url

    @property
    def text(self):
        return self.run("return document.body ? document.body.innerText : ''")

    def troubles(self):
        """What its console calls severe."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE"]
