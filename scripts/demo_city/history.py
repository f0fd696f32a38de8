"""Licences, directories, former inspections, the quiet list and interests of the demo city."""

from random import Random

from scripts.demo_city.people import People
from scripts.demo_city.targets import Targets

LICENCE_HEAD = ["统一社会信用代码", "许可种类", "许可证号", "发证机关", "有效期起", "有效期止"]
DIRECTORY_HEAD = ["名录编码", "名录名称", "领域", "民生领域", "统一社会信用代码", "名称", "变动", "备注"]
FORMER_HEAD = ["统一社会信用代码", "机构编码", "检查日期", "检查类型", "检查结果", "编号", "计入年度频次"]
QUIET_HEAD = ["统一社会信用代码", "列入理由", "有效期起", "有效期止"]
INTEREST_HEAD = ["执法证号", "统一社会信用代码", "关系", "申报日期"]
_LICENCES = {
    "5265": (("成品油零售经营批准证书", "市商务局", 5), ("危险化学品经营许可证", "市应急局", 3)),
    "5266": (("燃气经营许可证", "市市政园林局", 5), ("气瓶充装许可证", "市市监局", 4)),
    "5211": (("食品经营许可证", "区市监局", 5),),
    "5212": (("食品经营许可证", "区市监局", 5),),
    "5213": (("食品经营许可证", "区市监局", 5),),
    "5127": (("食品经营许可证", "区市监局", 5),),
    "6210": (("食品经营许可证", "区市监局", 5),),
    "6220": (("食品经营许可证", "区市监局", 5),),
    "6110": (("特种行业许可证", "区公安分局", 0), ("卫生许可证", "区卫健局", 4)),
    "6121": (("特种行业许可证", "区公安分局", 0), ("卫生许可证", "区卫健局", 4)),
    "8411": (("医疗机构执业许可证", "市卫健委", 5),),
    "8412": (("医疗机构执业许可证", "市卫健委", 5),),
    "8415": (("医疗机构执业许可证", "市卫健委", 5),),
    "8421": (("医疗机构执业许可证", "区卫健局", 5),),
    "8425": (("医疗机构执业许可证", "区卫健局", 5),),
    "7291": (("旅行社业务经营许可证", "市文旅局", 0),),
}
# key, name, field, livelihood, industries, share
_DIRECTORIES = (
    ("liquor-wholesale", "酒类批发", "酒类批发", "否", ("5127",), 0.8),
    ("star-hotels", "星级酒店", "星级酒店", "否", ("6110",), 1.0),
    ("supermarkets", "商超", "商超", "是", ("5211", "5212"), 1.0),
    ("medical", "医疗机构", "医疗机构", "是", ("8411", "8412", "8415", "8421", "8425", "8433"), 1.0),
    ("wildlife", "野生动物", "野生动物", "否", ("7715", "5224", "6210"), 0.15),
    ("gas-stations", "加油加气站", "加油加气站", "是", ("5265", "5266"), 1.0),
)
_RESULTS = (
    ("未发现问题", 80),
    ("发现问题已责令改正", 8),
    ("未按规定公示年度报告", 8),
    ("通过登记的住所（经营场所）无法联系", 3),
    ("发现问题待后续处理", 1),
)
_EARLY = {"350200-10": "安全生产检查", "350200-15": "消防监督抽查", "350200-11": "环保专项检查"}


def licences(targets: Targets, random: Random) -> list[list[object]]:
    """Return licences; a few end within 30 days of the demo's beginning, a few have ended."""
    rows: list[list[object]] = []
    for industry, kinds in _LICENCES.items():
        for uscc in targets.by_industry.get(industry, []):
            for kind, issuer, years in kinds:
                rows.append(_licence(uscc=uscc, kind=kind, issuer=issuer, years=years, random=random, no=len(rows)))
    return rows


def _licence(*, uscc: str, kind: str, issuer: str, years: int, random: Random, no: int) -> list[object]:
    number = f"示例{uscc[2:8]}{no + 1:06d}"
    if not years:
        return [uscc, kind, number, issuer, f"{random.randint(2015, 2023)}-05-01", ""]
    ending = random.random()
    if ending < 0.02:
        return [uscc, kind, number, issuer, f"{2026 - years}-06-01", "2026-05-31"]
    if ending < 0.06:
        return [uscc, kind, number, issuer, f"{2026 - years}-12-11", "2026-12-10"]
    start = random.randint(2027 - years, 2026) if years > 1 else 2026
    return [uscc, kind, number, issuer, f"{start}-{random.randint(1, 9):02d}-01", f"{start + years}-12-31"]


def directories(targets: Targets, random: Random) -> list[list[object]]:
    """Return the entries of the six directories of the founding text."""
    rows: list[list[object]] = []
    for key, name, field, livelihood, industries, share in _DIRECTORIES:
        for industry in industries:
            for uscc in targets.by_industry.get(industry, []):
                if random.random() < share:
                    rows.append([key, name, field, livelihood, uscc, targets.names[uscc], "列入", ""])
    return rows


