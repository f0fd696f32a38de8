"""Rows of a file that may be about a person who stands already under another personnel number: said, never refused."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from onevisit.stages.registers import doubles
from onevisit.stages.registers.imports.checking import MASKED_TITLES, Fault, Row, Sheet
from onevisit.stages.registers.imports.templates import Template
from onevisit.stages.registers.models import Inspector
from onevisit.support.identity.models import Officer

Other = tuple[str, str]
"""A personnel number, and who stands under it."""


def name_officers(*, sheet: Sheet, template: Template) -> None:
    """Name rows with the name and the telephone of somebody under another number, of the file or of the register."""
    listed = {row.text("personnel_number") for row in sheet.rows}
    standing: dict[str, list[Other]] = {}
    names = {row.text("name") for row in sheet.rows}
    known = Officer.objects.filter(name__in=names).exclude(phone="").exclude(personnel_number__in=listed)
    for number, name, phone, organ in known.values_list("personnel_number", "name", "phone", "department__short_name"):
        standing.setdefault(doubles.person_key(name=name, phone=phone), []).append((number, _said(number, name, organ)))
    _name(
        sheet,
        template,
        column="phone",
        number="personnel_number",
        keys=lambda row: {doubles.person_key(name=row.text("name"), phone=row.text("phone"))} - {""},
        standing=standing,
        words=_(
            "与{who}姓名、电话相同，可能是同一人登记了两个人员编号。是同一人的，请只保留一个编号；不是的，请核对电话。"
        ),
    )


def name_inspectors(*, sheet: Sheet, template: Template) -> None:
    """Name rows with a certificate that stands under another number, as the first or the second one."""
    listed = {row.text("officer") for row in sheet.rows}
    standing: dict[str, list[Other]] = {}
    known = Inspector.objects.exclude(officer__personnel_number__in=listed).values_list(
        "officer__personnel_number",
        "officer__name",
        "department__short_name",
        "certificate_no",
        "second_certificate_no",
    )
    for number, name, organ, first, second in known:
        for key in doubles.certificate_keys(first, second):
            standing.setdefault(key, []).append((number, _said(number, name, organ)))
    _name(
        sheet,
        template,
        column="certificate_no",
        number="officer",
        keys=lambda row: doubles.certificate_keys(row.text("certificate_no"), row.text("second_certificate_no")),
        standing=standing,
        words=_(
            "与{who}证号相同，可能是同一人登记了两个人员编号。是同一人的，请停用其中一个编号；不是的，请核对证号。"
        ),
    )


def _said(number: str, name: str, organ: str) -> str:
    return _("已登记的{name}（{organ}，人员编号 {number}）").format(name=name, organ=organ, number=number)


def _name(
    sheet: Sheet,
    template: Template,
    *,
    column: str,
    number: str,
    keys: Callable[[Row], frozenset[str] | set[str]],
    standing: Mapping[str, list[Other]],
    words: str,
) -> None:
    earlier: dict[str, list[tuple[str, str]]] = {}
    title = template.column(column).title
    for row in sheet.rows:
        own = row.text(number)
        met = {
            who for key in keys(row) for other, who in (*standing.get(key, ()), *earlier.get(key, ())) if other != own
        }
        for key in keys(row):
            said = _("第 {row} 行（人员编号 {number}）").format(row=row.number, number=own)
            earlier.setdefault(key, []).append((own, said))
        value = "" if title in MASKED_TITLES else row.text(column)
        sheet.notices.extend(
            Fault(row=row.number, column=column, title=title, value=value, words=words.format(who=who))
            for who in sorted(met)
        )
