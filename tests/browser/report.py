"""HTML reports in headless Chromium, driven with the WebDriver protocol."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

PODWRIGHT = os.path.abspath(sys.argv.pop()) if len(sys.argv) > 1 else "podwright"
PORT = 9515 + os.getpid() % 1000

# No `>`: what is in angle brackets counts as a placeholder.
HOSTILE = "'\"/></style></script><img src=x onerror=document.title='stolen' ".replace(">", "") + "x='"
FILE = "<img src=x onerror=document.title='stolen'>"

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: {name}
  namespace: shop
spec:
  terminationGracePeriodSeconds: 20
  containers:
    - name: web
      image: {image}
      imagePullPolicy: {policy}
"""


class Browser:
    """A session of headless Chromium."""

    def __init__(self):
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={PORT}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        options = {
            "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1200,900"],
        }
        capabilities = {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        for _ in range(100):
            try:
                answer = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise RuntimeError("chromedriver does not answer")
        self.session = f"/session/{answer['sessionId']}"

    def ask(self, method, path, body=None):
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}{path}", data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, path):
        self.ask("POST", f"{self.session}/url", {"url": pathlib.Path(path).resolve().as_uri()})

    def run(self, script, *arguments):
        body = {"script": script, "args": list(arguments)}
        return self.ask("POST", f"{self.session}/execute/sync", body)

    def keys(self, *keys):
        actions = []
        for key in keys:
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        body = {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}
        self.ask("POST", f"{self.session}/actions", body)

    def resize(self, width, height):
        # A window has a minimum width; the viewport of a phone does not.
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
        body = {"cmd": "Emulation.setDeviceMetricsOverride", "params": metrics}
        self.ask("POST", f"{self.session}/goog/cdp/execute", body)

    def log(self):
        return self.ask("POST", f"{self.session}/se/log", {"type": "browser"})

    def close(self):
        try:
            self.ask("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.directory.name)
        cls.browser = Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.directory.cleanup()

    def page(self, **files):
        """Opens the report of the files."""
        place = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        for name, text in files.items():
            (place / f"{name}.yaml").write_text(text)
        arguments = ["check", "--level", "info", "--fail-on", "never", "--format", "html=report.html", "."]
        subprocess.run([PODWRIGHT, *arguments], cwd=place, check=True)
        self.browser.open(place / "report.html")
        return place / "report.html"

    def usual(self):
        return self.page(
            a=POD.format(name="web", image="registry.example/web:latest", policy="always"),
            b=POD.format(name="api", image="registry.example/api:1.2.3", policy="Always"),
        )

    def shown(self):
        """The rules of the findings that are visible."""
        script = """return [...document.querySelectorAll('article')]
          .filter((article) => article.checkVisibility()).map((article) => article.dataset.rule)"""
        return self.browser.run(script)

    def test_filters_hide_and_groups_move(self):
        self.usual()
        rules = self.shown()
        self.assertIn("pull-policy-invalid", rules)
        self.assertIn("image-tag-latest", rules)
        self.browser.run("document.querySelector('[name=level][value=info]').click()")
        fewer = self.shown()
        self.assertLess(len(fewer), len(rules))
        self.browser.run(
            """const select = document.querySelector('[name=rule]'); select.value = arguments[0];
            select.dispatchEvent(new Event('input', {bubbles: true}))""",
            "pull-policy-invalid",
        )
        self.assertEqual(self.shown(), ["pull-policy-invalid"])
        status = self.browser.run("return document.getElementById('status').textContent")
        self.assertEqual(status, f"1 of {len(rules)} findings")
        self.browser.run("document.querySelector('[type=reset]').click()")
        time.sleep(0.2)
        self.assertEqual(sorted(self.shown()), sorted(rules))
        for by, heading in [("rule", "image-tag-latest"), ("file", "a.yaml"), ("object", "shop/Pod/web")]:
            self.browser.run(f"document.querySelector('[name=by][value={by}]').click()")
            headings = self.browser.run(
                "return [...document.querySelectorAll('h2')].map((heading) => heading.textContent)"
            )
            self.assertIn(heading, headings, by)
            self.assertEqual(len(self.shown()), len(rules), by)

    def test_pictures_show_pulls_and_shutdown(self):
        self.usual()
        text = self.browser.run(
            """const picture = document.querySelector('details[data-picture="shop/Pod/web"]');
            picture.open = true; return picture.innerText"""
        )
        self.assertIn("container web", text)
        self.assertIn("resolves to", text)
        size = self.browser.run(
            "const box = document.querySelector('details[open] svg').getBoundingClientRect(); return [box.width, box.height]"
        )
        self.assertGreater(min(size), 20)
        label = self.browser.run("return document.querySelector('details[open] figure').getAttribute('aria-label')")
        self.assertEqual(label, "Timeline of the shutdown of shop/Pod/web")

    def test_keyboard_reaches_everything(self):
        self.usual()
        reached = []
        for _ in range(60):
            self.browser.keys("\ue004")
            reached.append(
                self.browser.run("const one = document.activeElement; return one.name || one.className || one.tagName")
            )
        for name in ["skip", "level", "rule", "text", "by", "SUMMARY", "PRE", "A"]:
            self.assertIn(name, reached)
        outline = self.browser.run("return getComputedStyle(document.activeElement).outlineStyle")
        self.assertEqual(outline, "solid")
        # Each control and each region has a name, and headings do not skip a level.
        unnamed = self.browser.run(
            """return [...document.querySelectorAll('input, select, [role=region], [role=img], form')].filter((one) =>
              !(one.labels?.length || one.getAttribute('aria-label'))).map((one) => one.outerHTML.slice(0, 80))"""
        )
        self.assertEqual(unnamed, [])
        levels = self.browser.run("return [...document.querySelectorAll('h1,h2,h3,h4')].map((one) => +one.tagName[1])")
        self.assertTrue(all(b - a <= 1 or b == 4 for a, b in zip(levels, levels[1:])), levels)

    def test_a_phone_scrolls_only_down(self):
        self.usual()
        self.browser.resize(360, 740)
        self.browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
        width = self.browser.run("return [document.documentElement.scrollWidth, innerWidth]")
        self.assertLessEqual(width[0], width[1])
        small = self.browser.run(
            """return [...document.querySelectorAll('p, dd, td, code')].filter((one) =>
              parseFloat(getComputedStyle(one).fontSize) < 12).length"""
        )
        self.assertEqual(small, 0)
        self.browser.resize(1200, 900)

    def test_names_are_never_markup(self):
        quoted = json.dumps(HOSTILE)
        page = self.page(**{FILE: POD.format(name=quoted, image=quoted, policy=quoted)})
        self.assertIn("stolen", page.read_text())
        self.assertEqual(self.browser.run("return document.title"), "podwright report")
        counts = self.browser.run(
            "return [document.scripts.length, document.images.length, document.querySelectorAll('style').length]"
        )
        self.assertEqual(counts, [1, 0, 1])
        self.assertGreater(len(self.shown()), 0)
        shown = self.browser.run("return document.body.innerText")
        self.assertIn("<img src=x", shown)

    def test_nothing_is_loaded_or_refused(self):
        self.usual()
        loaded = self.browser.run("return performance.getEntriesByType('resource').map((one) => one.name)")
        self.assertEqual(loaded, [])
        messages = [one["message"] for one in self.browser.log()]
        refused = [one for one in messages if "Content Security Policy" in one]
        self.assertEqual(refused, [])
        # Code that gets into the page in spite of that does not run.
        self.browser.run(
            "const one = document.createElement('div'); one.innerHTML = '<img src=x onerror=\"document.title=1\">'; "
            "document.body.append(one)"
        )
        time.sleep(0.3)
        self.assertEqual(self.browser.run("return document.title"), "podwright report")

    def test_merged_tables_have_headers(self):
        place = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        (place / "a.yaml").write_text(POD.format(name="web", image="registry.example/web:latest", policy="always"))
        run = lambda *arguments: subprocess.run([PODWRIGHT, *arguments], cwd=place, check=True)
        run("check", "--fail-on", "never", "--format", "json=shop.json", ".")
        run("report", "merge", "<img src>=shop.json", "--html", "all.html")
        self.browser.open(place / "all.html")
        self.assertEqual(self.browser.run("return document.title"), "podwright report of several repositories")
        headers = self.browser.run("return [...document.querySelectorAll('th[scope=row]')].map((one) => one.textContent)")
        self.assertIn("pull-policy-invalid", headers)
        self.assertIn("<img src>", headers)


if __name__ == "__main__":
    unittest.main(verbosity=1)
