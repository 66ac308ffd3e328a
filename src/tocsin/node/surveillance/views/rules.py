"""Diseases, how grave they are, and the fixed rules by which a count is a signal whatever is usual."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.language.formats import enumerated, whole
from tocsin.node.language.keys import words
from tocsin.node.look import drafts
from tocsin.node.surveillance.actions import rules as acts
from tocsin.node.surveillance.forms.rules import LEVEL_NAMES, FilterForm, RuleForm, SwitchForm
from tocsin.node.surveillance.forms.sending import fields_of
from tocsin.node.surveillance.forms.sources import sort_field
from tocsin.node.surveillance.models import Disease, DiseaseRule, Place
from tocsin.node.surveillance.pages.exporting import audited, frame

A_PAGE = 50
GRAVITY_KINDS = {1: "neutral", 2: "neutral", 3: "info", 4: "attention"}
ANNEX2 = {"always": gettext_lazy("always"), "through instrument": gettext_lazy("through the instrument")}
COLUMNS = (
    Column("disease", gettext_lazy("disease"), "text"),
    Column("code", gettext_lazy("code"), "text"),
    Column("icd10", gettext_lazy("ICD-10"), "text"),
    Column("icd11", gettext_lazy("ICD-11"), "text"),
    Column("gravity", gettext_lazy("gravity"), "text"),
    Column("annex2", gettext_lazy("IHR, annex 2"), "text"),
    Column("rule", gettext_lazy("rule"), "text"),
    Column("places", gettext_lazy("in each"), "text"),
    Column("level", gettext_lazy("it says"), "text"),
    Column("state", gettext_lazy("state"), "text"),
    Column("source", gettext_lazy("where it is laid down"), "text"),
)


@requires(Ability.READ_SURVEILLANCE)
def rules(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    page = Paginator(_filtered(request, form), A_PAGE).get_page(request.GET.get("page"))
    known = DiseaseRule.objects.visible_to(request.user)
    for disease in page.object_list:
        disease.chip = GRAVITY_KINDS.get(disease.gravity, "neutral")
        disease.annex2_word = ANNEX2.get(disease.annex2, "")
        for rule in disease.shown_rules:
            _dress(rule)
    shown = {
        "form": form,
        "page": page,
        "title": _title(known.filter(is_on=True).count(), known.filter(is_on=False).count()),
        "may": {
            "read": True,
            "manage": request.user.may(Ability.MANAGE_SOURCES),
            "export": request.user.may(Ability.EXPORT),
        },
    }
    return render(request, "surveillance/rules.html", shown)


def _title(on: int, off: int) -> str:
    values = {"on": whole(on), "off": whole(off)}
    if off:
        return ngettext(
            "%(on)s fixed rule is on, %(off)s switched off", "%(on)s fixed rules are on, %(off)s switched off", on
        ) % values  # fmt: skip
    return ngettext("%(on)s fixed rule is on", "%(on)s fixed rules are on", on) % values


def _filtered(request: HttpRequest, form: FilterForm) -> QuerySet[Disease]:
    order = sort_field(get_language() or "en")
    found = Disease.objects.visible_to(request.user).order_by("-gravity", order)
    found = found.prefetch_related(Prefetch("rules", DiseaseRule.objects.order_by("code"), to_attr="shown_rules"))
    if not form.is_valid():
        return found
    given = form.cleaned_data
    for word in words(given["q"]):
        found = found.filter(search_key__contains=word)
    if given["gravity"]:
        found = found.filter(gravity=given["gravity"])
    of_disease = DiseaseRule.objects.filter(disease=OuterRef("pk"))
    by_rules = {
        "any": Exists(of_disease), "off": Exists(of_disease.filter(is_on=False)), "none": ~Exists(of_disease),
    }  # fmt: skip
    return found.filter(by_rules[given["rules"]]) if given["rules"] else found


def _dress(rule: DiseaseRule) -> DiseaseRule:
    """What the page says of a rule, in the reader's language."""
    language = get_language() or "en"
    rule.sentence = {"ru": rule.text_ru, "zh-hans": rule.text_zh}.get(language, rule.text_en) or rule.text_en
    rule.level_word = LEVEL_NAMES.get(rule.level, rule.level)
    rule.place_words = [Place.Kind(kind).label for kind in rule.places if kind in Place.Kind.values]
    rule.own = acts.is_own(rule)
    return rule


@requires(Ability.EXPORT)
def rules_export(request: HttpRequest, kind: str) -> HttpResponse:
    found = _filtered(request, FilterForm(request.GET))
    table = Table(title=_("Diseases and rules"), columns=COLUMNS, rows=_exported(found), filename=_("rules"), **frame())
    return audited(request, "rules.exported", respond(request, table, kind))


def _exported(found: QuerySet[Disease]) -> Iterator[tuple[object, ...]]:
    for disease in found:
        about = (
            str(disease), disease.code, disease.icd10, disease.icd11, disease.get_gravity_display(),
            str(ANNEX2.get(disease.annex2, "")),
        )  # fmt: skip
        if not disease.shown_rules:
            yield (*about, "", "", "", "", "")
        for rule in map(_dress, disease.shown_rules):
            state = _("on") if rule.is_on else _("off")
            yield (
                *about, rule.sentence, enumerated(rule.place_words), str(rule.level_word), state, rule.cited
            )  # fmt: skip


@requires(Ability.MANAGE_SOURCES)
def new_rule(request: HttpRequest) -> HttpResponse:
    form = RuleForm(fields_of(request), initial={"disease": request.GET.get("disease")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        acts.add_rule(
            given["disease"], cases=given["cases"], days=given["days"] or 1, places=given["places"],
            level=given["level"], texts=form.texts(), source=given["source"], by=request.user,
        )  # fmt: skip
        drafts.saved(request, "rule-new", _("The rule holds from the next screening on."))
        return redirect("rules")
    return render(request, "surveillance/rule_form.html", {"form": form}, status=422 if form.errors else 200)


@requires(Ability.MANAGE_SOURCES)
def switch_rule(request: HttpRequest, code: str) -> HttpResponse:
    """Off, or on again, with a reason; what was decided about it before stands below."""
    rule = get_object_or_404(DiseaseRule.objects.visible_to(request.user).select_related("disease"), pk=code)
    form = SwitchForm(fields_of(request))
    if request.method == "POST" and form.is_valid():
        on = request.POST.get("on") == "1"
        changed = acts.switch_rule(rule, on=on, reason=form.cleaned_data["reason"], by=request.user)
        done = _("The rule is on again.") if on else _("The rule is off: its counts make no signal any more.")
        if changed:
            drafts.saved(request, f"rule-{code}", done)
        else:
            messages.info(request, _("Somebody else has switched it already; nothing was changed."))
        return redirect("rules")
    history = AuditEntry.objects.filter(target_type="diseaserule", target_id=code).order_by("-number")[:20]
    page = {"rule": _dress(rule), "form": form, "history": history}
    return render(request, "surveillance/rule_switch.html", page, status=422 if form.errors else 200)


urlpatterns = [
    path("rules/", rules, name="rules"),
    path("rules/export.<str:kind>", rules_export, name="rules_export"),
    path("rules/new/", new_rule, name="new_rule"),
    path("rules/<slug:code>/switch/", switch_rule, name="switch_rule"),
]