def former_inspections(targets: Targets, random: Random) -> list[list[object]]:
    """Return inspections since 2016; those of this year are the burden that the plans must look at."""
    rows: list[list[object]] = []
    gas = [*targets.by_industry["5265"], *targets.by_industry["5266"]]
    for place, uscc in enumerate(gas):
        rows.append(
            _former(uscc, "350200-Z1", f"2017-{place % 9 + 3:02d}-{place % 27 + 1:02d}", "计量专项检查", "合格", 1)
        )
        for organ, kind in _EARLY.items():
            day = f"{random.randint(2016, 2018)}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
            rows.append(_former(uscc, organ, day, kind, _result(random, organ=organ), len(rows)))
        for year in (2020, 2022, 2024, 2025):
            if random.random() < 0.6:
                organ = random.choice(("350200-01", "350200-03", "350200-10", "350200-11", "350200-15"))
                day = f"{year}-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
                rows.append(_former(uscc, organ, day, "双随机抽查", _result(random, organ=organ), len(rows)))
        _this_year(rows, uscc=uscc, place=place, random=random)
    everyone = [uscc for codes in targets.by_industry.values() for uscc in codes if uscc not in set(gas)]
    for uscc in random.sample(everyone, 900):
        region = targets.regions[uscc]
        year = random.choices((2021, 2022, 2023, 2024, 2025, 2026), weights=(1, 1, 2, 2, 3, 3))[0]
        day = f"{year}-{random.randint(1, 10):02d}-{random.randint(1, 28):02d}"
        organ = f"{region}-{random.choice(('01', '03', '04', '09', '13'))}"
        rows.append(
            _former(
                uscc, organ, day, random.choice(("日常检查", "双随机抽查")), _result(random, organ=organ), len(rows)
            )
        )
    return sorted(_once(rows), key=lambda row: (str(row[2]), str(row[0]), str(row[1])))


def _once(rows: list[list[object]]) -> list[list[object]]:
    return list({(row[0], row[1], row[2], row[3]): row for row in rows}.values())


def _this_year(rows: list[list[object]], *, uscc: str, place: int, random: Random) -> None:
    """One in four was visited this year, one in sixteen twice by the market bureau: its cap is reached."""
    if place % 4 == 1:
        rows.append(_former(uscc, "350200-01", f"2026-0{place % 8 + 1}-12", "双随机抽查", "未发现问题", len(rows)))
    if place % 16 == 5:
        rows.append(_former(uscc, "350200-01", "2026-09-15", "专项检查", _result(random, organ="350200-01"), len(rows)))
    if place % 8 == 3:
        rows.append(_former(uscc, "350200-15", "2026-05-20", "消防监督抽查", "发现问题已责令改正", len(rows)))


def _result(random: Random, *, organ: str) -> str:
    """Draw a result of the usual mix; reports and addresses are the market bureau's matter."""
    drawn = random.choices([words for words, _share in _RESULTS], weights=[share for _words, share in _RESULTS])[0]
    is_market_bureau = organ.endswith("-01")
    return drawn if is_market_bureau or drawn.startswith(("未发现", "发现")) else _RESULTS[0][0]


def _former(uscc: str, organ: str, day: str, kind: str, result: str, number: int) -> list[object]:
    return [uscc, organ, day, kind, result, f"历史〔{day[:4]}〕{number + 1}号", "是"]


def quiet_list(targets: Targets, random: Random) -> list[list[object]]:
    """Return targets of class A on the 无事不扰 list; two of them are gas stations."""
    gas = [uscc for uscc in targets.by_industry["5265"] if targets.classes[uscc] == "A"][:2]
    others = [
        uscc
        for industry in ("5212", "6110", "6210", "5261")
        for uscc in targets.by_industry[industry]
        if targets.classes[uscc] == "A"
    ]
    chosen = gas + random.sample(others, 58)
    return [[uscc, "信用 A 类，近三年无重大事故和严重失信", "2026-01-01", "2026-12-31"] for uscc in chosen]


def interests(targets: Targets, people: People, random: Random) -> list[list[object]]:
    """Return declared relations of inspectors of the five departments to gas stations.

    The first two of each department are the cast, who are all its nominees on the walk: a relation of theirs would
    leave one officer at a station that needs two.
    """
    gas = targets.by_industry["5265"]
    rows: list[list[object]] = []
    for organ in ("350200-03", "350200-01", "350200-10", "350200-11", "350200-15"):
        for certificate in people.certificates[organ][2:6]:
            relation = random.choice(("曾在该单位任职", "近亲属任职", "投资或入股"))
            rows.append([certificate, random.choice(gas), relation, "2026-10-08"])
    return rows
