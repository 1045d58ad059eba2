"""Takes the README's pictures of a running demo: python docs/images/take.py http://127.0.0.1:8000 PASSWORD

The pool and the leaderboard as `rep1` sees them, a team's workload as `manager5` does, and the rules as `admin` edits them:
with a draft that is written for the picture and thrown away again. Needs Chromium and the packages of
requirements/test.txt. Languages are put back afterwards.
"""

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
LARGEST = 210_000  # bytes


class Visit:
    """Somebody signed in, with the calls that the pictures need."""

    def __init__(self, context: BrowserContext, base: str, login: str, password: str) -> None:
        self.context, self.base = context, base
        signed = self.call("POST", "/session", {"login": login, "password": password})
        self.csrf, self.own = signed["csrf_token"], signed["me"]["person"]["locale"]

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """One call of the API; ends the program where it is refused."""
        token = {"X-CSRF-Token": self.csrf} if hasattr(self, "csrf") else {}
        url = f"{self.base}/api/v1{path}"
        answer = self.context.request.fetch(url, method=method, data=body, headers={**token, **(headers or {})})
        if not answer.ok:
            sys.exit(f"{method} {path}: {answer.status} {answer.text()}")
        return answer.json() if answer.body() else None

    def speak(self, locale: str) -> None:
        """Sets the language, which the pages follow."""
        self.call("PATCH", "/me", {"locale": locale})

    def shoot(self, name: str, path: str, last: str) -> None:
        """One picture per language, that ends below `last` or with the window."""
        for short, locale in LANGUAGES.items():
            self.speak(locale)
            page = self.context.new_page()
            page.goto(f"{self.base}{path}", wait_until="networkidle")
            page.locator(last).wait_for()
            box = page.locator(last).bounding_box()
            window = page.viewport_size
            assert box is not None
            assert window is not None
            end = min(window["height"], box["y"] + box["height"] + 12)
            target = HERE / f"{name}-{short}.png"
            page.screenshot(
                path=target, animations="disabled", clip={"x": 0, "y": 0, "width": window["width"], "height": end}
            )
            size = target.stat().st_size
            print(f"{target.name}: {size:,} bytes" + (" (too large)" if size > LARGEST else ""))
            page.close()
        self.speak(self.own)


def pool(visit: Visit) -> None:
    """Customers nobody owns."""
    visit.shoot("pool", "/pool", "table tbody tr >> nth=20")


def leaderboard(visit: Visit) -> None:
    """The season, with one's own place."""
    visit.shoot("leaderboard", "/incentives", "[data-testid=place].me")


def workload(visit: Visit) -> None:
    """Who has what on their hands, those first whose customers fall soon."""
    visit.shoot("workload", "/team/workload?sort=-falling", "table tbody tr >> nth=9")


def policy(visit: Visit) -> None:
    """Rules that would take more than those in force, and what that means."""
    present = visit.call("GET", "/pools/1/policy")
    document = present["document"]
    document["segments"][-1]["timers"]["follow_up"] = "20 days"
    draft = "/pools/1/policy/draft"
    body = {"document": document, "based_on": present["number"]}
    saved = visit.call("PUT", draft, body, {"If-None-Match": "*"})
    try:
        visit.shoot("policy", "/pools/1/policy", "[data-testid=preview-says]")
    finally:
        visit.call("DELETE", draft, headers={"If-Match": f'"{saved["version"]}"'})


def main(base: str, password: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        pictures = (
            ("rep1", 800, pool),
            ("rep1", 900, leaderboard),
            ("manager5", 900, workload),
            ("admin", 1400, policy),
        )
        for login, height, take in pictures:
            context = browser.new_context(viewport={"width": 1440, "height": height})
            take(Visit(context, base, login, password))
            context.close()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:3])
