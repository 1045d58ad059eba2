"""Takes the README's pictures of a running demo: python docs/images/take.py http://127.0.0.1:8000 rep1 PASSWORD

Needs Chromium and the packages of requirements/test.txt. The person's language is put back afterwards.
"""

import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
LARGEST = 300_000  # bytes


def sign_in(context: BrowserContext, base: str, login: str, password: str) -> tuple[str, str]:
    """(CSRF token, the person's own language)."""
    answer = context.request.post(f"{base}/api/v1/session", data={"login": login, "password": password})
    if not answer.ok:
        sys.exit(f"Sign-in: {answer.status} {answer.text()}")
    signed = answer.json()
    return signed["csrf_token"], signed["me"]["person"]["locale"]


def speak(context: BrowserContext, base: str, csrf: str, locale: str) -> None:
    """Sets the language, which the pages follow."""
    context.request.patch(f"{base}/api/v1/me", data={"locale": locale}, headers={"X-CSRF-Token": csrf})


def main(base: str, login: str, password: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 800})
        csrf, own = sign_in(context, base, login, password)
        for name, locale in LANGUAGES.items():
            speak(context, base, csrf, locale)
            page = context.new_page()
            page.goto(f"{base}/pool", wait_until="networkidle")
            page.locator("table tbody tr").nth(5).wait_for()
            target = HERE / f"pool-{name}.png"
            page.screenshot(path=target, animations="disabled")
            size = target.stat().st_size
            print(f"{target.name}: {size:,} bytes" + (" (too large)" if size > LARGEST else ""))
            page.close()
        speak(context, base, csrf, own)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
