"""What operators are given is true: what it names is there, and what is there is named."""

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from api.cli.main import main
from api.metrics.catalogue import ALL
from inspection.kernel.settings import Settings
from inspection.kernel.signals import Counted, Stretch
from media.limits import Limits
from tests.guards.sources import ROOT, modules, tree

DEPLOY = ROOT / "deploy"
GUIDES = [ROOT / "docs" / name for name in ("install.md", "upgrade.md", "operate.md")]
GUIDES_ZH = [ROOT / "docs" / "zh" / name for name in ("安装.md", "升级.md", "运维.md")]
OPERATE = [GUIDES[-1], GUIDES_ZH[-1]]
CLIENTS_OWN = {
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "process_open_fds",
    "process_max_fds",
    "process_start_time_seconds",
}
LABELS = {
    "budget", "contract", "engine", "matter", "method", "name", "operation", "outcome", "python", "route", "state",
    "status", "verdict", "version", "what",
}  # fmt: skip
"""Each with a closed list of values; an id or a name of a person or a company is none."""
SYSTEMD = shutil.which("systemd-analyze")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def names_in(text: str) -> set[str]:
    """Metrics that a query or a rule names, without what a histogram adds to its name."""
    found = set(re.findall(r"\b((?:fieldcheck|process|python)_\w+)", text))
    known = {one.name for one in ALL}
    return {re.sub(r"_(bucket|sum|count)$", "", name) if name not in known else name for name in found}


def queries() -> Iterator[tuple[str, str]]:
    """(where, expression) of every alert and panel."""
    for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"]:
        yield from ((rule["alert"], rule["expr"]) for rule in group["rules"])
    for panel in json.loads((DEPLOY / "grafana/fieldcheck.json").read_text())["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel.get("targets", ()))


def test_every_metric_that_is_drawn_or_wakes_somebody_exists() -> None:
    known = {one.name for one in ALL} | CLIENTS_OWN
    assert {(where, name) for where, query in queries() for name in names_in(query) - known} == set()


def test_every_metric_is_drawn() -> None:
    drawn = {name for _, query in queries() for name in names_in(query)}
    assert {one.name for one in ALL} - drawn == set()


@pytest.mark.parametrize("page", OPERATE, ids=lambda page: page.parent.name)
def test_every_metric_setting_and_alert_is_described_and_nothing_else(page: Path) -> None:
    rows = re.findall(r"^\| `(\w+)`(?:<br>\w+)? \|", page.read_text(), re.MULTILINE)
    settings = {f"FIELDCHECK_{name.upper()}" for name in Settings.model_fields}
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"][0]["rules"]
    assert set(rows) == {one.name for one in ALL} | settings | {rule["alert"] for rule in rules}
    assert len(rows) == len(set(rows))


def test_every_alert_says_in_chinese_what_is_the_matter_and_what_to_do() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"][0]["rules"]
    chinese = re.compile(r"[\u4e00-\u9fff]{4}")
    for rule in rules:
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert set(rule["annotations"]) == {"summary", "description"}
        assert all(chinese.search(text) for text in rule["annotations"].values()), rule["alert"]


def test_labels_have_closed_lists_of_values() -> None:
    assert {label for one in ALL for label in one.labels} == LABELS


def test_whatever_is_counted_or_timed_is_of_a_kind_that_is_written_there() -> None:
    # An f-string or a variable could hold an id: one series a visit, kept for ever, and told to whoever scrapes.
    allowed = {"job.name", "rate_class.value", "state.value", "verdict.value"}
    loose = []
    for path in (path for path in modules() if "kernel.signals import" in (ROOT / path).read_text()):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"count", "stretch"}:
                if not (node.args and ast.unparse(node.args[0]).startswith(("Counted.", "Stretch."))):
                    continue
                kinds = node.args[1:2]
                kinds = [kinds[0].body, kinds[0].orelse] if kinds and isinstance(kinds[0], ast.IfExp) else kinds
                loose += [
                    (str(path), ast.unparse(kind))
                    for kind in kinds
                    if not isinstance(kind, ast.Constant) and ast.unparse(kind) not in allowed
                ]
    assert loose == []


def test_every_signal_is_given_somewhere() -> None:
    texts = [(ROOT / path).read_text() for path in modules() if path.parts[:2] != ("api", "metrics")]
    code = "\n".join(text for text in texts if "inspection.kernel.signals" in text)
    signals = [f"{type(one).__name__}.{one.name}" for one in (*Counted, *Stretch)]
    assert [one for one in signals if one not in code] == []


def commands(text: str) -> Iterator[list[str]]:
    """Every call of the command line in a page or a unit: `fieldcheck words…`."""
    for line in re.findall(r"(?:^|[ /`])fieldcheck ((?:--json )?[a-z][^\n`|;&]*)", text):
        yield line.split("  ")[0].split()


