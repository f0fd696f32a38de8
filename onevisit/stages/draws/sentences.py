"""What each refusal code of the draw protocol (section 15) means to those who see it, and what to do about it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.core.refusals import Refused

SENTENCES: dict[str, str | Promise] = {
    # JSON and form
    "E_FILE": gettext_lazy("文件读不出。请检查文件是否存在、是否完整，再试一次。"),
    "E_JSON": gettext_lazy("文件不是规定格式的 JSON。请重新下载或重新导出，不要用文字处理软件改存。"),
    "E_ASCII": gettext_lazy("文件里有规定以外的字符（中文、全角符号或文件头标记）。请另存为纯英文字符的文件。"),
    "E_NUMBER": gettext_lazy("数字写法不对：只能是不带小数点、正负号和指数的整数。"),
    "E_TYPE": gettext_lazy("有一项的类型不对，例如应为数字的地方写成了文字。"),
    "E_FIELD": gettext_lazy("多了或者少了一项内容。请按规定的项目逐项核对。"),
    "E_RANGE": gettext_lazy("有一项超出允许的大小或个数。"),
    "E_VERSION": gettext_lazy("文件的规程版本不是 srd1。请使用同一版本的文件和程序。"),
    "E_KIND": gettext_lazy("文件的种类不对，可能选错了文件。"),
    "E_NAME": gettext_lazy("编号、部门代码或人员代号的写法不对。"),
    "E_ID": gettext_lazy("对象编号的写法不对。请填写统一社会信用代码（大写）。"),
    "E_HEX": gettext_lazy("指纹或密钥的写法不对，应为规定位数的小写十六进制数。"),
    "E_TIME": gettext_lazy("时间写法不对，或者没有这一天。"),
    "E_ORDER": gettext_lazy("各行没有按规定的次序排列。"),
    "E_DUPLICATE": gettext_lazy("同一项出现了两次。"),
    # manifest
    "E_MODE": gettext_lazy("公开方式与密钥不配：公开抽取没有密钥，封存抽取至少要有一把。"),
    "E_NS": gettext_lazy("抽签号的名字空间不合规定。"),
    "E_RULE": gettext_lazy("抽取规则只能是按比例或者按总数。"),
    "E_COUNT": gettext_lazy("各层对象数相加与抽取池的总数对不上。"),
    "E_RECONCILE": gettext_lazy("名录总数减去排除数不等于抽取池的对象数。请核对排除清单。"),
    "E_QUOTA_SIZE": gettext_lazy("要抽的对象数超过了这一层（或全池）的对象数。"),
    "E_QUOTA": gettext_lazy("某一层要抽的对象数与比例算出来的不一致。"),
    # frame
    "E_FRAME_MISSING": gettext_lazy("缺少一个部门的抽取池文件。"),
    "E_EMPTY": gettext_lazy("内容是空的：抽取池没有对象，或者替换令没有要替换的对象。"),
    "E_CRLF": gettext_lazy("抽取池文件用了 Windows 的换行。请改存为 LF 换行。"),
    "E_EOL": gettext_lazy("抽取池文件末行没有换行，或者有空行。"),
    "E_LINE": gettext_lazy("抽取池里有一行不是“对象编号|层”。"),
    "E_UNSORTED": gettext_lazy("抽取池各行没有按字节次序排列。"),
    "E_FRAME_HASH": gettext_lazy("抽取池文件与清单里的指纹不符：文件被改动过，或者不是这一次的。"),
    "E_FRAME_ROOT": gettext_lazy("抽取池文件与清单里的树根不符：文件被改动过，或者不是这一次的。"),
    # sources
    "E_SOURCE": gettext_lazy("没有这种种子来源。"),
    "E_CHAIN": gettext_lazy("信标不是规程约定的那一条。"),
    "E_ROUND": gettext_lazy("信标的轮次或收盘的日期与 T0 不符。"),
    "E_SOURCE_REUSED": gettext_lazy("同一个来源在一次抽取里用了两次。"),
    "E_SOURCE_MISSING": gettext_lazy("有约定的来源还没有取值。"),
    "E_SOURCE_EXTRA": gettext_lazy("取值比约定的来源多。"),
    "E_SOURCE_MISMATCH": gettext_lazy("取值的种类、期号或日期与约定的来源不符。"),
    "E_SOURCE_VALUE": gettext_lazy("取值的写法或位数不对。请对照公布的号码重新录入。"),
    "E_TYPISTS": gettext_lazy("人工录入的取值须由两个不同的人各录一次。"),
    "E_RANDOMNESS": gettext_lazy("信标的随机数与它的签名对不上。"),
    "E_SIGNATURE": gettext_lazy("签名验证不通过：不是约定一轮的信标签名，或者不是台账、见证单位签的。"),
    # keys
    "E_KEY_MISSING": gettext_lazy("有部门的密钥没有交齐。"),
    "E_KEY_EXTRA": gettext_lazy("多出一把不在清单里的部门密钥。"),
    "E_KEY_COMMIT": gettext_lazy("部门密钥与它事先提交的承诺不符。请选择本次抽取生成的密钥文件。"),
    # roster
    "E_ROSTER_MISSING": gettext_lazy("这次抽取要抽人员，但缺少人员名单。"),
    "E_ROSTER_EXTRA": gettext_lazy("这次抽取不抽人员，却附了人员名单。"),
    "E_ROSTER_DIGEST": gettext_lazy("人员名单与清单里的指纹不符：名单被改动过，或者不是这一次的。"),
    "E_CAP": gettext_lazy("人员的对象数上限与理由不配：上限为 0 的须写明理由，其余不写。"),
    "E_OFFICER": gettext_lazy("人员池或回避里有名单以外的人员。"),
    "E_POOL": gettext_lazy("岗位指向了不存在的人员池。"),
    "E_SLOTS": gettext_lazy("岗位没有一个部门一层恰好一条。"),
    # orders
    "E_DRAW": gettext_lazy("文件属于另一次抽取。"),
    "E_ROUNDS": gettext_lazy("替换轮次不连续，或者超过了约定的轮数。"),
    "E_INFEASIBLE": gettext_lazy("上一轮人员派不齐，不能再下替换令。请只就人员另行抽取。"),
    "E_PREV": gettext_lazy("没有接在上一个结果之后：前后指纹对不上。"),
    "E_T0": gettext_lazy("本轮 T0 须晚于上一轮。"),
    "E_WITHDRAWN": gettext_lazy("要替换的对象现在不在抽中之列。"),
    "E_REASON": gettext_lazy("替换原因不在事先约定的清单里。"),
    "E_CONFIRM": gettext_lazy("申请人和同意人须是两个人。"),
    "E_SWAP": gettext_lazy("要更换的岗位现在没有人，或者该对象已经替换。"),
    # verify and ledger proofs
    "E_MISMATCH": gettext_lazy("重新计算的结果与文件里写的不同：文件被改动过。"),
    "E_PROOF": gettext_lazy("存证证明不成立：不能证明这一条在台账里。"),
    "E_POLICY": gettext_lazy("见证策略文件的写法不对。"),
    "E_LOG": gettext_lazy("存证不是策略里这本台账签的。"),
    "E_QUORUM": gettext_lazy("见证单位的联署不够法定数。"),
    "E_LATE": gettext_lazy("见证完成得太晚：须在 T0 前 10 分钟完成。"),
    # the register of an organiser
    "E_GAP": gettext_lazy("抽取编号不连续：缺了一个号。"),
    "E_OUTCOME": gettext_lazy("有一次抽取公布了承诺，却没有结果，也没有作废。"),
}


def sentence_of(refused: Refused) -> str:
    """Say a refusal in the words of those who see it: what is wrong, the code for the expert, and where it is."""
    words = SENTENCES[refused.code]
    return _("%(words)s（%(code)s，%(detail)s）") % {"words": words, "code": refused.code, "detail": refused.detail}
