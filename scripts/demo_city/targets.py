"""The targets of the demo city: fictional businesses with valid demo codes on real streets."""

from random import Random

from scripts.demo_city.organs import DISTRICTS

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
STREETS = {
    "350203": (
        (24.455, 118.095),
        ("中华街道", "开元街道", "梧村街道", "嘉莲街道", "莲前街道", "滨海街道", "厦港街道", "筼筜街道", "鹭江街道"),
        ("湖滨南路", "厦禾路", "思明南路", "中山路", "莲前西路", "莲前东路", "环岛路", "嘉禾路", "文园路", "禾祥西路"),
    ),
    "350205": (
        (24.478, 118.020),
        ("海沧街道", "新阳街道", "嵩屿街道", "东孚街道"),
        ("海沧大道", "滨湖北路", "沧虹路", "嵩屿南路", "新阳路", "翁角路", "马青路", "角嵩路", "兴港路"),
    ),
    "350206": (
        (24.510, 118.120),
        ("湖里街道", "殿前街道", "禾山街道", "江头街道", "金山街道"),
        ("湖里大道", "悦华路", "兴隆路", "长乐路", "仙岳路", "金尚路", "枋湖北路", "安岭路", "岐山路", "金山路"),
    ),
    "350211": (
        (24.600, 118.070),
        ("集美街道", "侨英街道", "杏林街道", "杏滨街道", "灌口镇", "后溪镇"),
        ("集美大道", "杏林北路", "杏滨路", "银江路", "石鼓路", "盛光路", "乐海路", "诚毅大街", "灌口大道", "同集南路"),
    ),
    "350212": (
        (24.735, 118.145),
        ("大同街道", "祥平街道", "新民街道", "洪塘街道", "西柯街道", "莲花镇"),
        ("环城西路", "环城南路", "大同路", "银湖路", "祥平路", "西洲路", "同集北路", "城南路", "五显路"),
    ),
    "350213": (
        (24.640, 118.245),
        ("新店街道", "马巷街道", "内厝街道", "大嶝街道", "凤翔街道", "香山街道", "金海街道", "新圩镇"),
        ("翔安大道", "新店路", "祥福路", "巷北路", "马巷大道", "内田路", "香山路", "洪钟大道"),
    ),
}
SHARES = {"350203": 28, "350206": 26, "350211": 16, "350205": 12, "350212": 10, "350213": 8}
# industry, how many, words of the name, kind
KINDS = (
    ("5265", 52, ("加油站有限公司",), "企业"),
    ("5266", 12, ("加气站有限公司",), "企业"),
    ("5211", 60, ("百货有限公司",), "企业"),
    ("5212", 160, ("超市有限公司", "生活超市有限公司"), "企业"),
    ("5213", 380, ("便利店", "食杂店"), "个体工商户"),
    ("5127", 240, ("酒业有限公司", "酒类贸易有限公司"), "企业"),
    ("5226", 110, ("烟酒商行", "茶酒行"), "个体工商户"),
    ("6110", 70, ("大酒店有限公司", "酒店有限公司"), "企业"),
    ("6121", 80, ("快捷酒店有限公司",), "企业"),
    ("6129", 60, ("旅馆",), "个体工商户"),
    ("6130", 120, ("民宿",), "个体工商户"),
    ("8411", 14, ("医院",), "其他单位"),
    ("8412", 8, ("中医院",), "其他单位"),
    ("8415", 24, ("专科医院有限公司", "医疗美容医院有限公司"), "企业"),
    ("8421", 40, ("社区卫生服务中心",), "其他单位"),
    ("8425", 170, ("门诊部有限公司", "口腔门诊部有限公司"), "企业"),
    ("8433", 6, ("妇幼保健院",), "其他单位"),
    ("5223", 130, ("水果店", "果蔬店"), "个体工商户"),
    ("5224", 110, ("水产店", "海鲜行"), "个体工商户"),
    ("7715", 4, ("海洋世界有限公司", "动物园有限公司"), "企业"),
    ("6210", 400, ("餐饮店", "海鲜大排档", "酒楼"), "个体工商户"),
    ("6220", 120, ("快餐店",), "个体工商户"),
    ("7291", 60, ("旅行社有限公司",), "企业"),
    ("7861", 10, ("景区管理有限公司",), "企业"),
    ("5261", 50, ("汽车销售有限公司",), "企业"),
    ("5262", 24, ("二手车经销有限公司",), "企业"),
    ("5263", 80, ("汽车配件店",), "个体工商户"),
    ("8111", 90, ("汽车维修有限公司",), "企业"),
    ("8114", 46, ("电动车维修店",), "个体工商户"),
    ("5238", 50, ("电动自行车商行",), "个体工商户"),
    ("8040", 100, ("美容美发店",), "个体工商户"),
    ("5941", 4, ("油品仓储有限公司",), "企业"),
    ("5513", 6, ("海上客运有限公司",), "企业"),
    ("5422", 10, ("旅游客运有限公司",), "企业"),
)
TOTAL = 3_000
FIRST_CHARACTERS = "鹭海云金银新东南和平安泰永恒嘉瑞德信诚丰盛华锦辉宏远达顺兴荣祥福康宁同升"
SECOND_CHARACTERS = "海江湾屿岸港洋波澜源泉峰岭林田园桥安和平顺达丰盛泰康宁祥瑞嘉禾谷川"
# 73 %, 19 %, 5 % and 3 % of 3,000; the gas stations have their own share, so that each class can be a stratum.
CLASSES = (("A", 2_190), ("B", 570), ("C", 150), ("D", 90))
GAS_CLASSES = (("A", 34), ("B", 16), ("C", 8), ("D", 6))
HEAD = [
    "统一社会信用代码",
    "历史试点码",
    "对象类型",
    "名称",
    "区划代码",
    "街道",
    "地址",
    "纬度",
    "经度",
    "行业代码",
    "信用风险分类",
    "登记状态",
    "标签",
    "联系人",
    "联系电话",
    "成立日期",
    "数据来源",
    "数据日期",
]
PILOT_CODES = ("91350203M0001QAY9B", "91350211M0000XUF46", "91350203M0001FUE2P")
_LEAD = {"企业": "91", "个体工商户": "92", "其他单位": "12"}