def check_command(words: list[str]) -> None:
    """Fail unless these words are a command with options that it has."""
    command: click.Command = main
    rest = list(words)
    with click.Context(main, obj={}) as context:
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            found = command.get_command(context, rest.pop(0))
            assert found is not None, words
            command = found
    options = {name for param in command.params for name in (*param.opts, *param.secondary_opts)} | {"--help"}
    assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= options, words


@pytest.mark.parametrize("page", [*GUIDES, *GUIDES_ZH], ids=lambda page: page.stem)
def test_every_command_and_setting_in_a_guide_exists(page: Path) -> None:
    text = page.read_text()
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)) + "\n".join(
        re.findall(r"`fieldcheck [^`]+`", text)
    )
    called = list(commands(blocks))
    assert called
    for words in called:
        check_command(words)
    assert settings_in(text) <= {f"FIELDCHECK_{name.upper()}" for name in Settings.model_fields}


def settings_in(text: str) -> set[str]:
    return set(re.findall(r"\bFIELDCHECK_[A-Z0-9_]+", text))


@pytest.mark.parametrize("page", [*GUIDES, *GUIDES_ZH], ids=lambda page: page.stem)
def test_every_file_that_a_guide_names_is_there(page: Path) -> None:
    text = page.read_text()
    linked = [name for name in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in name]
    assert [name for name in linked if not (page.parent / name).is_file()] == []
    named = re.findall(r"(?:/opt/fieldcheck/current/|`)(deploy/[\w./@-]+\w)", text)
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize(
    "path", [p for p in sorted(DEPLOY.rglob("*")) if p.is_file()], ids=lambda path: str(path.relative_to(DEPLOY))
)
def test_every_setting_in_what_is_deployed_exists(path: Path) -> None:
    assert settings_in(path.read_text()) <= {f"FIELDCHECK_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_every_unit_runs_a_command_that_exists_and_as_nobody_of_importance(unit: Path) -> None:
    text = unit.read_text()
    started = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert started
    for line in started:
        (words,) = commands(line.replace("%i", "8000"))
        check_command(words)
    wanted = (
        "User=fieldcheck",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=\n",
        "UMask=0077",
    )
    assert [one for one in wanted if one not in text] == []


def test_systemd_takes_the_units_as_they_are(tmp_path: Path) -> None:
    assert SYSTEMD is not None, "`make systemd` installs what reads units"
    copies = []
    for unit in (*UNITS, *(DEPLOY / "systemd").glob("*.timer")):
        copy = tmp_path / unit.name.replace("@.", "@8000.")
        # What it starts is not installed here.
        text = unit.read_text().replace("/opt/fieldcheck/current/bin/fieldcheck", "/bin/true")
        copy.write_text(text.replace("/etc/fieldcheck/", f"{DEPLOY}/systemd/"))
        copies.append(str(copy))
    done = subprocess.run([SYSTEMD, "verify", *copies], check=False, capture_output=True, text=True)
    mine = [line for line in done.stderr.splitlines() if "fieldcheck" in line]
    assert (done.returncode, mine) == (0, [])


def test_compose_runs_commands_that_exist_and_nothing_as_root_that_is_ours() -> None:
    compose = yaml.safe_load((DEPLOY / "docker/compose.yml").read_text())
    ours = {name: one for name, one in compose["services"].items() if one.get("image", "").startswith("fieldcheck:")}
    assert set(ours) == {"backup", "migrate", "web", "worker"}
    for one in ours.values():
        check_command(one["command"])
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["user"] == "10001:10001"
    images = [one["image"] for one in compose["services"].values()]
    assert all(re.search(r":\D*\d+\.\d+|RELEASE\.\d", image) for image in images), "pinned by version"
    volumes = {name.partition(":")[0] for one in compose["services"].values() for name in one.get("volumes", ())}
    assert {name for name in volumes if not name.startswith(".")} == set(compose["volumes"])
    needed = {name for one in compose["services"].values() for name in one.get("depends_on", ())}
    assert needed <= set(compose["services"])
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "docker/compose.yml").read_text()))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "docker/.env.example").read_text(), re.MULTILINE))
    assert asked == given


def test_the_image_is_built_from_files_that_are_there_and_runs_as_nobody_of_importance() -> None:
    docker = (DEPLOY / "docker/Dockerfile").read_text()
    kept = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert [name for name in kept if not (ROOT / name).exists()] == []
    built = (DEPLOY / "docker/build.sh").read_text()
    assert "deploy/docker" in kept
    assert "RUN sh deploy/docker/build.sh /opt/fieldcheck" in docker
    assert "COPY --from=build /opt/fieldcheck /opt/fieldcheck" in docker
    assert re.findall(r"^FROM (\S+)", docker, re.MULTILINE) == ["python:3.11.11-slim-bookworm"] * 2
    assert "USER 10001:10001" in docker
    (started,) = re.findall(r'^CMD \["(\w+)"\]', docker, re.MULTILINE)
    check_command([started])
    for room in (
        "api",
        "inspection",
        "media",
        "mobile_contract",
        "sync",
        "tablet",
        "pyproject.toml",
        "uv.lock",
        "README.md",
    ):
        assert room in kept
    assert "--require-hashes" in built


