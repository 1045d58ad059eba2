"""Makes a fresh checkout ready: virtual environment, hashed requirements, the web app. Standard library only.

    python3 tools/bootstrap.py run | test     what `make run`, or `make test`, needs
    python3 tools/bootstrap.py web            the web app only
    python3 tools/bootstrap.py tools          all but the web app, which may not build while its client is out of date

What is up to date takes no time; every step that is not says what it does, and, when it fails, what to do.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
WEB = ROOT / "web"
BUILT = ROOT / "src" / "gonghai" / "web"


class StepError(Exception):
    """A step failed; the message says what to do about it."""


def main(arguments):
    if len(arguments) != 1 or arguments[0] not in ("run", "test", "web", "tools"):
        raise StepError("Say what for: tools/bootstrap.py run, test, web or tools.")
    purpose = arguments[0]
    with (ROOT / "Makefile").open() as makefile:
        # Two makes at once would install into one environment.
        fcntl.flock(makefile, fcntl.LOCK_EX)
        ensure_environment()
        if purpose != "web":
            ensure_packages("run" if purpose == "run" else "test")
        if not (WEB / "package.json").exists():
            say("There is no web app to build yet (web/package.json is missing)")
        elif purpose == "tools":
            ensure_node_packages(node_environment())
        else:
            ensure_web_app()


def say(line):
    print(f"· {line}", flush=True)


def run(command, advice, **options):
    """Run a step's command with its output on the terminal; raise StepError with `advice` when it goes wrong."""
    try:
        code = subprocess.run([str(part) for part in command], check=False, **options).returncode
    except OSError as error:
        raise StepError(f"{command[0]}: {error}. {advice}") from error
    if code != 0:
        raise StepError(f"`{' '.join(str(part) for part in command)}` ended with {code}. {advice}")


def digest(*paths):
    """One hash over names and contents of files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(f"{path.relative_to(ROOT)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


# --- the virtual environment -----------------------------------------------------------------------------------------


def ensure_environment():
    """Have a working .venv of this Python's version."""
    if works(PYTHON):
        return
    if importlib.util.find_spec("ensurepip") is None:
        install_debian_venv()
    say(f"Making the virtual environment .venv with Python {'.'.join(map(str, sys.version_info[:3]))}")
    # --clear: what is there does not work, perhaps because the system's Python was replaced.
    run([sys.executable, "-m", "venv", "--clear", VENV], f"Is {ROOT} writable, and is there room on the disk?")


def works(python):
    if not python.exists():
        return False
    probe = [str(python), "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def install_debian_venv():
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    advice = f"Debian and Ubuntu keep Python's venv module in a package of its own: apt-get install {package}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise StepError(f"{advice} (as root, for instance by sudo), then try again.")
    say(f"Installing {package}, without which this Python can't make virtual environments")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], "Is there a network?", env=quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], advice, env=quiet)


# --- Python packages -------------------------------------------------------------------------------------------------


def ensure_packages(purpose):
    """Have the requirements of `purpose` installed, and the project itself for editing."""
    project = digest(ROOT / "pyproject.toml", REQUIREMENTS / "run.in")
    if not stamped("project", project):
        # Requirements first: the project's own dependencies are then there already.
        install_requirements(purpose)
        say("Installing Gonghai itself into .venv")
        pip("install", "--no-deps", "--editable", ROOT)
        stamp("project", project)
    else:
        install_requirements(purpose)


def install_requirements(purpose):
    """Install a lock file, hashes checked, unless that very lock is installed. The tests' one holds the product's."""
    locks = {name: digest(REQUIREMENTS / f"{name}.txt") for name in ("run", "test")}
    if stamped(purpose, locks[purpose]):
        return
    say(f"Installing the packages of requirements/{purpose}.txt into .venv (the first time this takes a minute)")
    pip("install", "--require-hashes", "--requirement", REQUIREMENTS / f"{purpose}.txt")
    for name in ("run", "test") if purpose == "test" else ("run",):
        stamp(name, locks[name])


def pip(*arguments):
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    advice = "Is there a network or a mirror that pip knows of? Else see pip's message above; then try again."
    run([PYTHON, "-m", "pip", *arguments, *quiet], advice, cwd=ROOT)


def stamped(name, value):
    path = VENV / f".installed-{name}"
    return path.exists() and path.read_text() == value


def stamp(name, value):
    (VENV / f".installed-{name}").write_text(value)


# --- the web app -----------------------------------------------------------------------------------------------------


def ensure_web_app():
    """Have the web app built from the sources as they are now."""
    sources = digest(*web_sources())
    stamp_file = BUILT / ".sources"
    if stamp_file.exists() and stamp_file.read_text() == sources:
        return
    environment = node_environment()
    ensure_node_packages(environment)
    say("Building the web app")
    npm(
        "run",
        "build",
        "--silent",
        advice="The messages above say what in web/ must be mended.",
        environment=environment,
    )
    stamp_file.write_text(sources)


def web_sources():
    """Every file that the built web app depends on."""
    for folder, folders, files in os.walk(WEB):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", "dist") and name[0] != ".")
        for name in sorted(files):
            if not name.endswith(".tsbuildinfo"):
                yield Path(folder) / name


def ensure_node_packages(environment):
    lock = WEB / "package-lock.json"
    if not lock.exists():
        raise StepError("web/package-lock.json is missing: run `npm install` in web/ and commit the lock.")
    installed = WEB / "node_modules" / ".installed"
    wanted = digest(lock, WEB / "package.json")
    if installed.exists() and installed.read_text() == wanted:
        return
    say("Installing the packages of web/package-lock.json (the first time this takes a minute)")
    network = "Is there a network or a mirror that npm knows of? `npm ci` in web/ says more."
    npm("ci", "--silent", advice=network, environment=environment)
    installed.write_text(wanted)


def npm(*arguments, advice, environment):
    program = shutil.which("npm", path=environment["PATH"]) or "npm"
    run([program, *arguments], advice, cwd=WEB, env=environment)


def node_environment():
    """An environment in whose PATH there is a Node.js that can build: the machine's own, or one from a wheel."""
    environment = dict(os.environ)
    if node_is_fit(environment):
        return environment
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment['PATH']}"
    if not node_is_fit(environment):
        say("Installing Node.js from requirements/build.txt into .venv, as the machine has none of 20.19 or later")
        pip("install", "--require-hashes", "--requirement", REQUIREMENTS / "build.txt")
        if not node_is_fit(environment):
            raise StepError("That Node.js does not run here: install Node.js 20.19 or later with npm, and try again.")
    return environment


def node_is_fit(environment):
    """Vite wants Node.js 20.19 or later, of 22 at least 22.12, and 21 not at all."""
    node, npm_found = (shutil.which(name, path=environment["PATH"]) for name in ("node", "npm"))
    if not node or not npm_found:
        return False
    said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True, env=environment).stdout
    version = tuple(int(number) for number in re.findall(r"\d+", said)[:2])
    return (20, 19) <= version < (21, 0) or version >= (22, 12)


def newer_python():
    """A Python that is new enough, if this one is not."""
    names = [f"python3.{minor}" for minor in (11, 12, 13, 14)]
    return next((found for found in map(shutil.which, names) if found), None)


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 (whatever `python3` is on the machine runs this file)
        newer = newer_python()
        if newer:
            os.execv(newer, [newer, *sys.argv])
        sys.exit(f"Python 3.11 or later is needed, this is {sys.version.split()[0]}. Install it, or set PYTHON=.")
    try:
        main(sys.argv[1:])
    except StepError as failure:
        sys.exit(f"✗ {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
