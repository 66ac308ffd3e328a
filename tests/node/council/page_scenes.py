"""A decision of several paragraphs in three languages, for tests of its pages."""

from typing import Any

from tests.node.council.scenes import MEASURE, a_proposal

TITLE = {
    "ru": "О мерах в пункте пропуска «Карсу»", "zh-hans": "关于卡尔苏口岸措施",
    "en": "Measures at the Karsu crossing",
}  # fmt: skip
WORDS = [
    (
        "p1", "title", "Решение о мерах в пункте пропуска «Карсу»", "关于卡尔苏口岸措施的决议",
        "Decision on measures at the Karsu crossing",
    ),
    (
        "p2", "preamble", "Учитывая случаи холеры в районе Карсу,", "鉴于卡尔苏县出现霍乱病例，",
        "Considering the cases of cholera in Karsu district,",
    ),
    (
        "p3", "operative", "1. Усилить санитарный контроль в пункте пропуска [с 1 апреля].",
        "1. 加强口岸卫生检疫[自4月1日起]。", "",
    ),
    (
        "p4", "item", "а) обмениваться сведениями ежедневно;", "（一）每日交换信息；",
        "(a) to exchange information every day;",
    ),
    ("p5", "operative", "2. Провести совместное обследование природного очага.", "2. 联合调查自然疫源地。", ""),
]  # fmt: skip


def paragraph(id: str, kind: str, ru: str, zh: str, en: str = "") -> dict[str, Any]:
    """As a document holds it; English is a translation."""
    texts = {
        "ru": {"text": ru, "rev": 1, "standing": "authentic"},
        "zh-hans": {"text": zh, "rev": 1, "standing": "authentic"},
    }  # fmt: skip
    if en:
        texts["en"] = {"text": en, "rev": 1, "standing": "machine"}
    return {"id": id, "kind": kind, "rev": 1, "texts": {lang: said for lang, said in texts.items() if said["text"]}}


def text(**change: str) -> dict[str, Any]:
    """All paragraphs; `p3="…"` gives a paragraph other Russian words."""
    return {"paragraphs": [paragraph(id, kind, change.get(id, ru), zh, en) for id, kind, ru, zh, en in WORDS]}


def agreed_text() -> dict[str, Any]:
    """Without brackets."""
    said = text(p3="1. Усилить санитарный контроль в пункте пропуска.")
    said["paragraphs"][2]["texts"]["zh-hans"]["text"] = "1. 加强口岸卫生检疫。"
    return said


def karsu(by, **said: Any):
    """Proposed by us to AL, BO and CE, ready to be adopted."""
    return a_proposal(by, **{"title": TITLE, "text": agreed_text(), "measures": [MEASURE], **said})
