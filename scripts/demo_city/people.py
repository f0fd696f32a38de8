"""The people of the demo city: fictional, made from surnames and neutral given names; and the cast for sign-in."""

from random import Random

from scripts.demo_city.organs import CITY, DISTRICT_KINDS, DISTRICTS

SURNAMES = (
    "陈林黄张吴李郑王刘苏蔡杨许叶谢周洪曾邱庄郭徐廖赖朱游高柯沈魏江方何余卢罗白康丁欧潘彭傅詹胡蓝程蒋范尤卓翁纪施"
)
GIVEN = (
    *("安和", "明远", "知行", "守正", "思齐", "怀瑾", "若谷", "致远", "清和", "允中", "景行", "行简", "文博", "嘉言"),
    *("秉文", "克勤", "从善", "以恒", "乐山", "敬之", "时雨", "望舒", "启明", "润泽", "慎言", "晏如", "宁远", "循理"),
    *("若水", "和光", "惟实", "有容", "承志", "修远", "存真", "立言", "务本", "同舟", "拾穗", "听松", "揽月", "临川"),
)
# surname, personnel number, organ, note, username, roles, duty
CAST = (
    ("陈", "350200-LX", "协调处经办：启动专项、匹配集群、筹备抽取", "demo-chen", ("协调处",), "主任科员"),
    ("陈", "350200-LX", "协调处处长：第六部门审批、中止", "demo-chen-head", ("审批人",), "处长"),
    *(
        row
        for surname, code, name in (
            ("林", "350200-03", "市商务局"),
            ("王", "350200-01", "市市监局"),
            ("何", "350200-10", "市应急局"),
            ("苏", "350200-11", "市生态局"),
            ("周", "350200-15", "市消防支队"),
        )
        for row in (
            (surname, code, f"{name}联络员：要约、填报、审核", "{}", ("联络员",), "科员"),
            (surname, code, f"{name}负责人：审批", "{}-head", ("审批人",), "分管负责人"),
            (surname, code, f"{name}执法人员一", "{}-one", ("执法人员",), "执法人员"),
            (surname, code, f"{name}执法人员二", "{}-two", ("执法人员",), "执法人员"),
        )
    ),
    ("江", "350200-GZ", "公证员：录入第二个取值", "demo-notary", ("公证",), "公证员"),
    ("方", "350200-25", "司法局执法监督：查看全过程", "demo-supervisor", ("执法监督",), "处长"),
    ("余", "350200-YW", "运维：任务队列、留痕校验", "demo-operator", ("运维",), "工程师"),
    ("吴", "350200-25", "无任何岗位：看不到任何内容", "demo-outsider", (), "借调人员"),
)
# One more of each of the five departments is of the cast, so that there is a spare one for the draw: not one of the
# first four, whom relations keep from some filling stations, nor one whose certificate or leave stands against it.
THIRD = 4
# Made after everybody else and without chance, so that nobody before gets another name or number.
LATER = (("沈循理", "350200-JW", "纪委监委监督：托管单位逾期时接任", "demo-discipline", ("执法监督",), "处长"),)
_SPELLED = {"林": "lin", "王": "wang", "何": "he", "苏": "su", "周": "zhou"}
FIVE = ("350200-03", "350200-01", "350200-10", "350200-11", "350200-15")
SPECIAL = {
    "01": "特种设备安全监察员",
    "05": "卫生监督员",
    "15": "消防监督检查员",
    "10": "安全生产监管",
    "11": "排污检查",
}
OFFICER_HEAD = ["人员编号", "姓名", "机构编码", "联系电话", "账号", "演示身份", "演示身份说明"]
POST_HEAD = ["人员编号", "机构编码", "岗位角色", "职务", "任职日期", "离任日期"]
INSPECTOR_HEAD = [
    "人员编号",
    "执法证号",
    "发证机关",
    "证件有效期起",
    "证件有效期止",
    "第二证号",
    "第二证发证机关",
    "第二证有效期止",
    "专业领域",
    "特殊资格",
    "在岗状态",
]


