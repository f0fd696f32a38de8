"""What each table of the statistics of fairness is called, and what it says to whoever reads it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

WORDS = str | Promise

GROUPED: dict[str, tuple[WORDS, WORDS]] = {
    "district": (
        gettext_lazy("按区"),
        gettext_lazy("各区抽中的户数应当围绕“应抽”上下浮动；总是偏多或偏少，说明抽取不公平。"),
    ),
    "street": (
        gettext_lazy("按街道（镇）"),
        gettext_lazy(
            "各街道（镇）抽中的应当围绕“应抽”上下浮动；名录库没有登记监管所的，按街道看哪个所的辖区抽得过多或过少。"
        ),
    ),
    "kind": (
        gettext_lazy("按主体类型"),
        gettext_lazy("企业、个体工商户、场所等各类主体，抽中的应当围绕“应抽”上下浮动。"),
    ),
    "size": (
        gettext_lazy("按规模"),
        gettext_lazy("大、中、小、微型企业是否一视同仁；名录库没有划分规模的列为“未登记”。"),
    ),
    "station": (
        gettext_lazy("按监管所"),
        gettext_lazy("各监管所辖区抽中的户数应当围绕“应抽”上下浮动；没有登记监管所的列为“未登记”。"),
    ),
    "stratum": (
        gettext_lazy("按分层"),
        gettext_lazy(
            "每次抽取按公布的规则分层（信用风险、区、规模、所）。各层抽多少由冻结前公布的数定死，抽中的户数必须等于应抽的户数。"
        ),
    ),
    "position": (
        gettext_lazy("按在名单里的位置"),
        gettext_lazy("名单按代码排序，分成十段；挑前面的抽或者隔几户抽一户，会在这里显出来。"),
    ),
}
COUNTED: dict[str, tuple[WORDS, WORDS]] = {
    "draws": (
        gettext_lazy("统计了哪些抽取"),
        gettext_lazy("每次抽取的名单多大、抽了多少、替换轮次补抽了多少；补抽的不计入下面各表。"),
    ),
    "widths": (
        gettext_lazy("选择面"),
        gettext_lazy("每个检查岗位是在几个人里抽的；人越多越难预料谁去，少于所需人数的两倍就算窄。"),
    ),
    "narrow": (
        gettext_lazy("选择面窄的岗位"),
        gettext_lazy("这些岗位可选的人少于所需人数的两倍，谁去几乎可以预料，应当增加人员或并区。"),
    ),
    "pairs": (
        gettext_lazy("人员搭档"),
        gettext_lazy("两个人总在一起检查容易互相包庇；这里看同一次抽取里最常搭档的两个人比随机多多少。"),
    ),
    "repeats": (
        gettext_lazy("十二个月内重复抽中"),
        gettext_lazy(
            "同一户被抽中几次，旁边是完全随机时应有的户数；多出许多，说明有人被反复抽中。整层全抽的不算：不是碰运气抽中的。"
        ),
    ),
    "repeated": (
        gettext_lazy("被重复抽中的检查对象"),
        gettext_lazy("十二个月内被抽中两次以上的，和按比例应有的次数；应有次数高的，本来就常抽。整层全抽的次数不算。"),
    ),
}
