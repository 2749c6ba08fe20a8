/** Three invented visits for looking at screens without an engine: 500 check points, one sent back, one fresh. */
import type {
  ChecklistItem,
  CredentialsAnswer,
  InspectorCredential,
  PinnedChecklist,
  TaskCard,
  TeamMemberCard,
  VisitCard,
} from "@contract";
import type { EntryShown } from "../../src/app/tablet";

export const ME = "019b1000-0000-7000-8000-000000000001";
export const PARTNER = "019b1000-0000-7000-8000-000000000002";
export const DEVICE = "019b1000-0000-7000-8000-0000000000d1";
export const NOW = Date.UTC(2026, 10, 22, 2, 40);

/** One invented visit with what was stated in it before the screen opened. */
export interface FakeVisit {
  readonly card: VisitCard;
  readonly checklists: readonly PinnedChecklist[];
  readonly credentials: CredentialsAnswer;
  readonly said: readonly EntryShown[];
  readonly closed: string | null;
}

const digest = (n: number) => `${String(n).padStart(4, "0")}${"A".repeat(39)}`;
export const hash = (n: number) => `h${String(n).padStart(5, "0")}${"x".repeat(36)}A`;

function member(inspector: string, name: string, slot: number): TeamMemberCard {
  return {
    inspector,
    name,
    slot,
    leader: slot === 1,
    unit: "江城市市场监督管理综合行政执法支队",
    certificate: { number: `粤A-11-${3420 + slot}`, issuer: "广东省人民政府", valid_until: "2028-06-30" },
  };
}

const TEAM = [member(ME, "陈志远", 1), member(PARTNER, "林晓岚", 2)];

function task(n: number, title: string, item_name: string, code: string): TaskCard {
  return {
    id: `019b2000-0000-7000-8000-00000000000${n}`,
    title,
    item_code: `CZ-${100 + n}`,
    item_name,
    assignment: `019b3000-0000-7000-8000-00000000000${n}`,
    assignment_version: 1,
    checklist: [code, 1],
    scheme: "对抽中的检查对象实地检查，逐项核对要点，当场制作检查记录。",
    procedure: null,
  };
}

function visit(n: number, given: Pick<VisitCard, "object" | "tasks" | "state"> & Partial<VisitCard>): VisitCard {
  return {
    id: `019b4000-0000-7000-8000-00000000000${n}`,
    authority: "江城市市场监督管理局",
    office: "019b5000-0000-7000-8000-000000000001",
    rule_set: "gd-2026-1",
    team: TEAM,
    quorum: 2,
    refusal_vouchers: 2,
    witness: "when_necessary",
    checklists: given.tasks.map((one) => [one.checklist[0], 1, digest(n)] as const),
    notice:
      "根据《广东省双随机、一公开监管办法》，我局按照随机抽取的结果，对你单位依法开展检查。检查人员不少于两人，" +
      "请予配合，并如实提供有关材料。你单位有权要求检查人员出示执法证件，有权申请回避，有权陈述和申辩。",
    materials: ["营业执照", "食品经营许可证", "从业人员健康证明", "近三个月进货查验记录"],
    window: { opens: "2026-11-20", closes: "2026-11-27" },
    ...given,
  };
}

function pinned(n: number, code: string, title: string, items: readonly ChecklistItem[]): PinnedChecklist {
  return {
    digest: digest(n),
    checklist: { code, version: 1, title: { zh: title }, source: "国市监信发〔2025〕12号", items },
  };
}

function credentials(): CredentialsAnswer {
  const one = (who: TeamMemberCard): InspectorCredential => ({
    inspector: who.inspector,
    name: who.name,
    unit: who.unit ?? null,
    photo: null,
    certificate: {
      number: who.certificate?.number ?? "",
      issuer: "广东省人民政府",
      valid_from: "2024-07-01",
      valid_until: "2028-06-30",
      status: "valid",
      scope: ["食品安全", "特种设备", "产品质量"],
      areas: ["江城市"],
    },
    text: `v1.${who.slot}.eyJpbnNwZWN0b3IiOiIwMTliMTAwMCJ9.c2lnbmF0dXJlLW9mLXRoZS1vZmZpY2U`,
    address: `https://check.jiangcheng.example/c#v1.${who.slot}.eyJpbnNwZWN0b3IiOiIwMTliMTAwMCJ9.c2lnbmF0dXJl`,
    expires: "2026-11-25T16:00:00Z",
  });
  return {
    credentials: TEAM.map(one),
    code: "7KQ4-M2XD",
    door: { address: "https://check.jiangcheng.example/d/019b4000", expires_on: "2026-12-27" },
  };
}

// -- a hotel with 500 check points --------------------------------------------------------------------------------

