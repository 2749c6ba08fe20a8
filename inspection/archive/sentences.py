"""What the verifier says, in both languages. Kept here and not in the catalogue, because the verifier runs with the
standard library alone: a court's computer has no packages of ours."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its stable name, whether it holds, and a sentence for people."""

    name: str
    ok: bool
    sentence_zh: str
    sentence_en: str


def check(name: str, ok: bool, key: str, **facts: object) -> Check:
    """A check with its sentence; `key` is a key of `SENTENCES`."""
    zh, en = SENTENCES[key]
    return Check(name, ok, zh.format_map(facts), en.format_map(facts))


SENTENCES: dict[str, tuple[str, str]] = {
    # container
    "container.ok": (
        "是可以打开的卷宗，共 {count} 个文件；各文件是否完好，以下逐项核对。",
        "The file opens as a dossier of {count} members; whether these are whole is looked at below.",
    ),
    "container.other": (
        "卷宗整体摘要为 {found}，与封存时登记的 {expected} 不一致。",
        "The whole file hashes to {found}, not to {expected} as recorded when it was sealed.",
    ),
    "container.not_a_file": ("找不到文件：{detail}。", "There is no such file: {detail}."),
    "container.not_a_zip": ("文件不是可读的 ZIP，或已损坏。", "The file is not a readable ZIP, or it is damaged."),
    "container.too_many": ("文件数过多（{detail}），拒绝读取。", "It has too many members ({detail}) to be a dossier."),
    "container.unsafe_name": (
        "含有不安全的文件名 {detail}，拒绝读取。",
        "The member name {detail} could lead out of its folder; nothing was read.",
    ),
    "container.twice": ("文件“{detail}”出现两次。", "The member “{detail}” occurs twice."),
    "container.encrypted": ("文件“{detail}”被加密。", "The member “{detail}” is encrypted."),
    "container.compressed": (
        "文件“{detail}”被压缩，封存的卷宗从不压缩，拒绝展开。",
        "The member “{detail}” is compressed; a sealed dossier never is, so it was not unpacked.",
    ),
    "container.overlapping": (
        "文件互相重叠，声称的总长超过卷宗本身，拒绝读取。",
        "Members lie over one another and claim more bytes than the file has; nothing was read.",
    ),
    # any part
    "part.missing": ("缺少文件“{detail}”。", "The member “{detail}” is missing."),
    "part.too_large": ("文件“{detail}”过大，拒绝读取。", "The member “{detail}” is too large to be genuine."),
    "part.unreadable": ("文件“{detail}”无法读取，已损坏。", "The member “{detail}” cannot be read; it is damaged."),
    "part.malformed": ("“{detail}”的内容不符合格式。", "The content of “{detail}” is not in its form."),
    # manifest
    "manifest.ok": ("目录清单格式正确，版本 {layout}。", "The manifest is well-formed, layout {layout}."),
    "manifest.layout": ("不认识目录清单的版本 {layout}。", "The manifest's layout {layout} is unknown."),
    # files
    "files.ok": (
        "{count} 个文件的长度和 SHA-256 均与清单一致。",
        "All {count} files have the bytes and SHA-256 the manifest states.",
    ),
    "files.changed": (
        "文件“{detail}”已被改动：与清单登记的 SHA-256 不符。",
        "The file “{detail}” was altered: its SHA-256 is not the one in the manifest.",
    ),
    "files.missing": (
        "清单中的文件“{detail}”不在卷宗内。",
        "The file “{detail}” of the manifest is not in the dossier.",
    ),
    "files.extra": (
        "卷宗内有清单未登记的文件“{detail}”。",
        "The dossier holds a file “{detail}” that the manifest does not list.",
    ),
    "files.sums": (
        "SHA256SUMS 与清单或其所列文件不一致：其中之一被改动。",
        "SHA256SUMS does not agree with the manifest and its files: one of them was altered.",
    ),
    # entries
    "entries.ok": (
        "{count} 条记录的哈希与内容摘要逐条复算一致。",
        "The hashes and body digests of all {count} entries were computed anew and agree.",
    ),
    "entries.altered": (
        "第 {line} 条记录已被改动：哈希不在清单之列。",
        "Entry {line} was altered: its hash is not in the manifest.",
    ),
    "entries.visit": ("第 {line} 条记录属于另一次检查。", "Entry {line} belongs to another visit."),
    "entries.missing": ("清单中的记录 {detail} 缺失。", "The entry {detail} of the manifest is missing."),
    "entries.twice": ("第 {line} 条记录重复出现。", "Entry {line} occurs twice."),
    "entries.body": (
        "第 {line} 条记录的正文与其签名摘要不符。",
        "The body of entry {line} is not the one its header names.",
    ),
    # logs
    "logs.ok": (
        "{count} 份设备日志中相邻记录首尾相连，没有断裂或分叉。",
        "In {count} device logs every neighbouring pair of entries is linked; none is broken or forked.",
    ),
    "logs.broken": (
        "设备 {device} 的第 {seq} 号记录未指向其前一条记录。",
        "Entry {seq} of device {device} does not point to the entry before it.",
    ),
    "logs.forked": (
        "{count} 份设备日志中相邻记录首尾相连；有 {forks} 个序号各有两条不同的记录（如设备从备份恢复），均已保存。",
        "In {count} device logs neighbours are linked; {forks} numbers were taken twice (a restored tablet).",
    ),
    # signatures
    "signatures.ok": (
        "{count} 条记录的设备签名均有效。",
        "The device signatures of all {count} entries are valid.",
    ),
    "signatures.key": (
        "缺少密钥 {detail}，或该密钥与其标识不符。",
        "The key {detail} is missing or is not the one its id names.",
    ),
    "signatures.office": (
        "第 {line} 条记录的签名者与其所在日志不符：机关的决定只在机关自己的日志中，由服务器签名。",
        "Entry {line} is not signed by whom its log belongs to: only the authority's own log is signed by the server.",
    ),
    "signatures.bad": ("第 {line} 条记录的签名无效。", "The signature of entry {line} is invalid."),
    # receipts
    "receipts.ok": (
        "每条记录都有服务器收据，收据签名有效；签名密钥 {keys}，请与主管机关公布的密钥核对。",
        "Every entry has a receipt signed by key {keys}; compare it with the one the authority publishes.",
    ),
    "receipts.unsigned": (
        "每条记录都有服务器收据（未核对收据签名）。",
        "Every entry has a receipt (the receipts' signatures were not checked).",
    ),
    "receipts.uncovered": ("记录 {detail} 没有服务器收据。", "The entry {detail} has no receipt."),
    "receipts.bad": ("第 {line} 份收据的签名无效。", "The signature of receipt {line} is invalid."),
    # media
    "media.ok": (
        "记录提到的 {count} 份原始影像均在卷宗内且未被改动。",
        "All {count} originals that entries refer to are here, unaltered.",
    ),
    "media.some": (
        "卷宗内的 {count} 份原始影像均未被改动；另有 {missing} 份不在卷宗内，已如实列明。",
        "The {count} originals in it are unaltered; {missing} more are not here, and the manifest says so.",
    ),
    "media.missing": (
        "记录提到的影像 {detail} 不在卷宗内，也未登记为缺失。",
        "The original {detail} that an entry refers to is not here, nor certified as lost.",
    ),
    "media.altered": (
        "影像 {detail} 的内容与其名称（SHA-256）不符。",
        "The original {detail} is not the file its name states.",
    ),
    # journal
    "journal.ok": (
        "全程留痕日志 {count} 行逐行复算，链条完整。",
        "All {count} lines of the journal were hashed anew; the chains are whole.",
    ),
    "journal.broken": (
        "日志“{stream}”在第 {seq} 行断裂：该行或其前文被改动。",
        "The journal “{stream}” breaks at line {seq}: it, or what stands before it, was altered.",
    ),
    "journal.short": (
        "日志“{stream}”的末端与清单不符：有行被增删。",
        "The end of the journal “{stream}” is not the one in the manifest: lines were added or taken out.",
    ),
    # draw
    "draw.ok": (
        "检查对象确由摇号抽出：名录证明、签号与门限复算一致。",
        "The object was drawn by lot: its place in the frame, its ticket and the threshold agree.",
    ),
    "draw.none": ("本次检查不经摇号产生。", "This visit did not come from a draw."),
    "draw.closed": (
        "摇号证明未公开：只有检查结果依法不予公开时才会如此。",
        "The proof of the draw is closed; that is right only where a result is withheld by law.",
    ),
    "draw.early": (
        "摇号证明尚未公开：检查结果公示之前导出的证据包不含摇号证明。",
        "The proof of the draw is not open yet: this evidence was exported before the results were published.",
    ),
    "draw.bad": ("摇号证明不成立：{detail_zh}", "The proof of the draw does not hold: {detail_en}"),
    "draw.object": (
        "摇号证明中的检查对象与本卷宗的对象（{detail}）不符。",
        "The proof of the draw is about another object than this dossier's ({detail}).",
    ),
    "draw.unrecorded": (
        "摇号证明中的指纹、种子或结果根未见于日志。",
        "The fingerprint, seed or result root of the proof is not in the journal of the draw.",
    ),
    # publications
    "publications.ok": (
        "{count} 份公示文书与公示时登记的 SHA-256 一致。",
        "All {count} published documents have the SHA-256 that was recorded when they were published.",
    ),
    "publications.altered": (
        "公示文书 {detail} 与日志中登记的 SHA-256 不符。",
        "The published document {detail} is not the one the journal records.",
    ),
    "publications.missing": (
        "日志中登记的公示文书 {detail} 不在卷宗内。",
        "The published document {detail} that the journal records is not here.",
    ),
    # objections
    "objections.ok": (
        "{count} 件异议及其复核决定与日志一致，随附材料 {files} 份（另有 {missing} 份不在卷宗内）。",
        "All {count} objections and their decisions agree with the journal; {files} files, {missing} are not here.",
    ),
    "objections.missing": (
        "日志中的异议与卷宗内的异议不一致（{detail}）。",
        "The objections here are not those that the journal tells of ({detail}).",
    ),
    "objections.altered": (
        "异议 {detail} 的内容或者复核决定与日志登记的摘要不符。",
        "What the objection {detail} says, or how it was decided, is not what the journal records.",
    ),
    "objections.file": (
        "异议材料 {detail} 不是随异议提交的文件。",
        "The file {detail} did not come with any objection.",
    ),
    # what followed
    "follow_up.ok": (
        "后续处理 {count} 项与日志一致，随附材料 {files} 份（另有 {missing} 份不在卷宗内）。",
        "All {count} matters that followed agree with the journal; {files} files, {missing} are not here.",
    ),
    "follow_up.missing": (
        "日志中的后续处理与卷宗内的不一致（{detail}）。",
        "What followed is not what the journal tells of ({detail}).",
    ),
    "follow_up.file": (
        "材料 {detail} 不是后续处理中登记的文件。",
        "The file {detail} came with nothing that followed.",
    ),
    # custody
    "custody.ok": (
        "监管链 {count} 条（{chains} 条链）逐条复算完整，链首有服务器签名，每一行为都有其来源。",
        "All {count} lines of custody ({chains} chains) are whole up to their signed heads; every act has its source.",
    ),
    "custody.unsigned": (
        "监管链 {count} 条（{chains} 条链）逐条复算完整，与链首一致，每一行为都有其来源（未核对链首签名）。",
        "All {count} lines of custody ({chains} chains) are whole, every act has its source; no signature was checked.",
    ),
    "custody.broken": (
        "检查 {visit} 的监管链在第 {n} 条断裂：该条或其前文被改动。",
        "The chain of custody of visit {visit} breaks at line {n}: it, or what stands before it, was altered.",
    ),
    "custody.head": (
        "检查 {visit} 的监管链与其签名的链首不符：有行被增删。",
        "The chain of custody of visit {visit} does not end as its signed head says: lines were added or taken out.",
    ),
    "custody.signature": (
        "检查 {visit} 的监管链链首签名无效。",
        "The signature of the head of the chain of visit {visit} is invalid.",
    ),
    "custody.unfounded": (
        "监管链第 {n} 条（{act}）的来源不在卷宗内。",
        "Line {n} of the chain of custody ({act}) names a source that is not here.",
    ),
    "custody.other": (
        "监管链第 {n} 条（{act}）与其来源所述不符。",
        "Line {n} of the chain of custody ({act}) says something else than its source.",
    ),
    # evidence
    "evidence.ok": (
        "证据清单签名有效，所列 {count} 份文件与记录、日志、监管链一致；{missing} 份不在卷宗内，{sm3} 份另核对了 SM3。",
        "The signed list of {count} files agrees with all that is here; {missing} are missing, {sm3} checked by SM3.",
    ),
    "evidence.unsigned": (
        "清单所列 {count} 份文件与记录、日志、监管链一致；缺 {missing} 份，{sm3} 份核对了 SM3（未核对清单签名）。",
        "The list of {count} files agrees; {missing} are missing, {sm3} checked by SM3. Its signature was not checked.",
    ),
    "evidence.signature": (
        "证据清单的签名与清单不符。",
        "The signature of the list of evidence does not fit the list.",
    ),
    "evidence.files": (
        "证据清单所列文件与记录提到的文件不一致。",
        "The list of evidence does not name exactly the files that entries refer to.",
    ),
    "evidence.claims": (
        "证据清单中 {detail} 的制作方法、时间、地点或制作人与签名记录不符。",
        "How, when, where or by whom {detail} was made is not what the signed entries say.",
    ),
    "evidence.journal": (
        "证据清单中 {detail} 的接收、检测、副本或遮挡情况与日志不符。",
        "Receipt, findings, copies or redactions of {detail} are not what the journal says.",
    ),
    "evidence.custody": (
        "证据清单中 {detail} 引用的监管链行号不符。",
        "The lines of custody listed for {detail} are not those that speak of it.",
    ),
    "evidence.signatures": (
        "证据清单中的签名情况与签名记录不符。",
        "The signatures in the list of evidence are not those of the entries.",
    ),
    "evidence.refusals": (
        "证据清单中的拒签、拒绝情况与签名记录不符。",
        "The refusals in the list of evidence are not those of the entries.",
    ),
    "evidence.logs": (
        "证据清单中的设备日志情况与签名记录不符。",
        "The device logs in the list of evidence are not those of the entries.",
    ),
    "evidence.chains": (
        "证据清单登记的监管链的行数与监管链不符。",
        "The chains of custody have not as many lines as the signed list says.",
    ),
    "evidence.bytes": (
        "证据清单中的文件 {detail} 与卷宗内的文件不符或缺失。",
        "The file {detail} of the list is not in the bundle as the list says.",
    ),
    "evidence.sm3": (
        "文件 {detail} 的 SM3 与证据清单不符。",
        "The SM3 of the file {detail} is not the one in the list.",
    ),
    # log
    "log.ok": (
        "{count} 条记录均在透明日志内（签名树头，共 {size} 条）；另有 {waiting} 条尚待列入。",
        "All {count} entries are in the transparency log under a signed head of {size}; {waiting} still wait for it.",
    ),
    "log.unsigned": (
        "{count} 条记录的包含证明成立（树头共 {size} 条，未核对其签名）；另有 {waiting} 条尚待列入。",
        "The proofs of {count} entries hold under a head of {size} whose signature was not checked; {waiting} wait.",
    ),
    "log.waiting": (
        "{waiting} 条记录均尚待列入透明日志。",
        "All {waiting} entries still wait for the transparency log.",
    ),
    "log.torn": (
        "出具时服务器的透明日志已损坏，{waiting} 条记录的包含证明均未能给出；修复后请重新导出。",
        "The server's transparency log was damaged and proves none of {waiting} entries; once mended, export anew.",
    ),
    "log.entries": (
        "透明日志证明所列记录与卷宗内的记录不一致。",
        "The proofs of the transparency log are not about exactly the entries that are here.",
    ),
    "log.head": ("透明日志树头的签名无效。", "The signature of the tree head is invalid."),
    "log.inclusion": (
        "记录 {detail} 的透明日志包含证明不成立。",
        "The proof that the entry {detail} is in the transparency log does not hold.",
    ),
    "stamps.ok": (
        "时间戳（{days}）有效，覆盖 {count} 条中的 {covered} 条记录。",
        "The time stamps of {days} are valid and cover {covered} of {count} entries.",
    ),
    "stamps.untrusted": (
        "时间戳（{days}）与树头相符，覆盖 {count} 条中的 {covered} 条记录；未核对时间戳机构的证书（可用 --ca 指定）。",
        "The time stamps of {days} fit and cover {covered} of {count} entries; no certificates were given to check by.",
    ),
    "stamps.unchecked": (
        "有时间戳（{days}），覆盖 {count} 条中的 {covered} 条记录；本机没有核对时间戳的程序。",
        "There are time stamps of {days} over {covered} of {count} entries; this computer cannot check them.",
    ),
    "stamps.none": ("没有第三方时间戳。", "No third party has stamped the tree yet."),
    "stamps.bad": (
        "{day} 的时间戳与树头不符或无效。",
        "The time stamp of {day} is not for this tree head, or invalid.",
    ),
    "stamps.tree": (
        "{day} 的时间戳所在的树头与包含证明的树头不属同一棵树。",
        "The head that was stamped on {day} is not of the tree of the proofs.",
    ),
    "stamps.covers": (
        "{day} 的时间戳覆盖的记录数与证明不符。",
        "The time stamp of {day} does not cover as many entries as it says.",
    ),
}
