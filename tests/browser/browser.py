"""Headless Chromium with pages of a given width and colour scheme."""

import base64
import pathlib
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service


class Browser:
    def __init__(self):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                         "--hide-scrollbars", "--force-device-scale-factor=1",
                         "--user-data-dir=" + self.profile.name):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_script_timeout(120)

    def close(self):
        self.driver.quit()
        self.profile.cleanup()

    def command(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait(self, script):
        """The value of a promise."""
        return self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "(async () => {" + script + "})().then(done, e => done('' + e))")

    def set_size(self, width, height):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                     mobile=False)

    def set_scheme(self, scheme):
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, page: pathlib.Path, width, dark):
        self.set_scheme("dark" if dark else "light")
        self.set_size(width, 800)
        self.errors()
        self.driver.get(page.as_uri())

    def show_whole_page(self, width):
        """Makes the window as high as the page, so that all charts are drawn."""
        self.set_size(width, self.run("return document.documentElement.scrollHeight"))
        self.wait("for (let i = 0; i < 4; ++i) await new Promise(next => requestAnimationFrame(next));"
                  "await new Promise(next => setTimeout(next, 200));")

    def errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def screenshot(self):
        """Of the window."""
        return base64.b64decode(self.command("Page.captureScreenshot")["data"])