const FIRE_GROUPS = [
  "消防安全管理",
  "安全疏散",
  "消防控制室",
  "自动报警系统",
  "自动灭火系统",
  "消火栓系统",
  "防火分隔",
  "电气防火",
  "厨房用火",
  "员工培训与演练",
];
const FIRE_TEXTS = [
  "消防安全责任人、管理人明确，职责落实到岗位",
  "疏散通道、安全出口保持畅通，未锁闭、未占用、未堵塞",
  "应急照明灯、疏散指示标志完好有效，位置醒目",
  "每日防火巡查记录完整，签名齐全",
  "常闭式防火门处于关闭状态，闭门器、顺序器完好",
  "灭火器在有效期内，压力正常，摆放位置便于取用",
  "电气线路无私拉乱接，配电箱周围无可燃物",
  "消防设施每月维护保养一次，记录存档",
  "外窗未设置影响逃生和灭火救援的障碍物",
  "值班人员持证上岗，能够熟练操作消防设备",
];

function fireItem(n: number): ChecklistItem {
  const group = FIRE_GROUPS[Math.floor(n / 50)] ?? "其他";
  const floor = (n % 50) - (n % 10);
  const text = `${FIRE_TEXTS[n % 10] ?? ""}（${floor / 10 + 1}层）`;
  const base = { code: `XF-${String(n + 1).padStart(3, "0")}`, group: { zh: group }, text: { zh: text }, score: 1 };
  if (n % 50 === 9) {
    const number = { unit: "MPa", decimals: 2, least: "0.00", most: "2.50", tolerance: "0.05" };
    return {
      ...base,
      text: { zh: `最不利点消火栓静水压力（${floor / 10 + 1}层）` },
      answers: ["not_applicable", "yes"],
      number,
    };
  }
  return {
    ...base,
    is_key: n % 17 === 1,
    is_veto: n % 50 === 1,
    note_required_on_no: n % 3 === 0,
    photo_required_on_no: n % 5 === 1,
    policy: n % 25 === 1 ? "each" : "any",
    guidance: n % 4 === 0 ? "现场查看，必要时操作测试；查阅近三个月的记录，与现场情况核对。" : null,
  };
}

// -- a restaurant, sent back ------------------------------------------------------------------------------------------

const FOOD: readonly ChecklistItem[] = [
  {
    code: "SP-01",
    group: { zh: "许可管理", en: "Licences" },
    text: {
      zh: "食品经营许可证合法有效，经营项目与许可范围一致",
      en: "The food licence is valid and covers what is sold",
    },
    is_key: true,
  },
  {
    code: "SP-02",
    group: { zh: "许可管理", en: "Licences" },
    text: { zh: "在经营场所醒目位置公示许可证和量化分级信息", en: "Licence and grade are displayed" },
    photo_required: true,
  },
  {
    code: "SP-03",
    group: { zh: "人员管理", en: "Staff" },
    text: {
      zh: "从事接触直接入口食品工作的人员持有有效健康证明",
      en: "Staff who touch ready food hold health certificates",
    },
    policy: "each",
  },
  {
    code: "SP-04",
    group: { zh: "原料控制", en: "Ingredients" },
    text: { zh: "未采购、使用国家禁止的食品和食品添加剂", en: "No forbidden food or additive is bought or used" },
    is_veto: true,
    note_required_on_no: true,
    photo_required_on_no: true,
  },
  {
    code: "SP-05",
    group: { zh: "原料控制", en: "Ingredients" },
    text: { zh: "落实进货查验制度，票据凭证保存完整", en: "Purchases are checked and vouchers kept" },
    note_required_on_no: true,
  },
  {
    code: "SP-06",
    group: { zh: "加工制作", en: "Preparation" },
    text: { zh: "冷藏设施内温度", en: "Temperature inside the cold store" },
    answers: ["not_applicable", "yes"],
    number: { unit: "℃", decimals: 1, least: "-30", most: "40", tolerance: "0.5" },
  },
  {
    code: "SP-07",
    group: { zh: "加工制作", en: "Preparation" },
    text: {
      zh: "生熟食品的工具、容器分开使用并有明显区分标识",
      en: "Tools for raw and cooked food are kept apart and marked",
    },
  },
  {
    code: "SP-08",
    group: { zh: "清洗消毒", en: "Cleaning" },
    text: { zh: "餐饮具清洗消毒保洁设施运转正常", en: "Washing and disinfection work" },
    photo_required_on_no: true,
  },
];

let made = 0;
function said(type: string, by: string, body: Record<string, unknown>, more: Partial<EntryShown> = {}): EntryShown {
  made += 1;
  return {
    hash: hash(made),
    type,
    inspector: by,
    own: by === ME,
    wall: NOW - 86_400_000 + made * 60_000,
    body,
    over: [],
    custody: "server",
    verdict: "accepted",
    reasons: [],
    ...more,
  };
}
const answer = (item: string, value: string, by = ME, more: Record<string, unknown> = {}) =>
  said("answer.set", by, { item, value, ...more });

