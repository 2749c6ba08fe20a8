"""An invented register, for demonstrations and tests. Pure and seeded: the same seed gives the same rows.

No row can be taken for a real firm: every name begins with 合成, every row says so in its column 合成数据, and the
division in every code (990001) is assigned to no place. The codes are valid by GB 32100 and GB 11714, the grade mix
is that of a real city (73 / 19 / 5 / 3 %).
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from stdnum.cn import uscc

from inspection.kernel.entropy import Entropy, SeededEntropy

T = TypeVar("T")

DIVISION = "990001"
INSPECTORS, DEPUTIES = 16, 3
AREAS = ("东堤街道", "西埠街道", "南屏镇", "北湾镇", "中心商务区")
GRADE_SHARES = (("A", 73), ("B", 19), ("C", 5), ("D", 3))
# (trade, share of the register in %, words for the name, ending of the name)
TRADES: tuple[tuple[str, int, str, str], ...] = (
    ("外商投资", 30, "贸易|电子|精密机械|包装|食品|纺织|国际物流", "有限公司"),
    ("成品油零售", 12, "石油|加油站|能源|油品销售", "有限公司"),
    ("家庭服务", 22, "家政服务|家庭服务|母婴护理|养老服务", "服务部"),
    ("商业特许经营", 20, "餐饮管理|便利连锁|茶饮|洗衣连锁|教育咨询", "有限公司"),
    ("二手车流通", 16, "二手车经销|汽车贸易|旧机动车交易市场|汽车服务", "有限公司"),
)
_FIRST = "云安瑞恒嘉泰鑫宏博远盛华立信达康明润德通海天元正诚丰和凯景晟"
_SECOND = "帆源祥晨泽川峰林阳辰宇翔凌岳朗然启航拓新创荣昌顺利业腾跃辉"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林"
_GIVEN = ("建国", "晓明", "丽华", "志强", "敏", "文博", "海燕", "立军", "思远", "春梅", "俊杰", "雅琴", "一鸣", "素芬")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

OBJECT_HEADER = (
    "统一社会信用代码",
    "企业名称",
    "主体类型",
    "行业",
    "经营规模",
    "区域",
    "住所",
    "法定代表人",
    "联系电话",
    "登记机关",
    "监管科室",
    "信用风险分类",
    "登记状态",
    "合成数据",
)
INSPECTOR_HEADER = (
    "工号",
    "姓名",
    "职务",
    "工作单位",
    "人员类别",
    "执法资质",
    "业务专长",
    "执法证号",
    "发证机关",
    "有效期起",
    "有效期止",
    "可任组长",
)


@dataclass(frozen=True, slots=True)
class _Trade:
    name: str
    words: tuple[str, ...]
    ending: str


def synthetic_register(count: int = 2000, seed: int | str = "register") -> bytes:
    """A register of `count` objects as a CSV file (UTF-8 with byte-order mark)."""
    return _csv(OBJECT_HEADER, synthetic_objects(count, seed))


def synthetic_objects(count: int, seed: int | str = "register") -> list[tuple[str, ...]]:
    """`count` rows in the order of `OBJECT_HEADER`, all with different codes and names."""
    return list(synthetic_stream(count, seed))


def synthetic_stream(count: int, seed: int | str = "register") -> Iterator[tuple[str, ...]]:
    """The same one by one, for registers that need not be in memory whole."""
    entropy = SeededEntropy(f"objects:{seed}")
    grades = _shuffled(entropy, _in_shares([(grade, share) for grade, share in GRADE_SHARES], count))
    trades = _shuffled(
        entropy,
        _in_shares([(_Trade(n, tuple(w.split("|")), e), share) for n, share, w, e in TRADES], count),
    )
    statuses = _shuffled(entropy, _in_shares([("存续", 96), ("停业", 1), ("注销", 2), ("迁出", 1)], count))
    for index, (grade, trade, status) in enumerate(zip(grades, trades, statuses, strict=True)):
        yield _object(entropy, index, trade, grade, status)


def _object(entropy: Entropy, index: int, trade: _Trade, grade: str, status: str) -> tuple[str, ...]:
    individual = trade.ending == "服务部"
    area = _pick(entropy, AREAS)
    brand = _pick(entropy, _FIRST) + _pick(entropy, _SECOND)
    # One in eight firms stands in two special registers, so that one door can hold two checks.
    second = _pick(entropy, [t[0] for t in TRADES]) if _below(entropy, 8) == 0 else trade.name
    return (
        synthetic_code(index, "92" if individual else "91"),
        f"合成{brand}{index + 1:04d}号{_pick(entropy, trade.words)}{trade.ending}",
        "个体工商户" if individual else "企业",
        "、".join(dict.fromkeys((trade.name, second))),
        _pick(entropy, ("小型", "小型", "微型", "微型", "中型", "大型")),
        area,
        f"合成市{area}示例路{_below(entropy, 900) + 1}号",
        _pick(entropy, _SURNAMES) + _pick(entropy, _GIVEN),
        f"000-{_below(entropy, 10**8):08d}",
        "合成市市场监督管理局",
        "市场秩序科" if trade.name in {"成品油零售", "二手车流通"} else "商贸服务科",
        grade,
        status,
        "是",
    )


def synthetic_code(index: int, kind: str = "91") -> str:
    """A valid 统一社会信用代码 in the unassigned division; different for every `index` below 31^6."""
    mixed = (index * 7_368_787 + 12_345) % len(_ALPHABET) ** 6  # 7,368,787 is prime to 31: no index repeats
    body = "MA"
    for _ in range(6):
        mixed, digit = divmod(mixed, len(_ALPHABET))
        body += _ALPHABET[digit]
    head = f"{kind}{DIVISION}{body}{organisation_check(body)}"
    return head + uscc.calc_check_digit(head)


def organisation_check(body: str) -> str:
    """The check character of the eight characters of an organisation code (GB 11714): mod 11, X for 10."""
    values = ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(char) for char in body)
    rest = 11 - sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def synthetic_inspector_file(today: date, seed: int | str = "inspectors", count: int = INSPECTORS) -> bytes:
    """The register of `synthetic_inspectors` as a CSV file (UTF-8 with byte-order mark)."""
    return _csv(INSPECTOR_HEADER, synthetic_inspectors(today, seed, count))


def synthetic_inspectors(today: date, seed: int | str = "inspectors", count: int = INSPECTORS) -> list[tuple[str, ...]]:
    """`count` inspectors (3 to 224) in the order of `INSPECTOR_HEADER`.

    All but two hold a certificate valid from the year before `today` for five years; one's ran out last year, one has
    none: these last two may stand in the register, but may not be sent.
    """
    entropy = SeededEntropy(f"inspectors:{seed}")
    names = _shuffled(entropy, [surname + given for surname in _SURNAMES for given in _GIVEN])[:count]
    return [_inspector(entropy, index, name, today.year, len(names)) for index, name in enumerate(names)]


def _inspector(entropy: Entropy, index: int, name: str, year: int, count: int) -> tuple[str, ...]:
    expired, without = index == count - 2, index == count - 1
    first, last = (year - 6, year - 1) if expired else (year - 1, year + 4)
    return (
        f"S{index + 1:03d}",
        name,
        "副科长" if index < DEPUTIES else "科员",
        ("市场秩序科", "商贸服务科")[index % 2],
        "从事日常监管工作的人员" if without else "具有行政执法资格的工作人员",
        "" if without else "商务行政执法",
        _pick(entropy, ("成品油", "外商投资", "家庭服务", "特许经营", "二手车")),
        "" if without else f"SYN-{year}-{index + 1:04d}",
        "" if without else "合成省司法厅",
        "" if without else f"{first}-01-01",
        "" if without else f"{last}-12-31",
        "否" if without or expired else "是",
    )


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _in_shares(shares: Sequence[tuple[T, int]], count: int) -> list[T]:
    """`count` values in the given shares of 100, the rounding remainder going to the first."""
    out: list[T] = []
    for value, share in shares[1:]:
        out += [value] * (count * share // 100)
    return [shares[0][0]] * (count - len(out)) + out


def _below(entropy: Entropy, limit: int) -> int:
    return int.from_bytes(entropy.bytes(8), "big") % limit


def _pick(entropy: Entropy, choices: Sequence[T]) -> T:
    return choices[_below(entropy, len(choices))]


def _shuffled(entropy: Entropy, values: Sequence[T]) -> list[T]:
    order = sorted((entropy.bytes(16), index) for index in range(len(values)))
    return [values[index] for _, index in order]
