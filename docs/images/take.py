"""Takes the README's pictures of a running demo: python docs/images/take.py http://127.0.0.1:8000 rep1 PASSWORD

Needs Chromium and the packages of requirements/test.txt.
"""

import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
LARGEST = 300_000  # bytes


def sign_in(context: BrowserContext, base: str, login: str, password: str) -> None:
    answer = context.request.post(f"{base}/api/v1/session", data={"login": login, "password": password})
    if not answer.ok:
        sys.exit(f"Sign-in: {answer.status} {answer.text()}")


def main(base: str, login: str, password: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 760})
        sign_in(context, base, login, password)
        for name, locale in LANGUAGES.items():
            page = context.new_page()
            page.add_init_script(f"localStorage.setItem('gonghai.locale', '{locale}')")
            page.goto(f"{base}/pool", wait_until="networkidle")
            page.locator("table tbody tr").nth(5).wait_for()
            target = HERE / f"pool-{name}.png"
            page.screenshot(path=target, animations="disabled")
            size = target.stat().st_size
            print(f"{target.name}: {size:,} bytes" + (" (too large)" if size > LARGEST else ""))
            page.close()
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])