/** The three of them, anew at each call. */
export function fakeVisits(): readonly FakeVisit[] {
  made = 0;
  const fire = task(1, "旅馆业消防安全专项抽查", "对公众聚集场所的消防监督检查", "XF-GZ");
  const food = task(2, "餐饮服务食品安全抽查", "对餐饮服务提供者的监督检查", "SP-CY");
  const licence = task(3, "企业登记事项抽查", "对企业登记事项的监督检查", "DJ-QY");
  const object = (n: number, name: string, address: string, representative: string) => ({
    id: `019b6000-0000-7000-8000-00000000000${n}`,
    kind: "enterprise",
    code: `91440000MA5${n}XK8T${n}Q`,
    name,
    address,
    representative,
    contact: "0662-555 0100",
  });
  const registered: readonly ChecklistItem[] = [
    "名称规范使用情况",
    "住所（经营场所）与登记一致",
    "营业执照亮照经营情况",
    "年度报告公示信息真实",
    "即时公示信息及时",
  ].map((text, n) => ({
    code: `DJ-0${n + 1}`,
    group: { zh: "登记事项" },
    text: { zh: text },
    photo_required: n === 2,
  }));
  return [
    {
      card: visit(1, {
        state: "open",
        tasks: [fire],
        object: object(1, "江城市海陵湾国际大酒店有限公司", "江城市海陵区滨海大道188号", "黄国栋"),
        materials: ["消防安全管理制度", "消防设施检测报告", "员工培训记录"],
      }),
      checklists: [
        pinned(
          1,
          "XF-GZ",
          "公众聚集场所消防监督检查表",
          Array.from({ length: 500 }, (_, n) => fireItem(n)),
        ),
      ],
      credentials: credentials(),
      closed: null,
      said: [
        said("arrive", ME, {
          position: { lat_e7: 218_612_000, lon_e7: 1_119_815_000, acc_dm: 80, source: "gnss", fix_age_ms: 900 },
        }),
        said("notice.serve", ME, {
          number: "江市检告〔2026〕0101号",
          how: "shown",
          receiver: { name: "梁经理", role: "值班经理" },
          lang: "zh",
        }),
        ...Array.from({ length: 137 }, (_, n) =>
          said(
            "answer.set",
            n % 3 ? ME : PARTNER,
            {
              item: fireItem(n).code,
              value: fireItem(n).number ? "0.45" : n % 11 === 5 ? "no" : "yes",
              comment: n % 11 === 5 ? "现场已要求立即整改。" : undefined,
            },
            n > 120 && n % 3 ? { custody: "own", verdict: null } : {},
          ),
        ),
      ],
    },
    {
      card: visit(2, {
        state: "returned",
        tasks: [food],
        object: object(2, "江城市老渔港海鲜酒楼", "江城市江北区渔港路66号一至三层", "关美玲"),
        returned_because: "两处结论与照片不一致，请核实后重新提交。",
        returned: [
          { checklist: "SP-CY", item: "SP-05", remark: "票据照片缺11月上旬，请补拍或说明。", through: 11 },
          { checklist: "SP-CY", item: "SP-08", remark: "两人结论不一致，请现场复核消毒柜温度显示。", through: 11 },
        ],
        window: { opens: "2026-11-16", closes: "2026-11-23" },
      }),
      checklists: [pinned(2, "SP-CY", "餐饮服务食品安全监督检查要点表", FOOD)],
      credentials: credentials(),
      closed: null,
      said: [
        said("arrive", ME, { no_fix: "indoors" }),
        said("notice.serve", ME, {
          number: "江市检告〔2026〕0098号",
          how: "handed_over",
          receiver: { name: "关美玲", role: "负责人" },
          lang: "zh",
        }),
        answer("SP-01", "yes"),
        answer("SP-01", "yes", PARTNER),
        answer("SP-02", "yes", ME, { media: ["a".repeat(64)] }),
        said("photo.add", ME, {
          digest: "a".repeat(64),
          bytes: 2_400_000,
          mime: "image/jpeg",
          item: "SP-02",
          caption: "许可证公示栏",
        }),
        answer("SP-03", "yes"),
        answer("SP-04", "yes"),
        answer("SP-05", "no", ME, { comment: "三文鱼一批未能提供进货票据。" }),
        answer("SP-06", "4.5"),
        answer("SP-07", "yes", PARTNER),
        answer("SP-08", "yes"),
        answer("SP-08", "no", PARTNER, { comment: "二楼消毒柜显示62℃，未达到要求。" }),
        said("dispute", PARTNER, { targets: [hash(12)], reason: "二楼的一台未达到温度。" }),
        said(
          "photo.add",
          PARTNER,
          { digest: "b".repeat(64), bytes: 1_900_000, mime: "image/jpeg", item: "SP-08", caption: "消毒柜" },
          { verdict: "flagged", reasons: ["clock-suspect"] },
        ),
      ],
    },
    {
      card: visit(3, {
        state: "open",
        tasks: [licence, food],
        object: object(3, "江城市启明星电子商务有限公司", "江城市高新区科技二路9号A座1203", "苏文"),
        window: { opens: "2026-11-23", closes: "2026-11-30" },
      }),
      checklists: [
        pinned(3, "DJ-QY", "企业登记事项检查表", registered),
        pinned(3, "SP-CY", "餐饮服务食品安全监督检查要点表", FOOD),
      ],
      credentials: credentials(),
      closed: null,
      said: [],
    },
  ];
}
