/** A small day for the mock server: two officers of one bureau, one visit under way today, one sealed, one tomorrow. */
import { createHash } from "node:crypto";

const uuid = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

export const OFFICERS = {
  lin: { id: uuid(1), name: "林", certificate_no: "35020600101", department: "湖里区市场监督管理局" },
  wang: { id: uuid(2), name: "王", certificate_no: "35020600102", department: "湖里区市场监督管理局" },
};

const TEAM = [
  { officer_id: uuid(1), name: "林", department: "湖里区市场监督管理局", certificate_no: "35020600101", is_leader: true },
  { officer_id: uuid(2), name: "王", department: "湖里区市场监督管理局", certificate_no: "35020600102", is_leader: false },
  { officer_id: uuid(3), name: "周", department: "湖里区消防救援大队", certificate_no: "35020600203", is_leader: false },
];

const RESULT_TYPES = [
  { value: "correct_now", label: "当场改正" },
  { value: "correct_by_date", label: "责令限期改正" },
  { value: "file_case", label: "涉嫌违法，移交核查" },
];

function item(n, title, how, itemClass, basis, state = "valid") {
  return {
    id: uuid(100 + n), code: `SJ-${String(n).padStart(3, "0")}`, title, how, item_class: itemClass,
    basis: [{ text: basis, state }], phrases: ["现场未见相关台账", "标识缺失"], result_types: RESULT_TYPES,
  };
}

const SHARED = [
  item(1, "营业执照与实际一致", "查看执照原件，核对名称、住所、经营范围。", "ordinary", "《市场主体登记管理条例》第三十六条"),
  item(2, "实际经营地址与登记一致", "对照门牌和登记住所。", "ordinary", "《市场主体登记管理条例》第三条"),
];

const ITEMS = [
  item(11, "油品质量", "查看近一批进货检验报告，核对加油机编号。", "priority", "《产品质量法》第十五条"),
  item(12, "加油机强制检定", "查看每台加油机的检定标志和有效期。", "priority", "《计量法》第九条"),
  item(13, "明码标价", "查看价目牌与加油机显示价格是否一致。", "ordinary", "《价格法》第十三条"),
  item(14, "进货查验记录", "抽看近三个月进货台账。", "ordinary", "《产品质量法》第三十三条"),
  item(15, "便利店食品保质期", "抽看货架食品生产日期。", "ordinary", "《食品安全法》第五十四条", "unverified"),
];

/** A long checklist: every fifth item is a priority one. */
function longList(count) {
  return Array.from({ length: count }, (_, index) => {
    const known = ITEMS[index % ITEMS.length];
    return item(200 + index, `${known.title} ${index + 1}`, known.how, index % 5 === 0 ? "priority" : "ordinary", known.basis[0].text);
  });
}

function checklist(version, items) {
  return { version, sha256: createHash("sha256").update(JSON.stringify(items)).digest("hex"), items };
}

function at(now, hours) {
  return new Date(now + hours * 3_600_000).toISOString().replace("Z", "+00:00");
}

function visit(n, now, from, to, name, more = {}) {
  return {
    id: uuid(1000 + n), number: `XC-2026-${String(n).padStart(4, "0")}`, title: "加油站联合检查", state: "dispatched", state_label: "已派发",
    starts_at: at(now, from), ends_at: at(now, to), address_opens_at: null, street: "禾山街道",
    target: {
      id: uuid(2000 + n), name, uscc: "91350206MA2XN1AB3C", address: `厦门市湖里区某某路 ${n} 号`,
      latitude: 24.5123, longitude: 118.1456, contact_name: "陈某", contact_phone: "0592-0000000",
    },
    why: "双随机抽查，抽取编号 2026-118，抽签号第 7 位", plan_basis: ["2026 年度联合抽查计划第 12 项", "《市场主体登记管理条例》第三十六条；《产品质量法》第十五条；《计量法》第九条"],
    burden: "本年入企 1 / 2 次", prepare: ["进货台账", "强检证书"],
    code: { url: `https://example.test/c/KX7P2M${n}`, short: `KX7P-2M${n}`, valid_from: at(now, from - 1), valid_to: at(now, to + 8) },
    rights: ["有权陈述、申辩", "有权申请检查人员回避", "不足两人或者未出示执法证的，有权拒绝检查"],
    prohibitions: ["严禁接受礼品、宴请", "严禁指定中介或者推销服务", "严禁要求企业承担费用", "严禁下达检查指标", "严禁变相检查"],
    speech: "您好，我们是湖里区市场监督管理局的执法人员林、王，这是执法证和本次检查码，请扫码核验。您有权陈述、申辩；认为我们与您单位有利害关系的，可以申请回避。",
    briefing: {
      visits: [{ on: "2026-05-12", department: "消防救援", sentence: "疏散通道堆物，当场改正" }],
      open_corrections: [{ department: "消防救援", sentence: "灭火器压力不足，责令改正", due_on: "2026-12-05" }],
    },
    team: TEAM, other_parts: [{ department: "湖里区消防救援大队", state: "dispatched", state_label: "已派发" }],
    ...more,
  };
}

function documents(n) {
  return [
    { kind: "notice", title: "行政检查通知书", number: `湖市监检通〔2026〕${n}号`, is_issued: true, organ: "厦门市湖里区市场监督管理局" },
    { kind: "record", title: "现场检查记录", number: `湖市监检录〔2026〕${n}号`, is_issued: false, organ: "厦门市湖里区市场监督管理局" },
  ];
}

function inspection(n, items = ITEMS) {
  return {
    documents: documents(n), party_signature: null,
    id: uuid(3000 + n), department_id: uuid(50), department: "市场监管", state: "dispatched", state_label: "已派发", notice_url: null,
    members: TEAM.slice(0, 2).map(({ department: _department, ...member }) => member),
    shared_facts: SHARED, checklist: checklist("2026.3", items), answers: [], submitted_at: null, returned_reason: null,
  };
}

/** `count`: how many items the first visit has, shared facts included; the usual seven when left out. */
export function story(now, count = 0) {
  return [
    { visit: visit(1, now, -1, 2, "湖里某某加油站"), inspection: inspection(1, count > 0 ? longList(count - SHARED.length) : ITEMS) },
    {
      visit: visit(2, now, 0.5, 3, "湖里某某商超", { target: null, code: null, address_opens_at: at(now, 0.25) }),
      inspection: inspection(2),
    },
    { visit: visit(3, now, 26, 29, "中山路某某超市"), inspection: inspection(3) },
  ];
}
