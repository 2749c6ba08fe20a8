"""How the verifier's findings are told to people, at a shell and by the program that stands alone: each with the name
of what was looked at, and one last line with the verdict.
"""

from collections.abc import Sequence

from inspection.archive.sentences import Check

GOOD, BAD = "✓", "✗"
NAMES: dict[str, tuple[str, str]] = {
    "container": ("容器", "container"),
    "manifest": ("目录清单", "manifest"),
    "files": ("文件摘要", "file digests"),
    "entries": ("记录", "entries"),
    "logs": ("设备日志", "device logs"),
    "signatures": ("设备签名", "device signatures"),
    "receipts": ("收据", "receipts"),
    "media": ("影像", "originals"),
    "journal": ("全程留痕", "journal"),
    "draw": ("摇号", "draw"),
    "publications": ("公示文书", "publications"),
    "objections": ("异议", "objections"),
    "follow_up": ("后续处理", "follow-up"),
    "custody": ("监管链", "chain of custody"),
    "evidence": ("证据清单", "list of evidence"),
    "log": ("透明日志", "transparency log"),
    "stamps": ("时间戳", "time stamps"),
}
"""By name of a check, what people call it: Chinese, English."""


def told(check: Check) -> tuple[str, str]:
    """A finding as a line, in Chinese and in English: whether it holds, what was looked at, what was found."""
    zh, en = NAMES[check.name]
    mark = GOOD if check.ok else BAD
    return f"{mark} {zh}：{check.sentence_zh}", f"{mark} {en}: {check.sentence_en}"


def verdict(checks: Sequence[Check], *, signed: bool) -> tuple[str, str]:
    """The last line, in Chinese and in English. It is the one that is read: it must not promise what was not looked at.

    Args:
        checks: what was found.
        signed: whether signatures could be checked here.
    """
    failed = [NAMES[name] for name in dict.fromkeys(check.name for check in checks if not check.ok)]
    if failed:
        zh, en = "、".join(name for name, _ in failed), ", ".join(name for _, name in failed)
        return f"{BAD} 结论：有不成立之处（{zh}），不能采信为原件。", f"{BAD} Verdict: not genuine; fails at {en}."
    if not signed:
        return (
            f"{GOOD} 结论：{len(checks)} 项核对均成立，但签名未核对。",
            f"{GOOD} Verdict: all {len(checks)} checks hold, but signatures were not checked.",
        )
    return f"{GOOD} 结论：{len(checks)} 项核对全部成立。", f"{GOOD} Verdict: all {len(checks)} checks hold."
