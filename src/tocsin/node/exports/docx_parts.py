"""What Word knows and python-docx has no name for: fields, languages, East Asian fonts, shading."""

import re

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

__all__ = [
    "TABLE_STYLE",
    "add_table_style",
    "field_code",
    "marked",
    "repeated_heading",
    "set_fonts",
    "set_language",
    "shaded",
]

# On every Windows and Mac with the language, and replaced by a like font elsewhere.
LATIN, CHINESE = "Arial", "Microsoft YaHei"
_TAGS = {"en": "en-GB", "ru": "ru-RU", "zh-hans": "zh-CN"}
_STYLED = ("Normal", "Title", "Heading 1", "Heading 2", "Caption", "Header", "Footer")
_THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
TABLE_STYLE = "Tocsin Table"
_TABLE = f"""<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="TocsinTable">
<w:name w:val="{TABLE_STYLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>
<w:tblPr><w:tblBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="DFE4E6"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="DFE4E6"/></w:tblBorders>
<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="56636A"/></w:rPr><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="6" w:space="0" w:color="56636A"/></w:tcBorders></w:tcPr></w:tblStylePr></w:style>"""
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def marked(words: str) -> str:
    """The words without what XML cannot hold; a mark stands in its place."""
    return _ILLEGAL.sub("\ufffd", str(words))


def set_fonts(document) -> None:
    """One font for Latin and Cyrillic, one for Chinese, in every style that the report uses."""
    for name in _STYLED:
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in _THEME:
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for script in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{script}"), LATIN)
        fonts.set(qn("w:eastAsia"), CHINESE)


def add_table_style(document) -> None:
    """Lines between rows and under the headings, nothing else; a person can change it in one place."""
    document.styles.element.append(parse_xml(_TABLE))


def set_language(document, language: str) -> None:
    """The language that spelling and hyphenation go by."""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    tag = defaults.find(qn("w:lang"))
    if tag is None:
        tag = OxmlElement("w:lang")
        defaults.append(tag)
    tag.set(qn("w:val"), _TAGS.get(language, language) if language != "zh-hans" else "en-GB")
    tag.set(qn("w:eastAsia"), "zh-CN")


def field_code(paragraph, instruction: str) -> None:
    """A field that Word fills in, such as PAGE."""
    code = OxmlElement("w:fldSimple")
    code.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    code.append(run)
    paragraph._p.append(code)


def repeated_heading(row) -> None:
    """Show this row again at the top of each page that the table reaches."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def shaded(paragraph, colour: str) -> None:
    """The paragraph, its band filled with a colour, as RRGGBB. Before it is aligned: Word wants this order."""
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), colour)
    paragraph._p.get_or_add_pPr().append(shade)
    return paragraph
