"""The result types of the national publicity system, and what each means for what follows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ResultType:
    """One result: its national code, its words, and whether it may stand beside others."""

    code: str
    label: str
    is_problem: bool = False
    is_exclusive: bool = False
    is_for_items: bool = False


RESULT_TYPES = (
    ResultType("1", "未发现问题", is_exclusive=True),
    ResultType("2", "未按规定公示年度报告", is_problem=True, is_for_items=True),
    ResultType("3", "未按规定公示其他应当公示的信息", is_problem=True, is_for_items=True),
    ResultType("4", "公示信息隐瞒真实情况、弄虚作假", is_problem=True, is_for_items=True),
    ResultType("5", "通过登记的住所（经营场所）无法联系", is_problem=True, is_exclusive=True),
    ResultType("6", "发现问题已责令改正", is_problem=True, is_for_items=True),
    ResultType("7", "不配合检查情节严重", is_problem=True, is_for_items=True),
    ResultType("8", "未发现开展本次抽查涉及的经营活动", is_exclusive=True),
    ResultType("9", "发现问题待后续处理", is_problem=True, is_for_items=True),
    ResultType("10", "已关闭停业或正在组织清算", is_exclusive=True),
)
BY_CODE = {result.code: result for result in RESULT_TYPES}
# What is recorded when a team could not inspect; refusal is a result of its own.
OF_UNABLE = {"closed": "10", "moved": "5", "not_found": "5", "refused": "7"}
UNABLE_LABELS = {
    "closed": "已关闭停业",
    "moved": "已搬离登记地址",
    "refused": "拒绝检查",
    "not_found": "登记地址查无此单位",
}
# What has to follow when a team could not inspect, and by which law.
FOLLOW_UPS = {
    "closed": "核对登记状态：已停业的提请登记机关处理，正在清算的待清算结束",
    "moved": "核实现在的经营场所；无法联系的，10 个工作日内列入经营异常名录",
    "refused": "固定证据；情节严重的依法处理，需要时请公安机关协助，另定日期检查",
    "not_found": "核实现在的经营场所；无法联系的，10 个工作日内列入经营异常名录",
}


def for_items() -> list[ResultType]:
    """Return what an officer may choose for one problem."""
    return [result for result in RESULT_TYPES if result.is_for_items]


def combine(codes: list[str]) -> list[str]:
    """Return the result codes of an inspection: those of its problems, or 未发现问题 when there is none."""
    found = sorted({code for code in codes if code in BY_CODE}, key=int)
    return found or ["1"]
