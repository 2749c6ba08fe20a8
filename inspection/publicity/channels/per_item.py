"""公开途径 of each item: which receivers a result goes to where the rule-set leaves it to the list (金凤 第七条)."""

from types import MappingProxyType
from typing import Final

from inspection.kernel.canonical import normal_text
from inspection.publicity.channels.rules import ChannelKind

SPOKEN: Final = MappingProxyType(
    {
        ChannelKind.GSXT: ("信用信息公示系统", "gsxt"),
        ChannelKind.CREDIT: ("信用信息共享平台", "信用平台", "信用信息平台", "信用网", "信用中国"),
        ChannelKind.WEBSITE: ("网站", "门户", "官网"),
        ChannelKind.WEBHOOK: (),
        ChannelKind.EVENTS: (),
    }
)
"""How item lists name a receiver of each kind; one that is nobody else's is named by its code."""


def goes_to(kind: ChannelKind, code: str, told: str | None, *, per_item: bool) -> bool:
    """Whether a result goes to a receiver. `told`: the item's 公开途径 as it stands in the list, None for what is of no
    item; `per_item`: the rule-set leaves it to the list. An item that says nothing keeps no receiver out.
    """
    if not per_item or told is None or not told.strip():
        return True
    named = normal_text(told).lower()
    return code.lower() in named or any(word in named for word in SPOKEN[kind])
