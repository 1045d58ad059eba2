"""The product as its users meet it: `gonghai run` on an empty data directory, and a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

PASSWORD = "haiou-gangwan-2026"
PATIENCE = 240  # seconds for a first start: a new cluster and the demo company, on a busy machine
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a running installation with the demo company; ended and removed afterwards."""
    data_dir = Path(tempfile.mkdtemp(prefix="gonghai-browser-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "DATA_DIR": str(data_dir), "DEMO_PASSWORD": PASSWORD}
    environment.pop("DATABASE_URL", None)
    log_path = data_dir.with_suffix(".log")
    log = log_path.open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "gonghai.cli.main", "run"], env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process, log_path)
        yield address
    finally:
        process.terminate()
        process.wait(60)
        log.close()
        log_path.unlink()
        shutil.rmtree(data_dir, ignore_errors=True)


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}/api/v1/health").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.3)
        if process.poll() is not None:
            break
    raise AssertionError(f"gonghai run did not come up:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or whichever CHROMIUM names."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    expect.set_options(timeout=20_000)  # as for actions: the machine may be busy
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def page(chromium: Browser, request: Any) -> Iterator[Page]:
    """A page in Chinese, at a desk and on a phone; an error of its script fails the test."""
    width, height = request.param
    # A menu that still grows under the mouse takes the press on one item and the release on another.
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.set_default_timeout(20_000)
    yield opened
    context.close()
    assert faults == []
