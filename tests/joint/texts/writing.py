"""Texts for tests: a decision in Russian and Chinese with an English translation, and any text at all."""

from hypothesis import strategies as st

from tocsin.joint.texts.paragraphs import KINDS, STANDINGS, LanguageText, Paragraph, Text

OFFICIAL = ("ru", "zh-hans")
WORDS = {
    "p1": ("title", "О мерах на переходе Карсу", "关于卡尔苏口岸的措施", "Measures at the Karsu crossing"),
    "p2": ("preamble", "Учитывая вспышку холеры,", "考虑到霍乱暴发，", "Considering the outbreak of cholera,"),
    "p3": ("operative", "1. Усилить эпиднадзор.", "一、加强监测。", "1. To strengthen surveillance."),
    "p4": ("operative", "2. Сообщать в течение 24 часов.", "二、在24小时内通报。", "2. To notify within 24 hours."),
}


def paragraph(id, kind="operative", revision=1, **texts):
    """One paragraph; `ru`, `zh`, `en` are words, or words and their revision, or with their standing."""
    said = {}
    for name, given in texts.items():
        language = {"zh": "zh-hans"}.get(name, name)
        words, own, standing = (*((given,) if isinstance(given, str) else given), None, None)[:3]
        standing = standing or ("authentic" if language in OFFICIAL else "human_checked")
        said[language] = LanguageText(words, own or revision, standing)
    return Paragraph(id, kind, revision, dict(sorted(said.items())))


def decision():
    """Four paragraphs in three languages, ready to adopt."""
    return Text(tuple(paragraph(id, kind, ru=ru, zh=zh, en=en) for id, (kind, ru, zh, en) in WORDS.items()))


words = st.one_of(
    st.sampled_from([one for said in WORDS.values() for one in said[1:]]),
    st.text("абв [］是的，。1.)\nxy", min_size=1, max_size=30).filter(str.strip),
)


@st.composite
def paragraphs(draw, id, languages=("ru", "zh-hans", "en")):
    """Any paragraph of that identifier."""
    revision = draw(st.integers(1, 5))
    texts = st.builds(LanguageText, words, st.integers(1, revision), st.sampled_from(STANDINGS))
    said = draw(st.dictionaries(st.sampled_from(languages), texts, min_size=1))
    return Paragraph(id, draw(st.sampled_from(KINDS)), revision, dict(sorted(said.items())))


@st.composite
def texts(draw, languages=("ru", "zh-hans", "en")):
    """Any text of up to eight paragraphs."""
    ids = draw(st.lists(st.sampled_from([f"p{at}" for at in range(12)]), min_size=1, max_size=8, unique=True))
    return Text(tuple(draw(paragraphs(id, languages)) for id in ids), draw(st.integers(1, 9)))