def test_the_proxy_lets_the_largest_file_through_and_keeps_nothing_back() -> None:
    nginx = (DEPLOY / "nginx/fieldcheck.conf").read_text()
    (size,) = re.findall(r"client_max_body_size (\d+)m;", nginx)
    assert int(size) * 1024**2 >= Limits().largest
    for line in ("proxy_buffering off;", "proxy_request_buffering off;", 'proxy_set_header traceparent "";'):
        assert line in nginx
    assert "$request_uri'" not in nginx.split("log_format")[1].split(";")[0], "a door's link is a secret"


@pytest.mark.parametrize(
    "script", ["deploy/install.sh", "deploy/fieldcheck", "deploy/docker/build.sh", "tools/wheelhouse"]
)
def test_scripts_can_be_read_by_a_plain_shell(script: str) -> None:
    assert subprocess.run(["/bin/sh", "-n", ROOT / script], check=False, capture_output=True).stderr == b""


def test_what_serves_is_started_again_however_often_its_database_was_away() -> None:
    for name in ("fieldcheck-web@", "fieldcheck-worker"):
        text = (DEPLOY / f"systemd/{name}.service").read_text()
        assert {"Restart=always", "StartLimitIntervalSec=0"} <= set(text.splitlines())
        assert "Requires=fieldcheck-migrate" not in text
        (wanted,) = re.findall(r"^Wants=(.*)$", text, re.MULTILINE)
        assert "fieldcheck-migrate.service" in wanted.split()


ENV = """\
# a comment
DATABASE_URL=postgresql://u@a,b/fieldcheck?target_session_attrs=read-write&connect_timeout=5
FIELDCHECK_TWO_FACTOR_ROLES=admin approver
FIELDCHECK_PRIVATE_RECEIVERS="10.20.0.0/16 fd00::/8"
FIELDCHECK_S3_SECRET='a"b'
FIELDCHECK_S3_KEY_ID=$(touch made)`touch made`$HOME

FIELDCHECK_PUBLIC_URL="""


def test_the_command_line_reads_the_settings_as_systemd_does_and_executes_none_of_them(tmp_path: Path) -> None:
    script = (DEPLOY / "fieldcheck").read_text()
    for folder in ("/etc/fieldcheck", "/var/lib/fieldcheck"):
        script = script.replace(folder, str(tmp_path))
    (tmp_path / "fieldcheck.env").write_text(ENV)
    became = tmp_path / "runuser"
    became.write_text('#!/bin/sh\necho "$@" >&2\nenv\n')
    became.chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(
        ["/bin/sh", "-c", script, "fieldcheck", "backup", "--keep", "14"],
        check=True,
        capture_output=True,
        text=True,
        env=env,
    )
    assert done.stderr.split()[-4:] == ["/opt/fieldcheck/current/bin/fieldcheck", "backup", "--keep", "14"]
    told = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
    settings = {name: value for name, value in told.items() if name == "DATABASE_URL" or name.startswith("FIELDCHECK_")}
    assert settings == {
        "DATABASE_URL": "postgresql://u@a,b/fieldcheck?target_session_attrs=read-write&connect_timeout=5",
        "FIELDCHECK_TWO_FACTOR_ROLES": "admin approver",
        "FIELDCHECK_PRIVATE_RECEIVERS": "10.20.0.0/16 fd00::/8",
        "FIELDCHECK_S3_SECRET": 'a"b',
        "FIELDCHECK_S3_KEY_ID": "$(touch made)`touch made`$HOME",
        "FIELDCHECK_PUBLIC_URL": "",
        "FIELDCHECK_DATA_DIR": str(tmp_path),
    }
    assert not (tmp_path / "made").exists()


def test_a_replica_that_tells_nothing_wakes_somebody_as_one_does_that_is_behind() -> None:
    # A role without pg_read_all_stats is told no lag, and a standby that is gone has none.
    (rule,) = [expression for where, expression in queries() if where == "FieldcheckReplicaBehind"]
    assert names_in(rule) == {
        "fieldcheck_replica_lag_seconds",
        "fieldcheck_replica_reads",
        "fieldcheck_replica_behind_seconds",
    }


@pytest.mark.parametrize("page", [*GUIDES_ZH, DEPLOY / "prometheus/alerts.yml"], ids=lambda page: page.stem)
def test_every_page_of_the_desk_to_which_people_are_sent_is_called_so_there(page: Path) -> None:
    said = "".join(path.read_text() for path in (ROOT / "api/desk").rglob("zh_CN.po"))
    named = {step for way in re.findall(r"「([^」]*›[^」]*)」", page.read_text()) for step in way.split(" › ")}
    assert {one for one in named if f'msgstr "{one}"\n' not in said} == set()