class People:
    """Collects officers, posts, inspectors and leaves in the order in which they are made."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.officers: list[list[object]] = []
        self.posts: list[list[object]] = []
        self.inspectors: list[list[object]] = []
        self.leaves: list[list[object]] = []
        self.certificates: dict[str, list[str]] = {}
        self._used: set[str] = set()

    def name(self, surname: str = "") -> str:
        while True:
            made = (surname or self.random.choice(SURNAMES)) + self.random.choice(GIVEN)
            if made not in self._used or len(self._used) > 1500:
                self._used.add(made)
                return made

    def officer(
        self,
        *,
        organ: str,
        roles: tuple[str, ...],
        duty: str,
        surname: str = "",
        name: str = "",
        username: str = "",
        note: str = "",
    ) -> str:
        number = f"{organ.split('-')[0][2:]}{len(self.officers) + 1:05d}"
        phone = f"0592-{5560000 + len(self.officers)}"
        known_as = name or self.name(surname)
        self.officers.append([number, known_as, organ, phone, username, "是" if note else "否", note])
        for role in roles:
            self.posts.append([number, organ, role, duty, "2026-01-04", ""])
        return number

    def inspector(self, *, number: str, organ: str, domain: str, ends: str = "", status: str = "在岗") -> None:
        region = organ[:6]
        certificate = f"3502{region[4:]}{len(self.inspectors) + 1:05d}"
        until = ends or f"{self.random.choice((2028, 2029, 2030, 2031))}-{self.random.randint(1, 12):02d}-28"
        since = f"{int(until[:4]) - 5}-{until[5:7]}-01"
        kind = organ[7:9]
        has_second = self.random.random() < 0.3
        self.inspectors.append(
            [
                *(number, certificate, "福建省人民政府", since, until),
                f"GB{organ[:6]}{len(self.inspectors) + 1:04d}" if has_second else "",
                "国务院主管部门" if has_second else "",
                f"{self.random.choice((2028, 2029))}-06-30" if has_second else "",
                domain,
                SPECIAL.get(kind, "") if self.random.random() < 0.5 else "",
                status,
            ]
        )
        self.certificates.setdefault(organ, []).append(certificate)


def make(random: Random) -> People:
    """Make the cast first, then heads, contact persons and inspectors of every department, then the later cast."""
    people = People(random)
    domains = {f"350200-{code}": domain for code, _n, _s, _p, domain, _b in CITY}
    for surname, organ, note, username, roles, duty in CAST:
        login = username.format(f"demo-{_SPELLED.get(surname, '')}")
        number = people.officer(organ=organ, roles=roles, duty=duty, surname=surname, username=login, note=note)
        if "执法人员" in roles:
            people.inspector(number=number, organ=organ, domain=domains[organ], ends="2030-12-28")
    for organ, domain in domains.items():
        _staff(people, organ=organ, domain=domain, inspectors=10 if organ in FIVE else 4)
    above = {place: code for place, (_n, _s, _p, code) in enumerate(DISTRICT_KINDS, start=1)}
    for region in DISTRICTS:
        for place, code in above.items():
            more = 4 if place == 1 else 2 if place == 13 else 0
            _staff(people, organ=f"{region}-{place:02d}", domain=domains[f"350200-{code}"], inspectors=2 + more)
    for name, organ, note, username, roles, duty in LATER:
        people.officer(organ=organ, roles=roles, duty=duty, name=name, username=username, note=note)
    return people


def _third(organ: str) -> tuple[str, str]:
    """Return account and note of the third inspector of the cast, empty where a department has no cast."""
    found = next((row for row in CAST if row[1] == organ and row[3] == "{}-two" and organ in FIVE), None)
    if found is None:
        return "", ""
    surname, _organ, note, username, _roles, _duty = found
    return username.replace("two", "three").format(f"demo-{_SPELLED[surname]}"), note.replace("人员二", "人员三")


def _staff(people: People, *, organ: str, domain: str, inspectors: int) -> None:
    """Make head, contact person and inspectors; in each of the five departments two cannot be drawn."""
    if organ not in FIVE:
        people.officer(organ=organ, roles=("审批人",), duty="分管负责人")
    for place in range(inspectors):
        is_contact = place == 0 and organ not in FIVE
        roles = ("联络员", "执法人员") if is_contact else ("执法人员",)
        account, note = _third(organ) if place == THIRD else ("", "")
        number = people.officer(organ=organ, roles=roles, duty="执法人员", username=account, note=note)
        is_expired = place == inspectors - 1 and (organ in FIVE or people.random.random() < 0.06)
        ends = "2026-09-30" if is_expired else ""
        if not ends and people.random.random() < 0.04:
            ends = "2026-12-31"
        status = "停岗" if people.random.random() < 0.01 and organ not in FIVE else "在岗"
        people.inspector(number=number, organ=organ, domain=domain, ends=ends, status=status)
        is_away = (organ in FIVE and place == inspectors - 2) or people.random.random() < 0.03
        if is_away:
            certificate = people.certificates[organ][-1]
            people.leaves.append([certificate, "2026-11-16", "2027-01-15", "学习培训"])
