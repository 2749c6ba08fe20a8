"""What this is made of, and what is known against it: `supply.py sbom FOLDER` and `supply.py audit`.

`sbom` writes CycloneDX documents out of the lock files, without a network: everything that is run, built and tested
with.
`audit` asks the registries that are configured for known vulnerabilities. What could not be asked is told and fails:
a mirror that knows packages and no advisories would otherwise look like a clean bill.
"""

# ruff: noqa: INP001  a program, no package
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
NPM = {"tablet": ROOT / "tablet", "test-clients": ROOT / "tests" / "clients"}
LISTED = 20
LOCKED = ("uv", "export", "--locked", "--quiet", "--all-groups", "--all-extras")


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A program of this environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # noqa: TID251  a tool, not the service
    env = {**os.environ, "PATH": path, "npm_config_loglevel": "error"}  # noqa: TID251
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)  # noqa: S603


def sbom(folder: Path) -> int:
    """Write `python.cdx.json` and one document for each package.json."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {"python": run(*LOCKED, "--format", "cyclonedx1.5")}
    made |= {name: _npm_sbom(place) for name, place in NPM.items()}
    for name, done in made.items():
        if done.returncode:
            sys.stderr.write(f"{name}: {done.stderr.strip() or done.stdout.strip()}\n")
            return 1
        document = json.loads(done.stdout)
        (folder / f"{name}.cdx.json").write_text(json.dumps(document, indent=1, sort_keys=True) + "\n")
        sys.stdout.write(f"{folder / name}.cdx.json: {len(document['components'])} components\n")
    return 0


def _npm_sbom(place: Path) -> subprocess.CompletedProcess[str]:
    # npm wants a version of what is described; ours are private packages and have none.
    with tempfile.TemporaryDirectory() as copy:
        for name in ("package.json", "package-lock.json"):
            told = json.loads((place / name).read_text())
            told["version"] = "0.0.0"
            if "packages" in told:
                told["packages"][""]["version"] = "0.0.0"
            (Path(copy) / name).write_text(json.dumps(told))
        return run("npm", "sbom", "--sbom-format", "cyclonedx", "--package-lock-only", cwd=Path(copy))


def audit() -> int:
    """0 only when every locked package was looked up and nothing is known against any."""
    troubles = _audit_python() + [trouble for name, place in NPM.items() for trouble in _audit_npm(name, place)]
    for trouble in troubles:
        sys.stderr.write(f"✗ {trouble}\n")
    if not troubles:
        sys.stdout.write("Every locked package was looked up; nothing is known against any.\n")
    return 1 if troubles else 0


def _audit_python() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        export = (
            "uv",
            "export",
            "--locked",
            "--quiet",
            "--all-groups",
            "--all-extras",
            "--no-hashes",
            "--no-emit-project",
        )
        done = run(*export, "--output-file", str(listed))
        if done.returncode:
            return [f"uv export: {done.stderr.strip()}"]
        asked = run(
            "pip-audit", "-r", str(listed), "--no-deps", "--disable-pip", "--progress-spinner", "off", "-f", "json"
        )
    return python_troubles(asked.stdout, asked.stderr)


def python_troubles(told: str, noise: str) -> list[str]:
    """What pip-audit's answer (JSON) says against the packages, and whom it could not ask about."""
    try:
        packages: list[dict[str, Any]] = json.loads(told)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return [f"pip-audit gave no answer: {noise.strip()[-400:]}"]
    known = [f"{one['name']} {one['version']}: {bad['id']}" for one in packages for bad in one.get("vulns", ())]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    if skipped:
        some = ", ".join(skipped[:LISTED])
        known.append(f"pip-audit could not look up {len(skipped)} of {len(packages)} packages: {some}")
    return known if packages else ["pip-audit was asked about no package"]


def _audit_npm(name: str, place: Path) -> list[str]:
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or "npm"
    return npm_troubles(name, run(npm, "audit", "--json", "--package-lock-only", cwd=place).stdout)


def npm_troubles(name: str, told: str) -> list[str]:
    """What `npm audit --json` says against the packages, or why it could not say anything."""
    try:
        answer: dict[str, Any] = json.loads(told)
    except ValueError:
        return [f"npm audit ({name}) gave no answer"]
    if not isinstance(answer.get("vulnerabilities"), dict):
        reason = answer.get("message") or (answer.get("error") or {}).get("summary") or "no reason told"
        return [f"npm audit ({name}) could not look anything up: {str(reason).split(' - ')[0]}"]
    return [f"{name}: {package} ({facts['severity']})" for package, facts in answer["vulnerabilities"].items()]


def main(arguments: list[str]) -> int:
    """Exit code 2 for wrong usage."""
    if arguments == ["audit"]:
        return audit()
    if len(arguments) == 2 and arguments[0] == "sbom":  # noqa: PLR2004
        return sbom(Path(arguments[1]))
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