def code_of(*, lead: str, region: str, number: int) -> str:
    """Return a demo code whose body XMDM#### was never issued and whose two check digits hold."""
    body = f"XMDM{number:04d}"
    total = sum(int(char, 36) * weight for char, weight in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    organ = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    first = f"{lead}{region}{body}{organ}"
    rest = sum(ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first)) % 31
    return first + ALPHABET[(31 - rest) % 31]


class Targets:
    """Collects the targets with what other files need of them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rows: list[list[object]] = []
        self.by_industry: dict[str, list[str]] = {}
        self.classes: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.regions: dict[str, str] = {}
        self._taken: set[str] = set()

    def add(self, *, industry: str, ending: str, kind: str, risk: str, status: str = "在业") -> str:
        number = len(self.rows) + 1
        region = self._region(industry)
        centre, towns, streets = STREETS[region]
        name = self._name(ending=ending, region=region, kind=kind)
        uscc = code_of(lead=_LEAD[kind], region=region, number=number)
        street = self.random.choice(streets)
        address = f"厦门市{DISTRICTS[region]}区{street}{self.random.randint(1, 880)}号"
        if self.random.random() < 0.4 and industry not in ("5265", "5266"):
            address += f"之{self.random.choice('一二三四五')}"
        self.rows.append(
            [
                *(uscc, "否", kind, name, region, self.random.choice(towns), address),
                f"{centre[0] + self.random.uniform(-0.02, 0.02):.6f}",
                f"{centre[1] + self.random.uniform(-0.02, 0.02):.6f}",
                *(industry, risk, status, "民生" if industry[0] in "568" and self.random.random() < 0.2 else ""),
                f"{self.random.choice('陈林黄张吴李郑王刘蔡')}{self.random.choice('经店站')}{self.random.choice('长理')}",
                f"0592-{6000000 + number}",
                f"{self.random.randint(2003, 2024)}-{self.random.randint(1, 12):02d}-{self.random.randint(1, 28):02d}",
                "市市监局登记",
                "2026-10-24",
            ]
        )
        self.by_industry.setdefault(industry, []).append(uscc)
        self.classes[uscc], self.names[uscc], self.regions[uscc] = risk, name, region
        return uscc

    def _region(self, industry: str) -> str:
        regions = list(SHARES)
        if industry in ("5265", "5266"):
            return regions[len(self.rows) % len(regions)]
        return self.random.choices(regions, weights=list(SHARES.values()))[0]

    def _name(self, *, ending: str, region: str, kind: str) -> str:
        while True:
            brand = self.random.choice(FIRST_CHARACTERS) + self.random.choice(SECOND_CHARACTERS)
            place = "厦门市" if kind == "其他单位" else "厦门" if kind == "企业" else f"厦门市{DISTRICTS[region]}区"
            name = f"{place}{brand}{ending}"
            if name not in self._taken:
                self._taken.add(name)
                return name


def make(random: Random) -> Targets:
    """Make the gas stations first, then all others with exact shares of the risk classes."""
    targets = Targets(random)
    gas = [risk for risk, count in GAS_CLASSES for _ in range(count)]
    random.shuffle(gas)
    pool = {risk: count for risk, count in CLASSES}
    for risk, count in GAS_CLASSES:
        pool[risk] -= count
    rest = [risk for risk, count in pool.items() for _ in range(count)]
    random.shuffle(rest)
    for industry, count, endings, kind in KINDS:
        for _ in range(count):
            is_gas = industry in ("5265", "5266")
            risk = (gas if is_gas else rest).pop()
            status = _status(random, is_gas=is_gas, place=len(targets.rows))
            targets.add(industry=industry, ending=random.choice(endings), kind=kind, risk=risk, status=status)
    while len(targets.rows) < TOTAL:
        targets.add(
            industry="6210", ending=random.choice(("餐饮店", "小吃店", "酒楼")), kind="个体工商户", risk=rest.pop()
        )
    for place, code in enumerate(PILOT_CODES):
        row = targets.rows[-1 - place]
        targets.by_industry["6210"].remove(str(row[0]))
        before, after = f"{DISTRICTS[str(row[4])]}区", f"{DISTRICTS[code[2:8]]}区"
        row[0], row[1], row[4] = code, "是", code[2:8]
        row[3], row[6] = str(row[3]).replace(before, after), str(row[6]).replace(before, after)
    return targets


def _status(random: Random, *, is_gas: bool, place: int) -> str:
    if is_gas:
        return "注销" if place == 17 else "在业"
    return random.choices(("在业", "停业", "注销", "吊销", "迁出"), weights=(955, 20, 15, 5, 5))[0]
