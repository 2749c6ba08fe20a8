"""Methods (抽查方式) out of the free text of item lists. What cannot be read stays text. Pure."""

import unicodedata

from inspection.policy.terms import Method


def read_methods(text: str) -> tuple[Method, ...]:
    """The methods named in the text, in the order of the closed list; empty when none is recognised."""
    plain = unicodedata.normalize("NFKC", text)
    remote = plain.replace("非现场", "")
    found = set()
    if any(word in remote for word in ("现场", "实地")):
        found.add(Method.ON_SITE)
    if any(word in plain for word in ("书面", "书式", "文件", "档案", "资料")):
        found.add(Method.WRITTEN)
    if any(word in plain for word in ("网络", "线上", "在线", "非现场")):
        found.add(Method.ONLINE)
    return tuple(method for method in Method if method in found)
