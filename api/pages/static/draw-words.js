// What each check says, in Chinese and in English; the codes are those of the verifier in Python.

export const WORDS = {
  "public.contributions": [
    "约定的各方都已公开，且与事先承诺相符。",
    "Every contributor agreed on revealed, and the value is the one committed to.",
  ],
  "public.dice": ["现场骰子不少于二十位十进制数字。", "Dice show at least twenty decimal digits."],
  "public.links": [
    "监督方链节逐次散列后回到冻结时登记的链节，未曾用过。",
    "The supervisor's link hashes to the link registered at the freeze and was not out before.",
  ],
  "public.beacon": [
    "公共信标的轮次在冻结之后产生，随机数是其签名的 SHA-256（门限签名本身须用该信标网络自己的工具核验）。",
    "The beacon's round came after the freeze and its value is the SHA-256 of the signature (the threshold signature itself is checked with the network's own tool).",
  ],
  "public.level": ["保证等级与各方构成相符。", "The assurance level is the one these contributors give."],
  "public.seed": ["种子由指纹和全部贡献算出。", "The seed follows from the fingerprint and all contributions."],
  "public.changes": [
    "抽取后的变更全部列出，编号无缺，理由均在许可之列。",
    "All changes after the draw are listed without a gap, each for a reason that is admitted.",
  ],
  "public.settled": [
    "每次变更先入日志，后取得随机数；结果与日志一致。",
    "Every change was in the journal before its chance came; the outcome is the one recorded then.",
  ],
  "public.fresh": [
    "变更所用随机数形式合规、等级属实，监督方链节未重复使用。",
    "The chance of every change is well formed and its level true; no link was used or known before.",
  ],
  "one.fingerprint": ["参数和名录根与公布的名录指纹一致。", "The parameters and the frame root are those under the fingerprint."],
  "one.frame": ["该对象列于冻结的名录，可以被抽取。", "The object stood in the frozen frame and could be drawn."],
  "one.probability": ["该对象的抽查概率按参数精确算出。", "The object's probability follows exactly from the parameters."],
  "one.ticket": ["该对象的签号不大于本层门限，确系摇号抽中。", "The object's ticket is within its cell's threshold: drawn by lot."],
  "one.result": ["该签号及其位次自抽取当日起未变。", "The ticket and its rank are those fixed on the day of the draw."],
  "one.undrawn": ["该对象的签号大于本层门限，未被抽中。", "The object's ticket is above its cell's threshold: not drawn."],
  "one.excluded": [
    "该对象列于冻结的名录，按所示代码排除，不参加摇号。",
    "The object stood in the frozen frame, excluded from the draw by the code shown.",
  ],
  "public.journal": ["日志连续无缺，逐条相扣。", "The journal is complete and every line hangs on the one before it."],
  "public.fingerprint": [
    "名录指纹由名录根和参数算出，参数写法唯一。",
    "The fingerprint follows from the frame root and the parameters, which are spelt in the one canonical way.",
  ],
  "public.order": [
    "先公布指纹，后产生随机数；各步次序与日志一致。",
    "The fingerprint came before all chance; the order of the steps is the journal's.",
  ],
  "public.recorded": [
    "指纹、种子、结果根、匹配根和等级与日志所记一致。",
    "Fingerprint, seed, roots and level are those the journal recorded when they came about.",
  ],
  "public.rules": [
    "所依据的实施细则及其摘要在指纹之下，与立项时所记一致。",
    "The rule-set and its digest stand under the fingerprint and are those recorded when the draw was planned.",
  ],
  "public.persons": [
    "经办人、批准人、监督方互不相同；骰子由两人分别录入。",
    "Operator, approver and supervisor are different persons; dice were typed by two.",
  ],
  "public.escrow": [
    "密钥在冻结前已托管给监督方，其密文与指纹之下的摘要相符。",
    "The key was escrowed with the supervisor before the freeze; the ciphertext is the one under the fingerprint.",
  ],
  "public.attempts": ["作废次数如实计入，前后相扣；编号连续。", "Voided attempts are counted without a gap and the last binds this one."],
  "public.focused": ["抽查条件过窄的任务已如实标为重点检查。", "A task whose filter leaves too few is labelled as focused, not random."],
  "public.named": ["参数列明抽查单位、任务和检查期限。", "The parameters name the authority, the tasks and the window of each."],
  "public.counts": ["名录行数、排除数和各层数量彼此相符。", "Rows, exclusions and cells of every task add up."],
  "public.sizes": [
    "抽取数量按约定的比例、数量、分层和下限算出。",
    "The sample size of every task and stratum follows from ratio, count, strata and floors.",
  ],
  "public.shares": ["各层概率和名额由种子精确算出。", "Each cell's probability and quota follow exactly from the seed."],
  "public.batches": ["各批次由同一签序按约定切分。", "The batches are cut from the same order of tickets as agreed."],
  "public.tickets": [
    "各层签号数等于名额，依次排列，门限为末签。",
    "Each cell shows as many tickets as its quota, in order, the last the threshold.",
  ],
  "public.result": ["结果根由公布的签号算出。", "The result root follows from the published tickets."],
  "public.match": ["每个抽中对象都配足了人员。", "Every drawn object was given its full team."],
  "public.openings": ["已公开的对象均与公布的结果相符。", "Every opened object agrees with the published result."],
};
