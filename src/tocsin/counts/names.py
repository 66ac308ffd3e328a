"""Words by which columns are known, in the languages of the tables that people publish."""

import re
import unicodedata

__all__ = ["says", "words_of"]

WORDS = {
    "date": "date dates datum fecha data дата day tag день 日期 时间 dt onset date_of",
    "plain date": "date datum fecha data дата 日期",
    "year": "year jahr ano anio año annee année ano_epi год 年 年份 yr meldejahr epiyear isoyear jaar godina",
    "week": "week weeks woche kw semana sem semaine неделя нед 周 周次 星期 epiweek epi_week meldewoche isoweek wk se",
    "national week": "epi epiweek semana sem se mmwr cdc epidemiological epidemiologica",
    "month": "month months monat mes mois месяц 月 月份 mês",
    "count": "count counts case cases n number anzahl casos cas fälle faelle fallzahl случаи случаев случай "
    "заболело заболевших число количество 病例 病例数 例数 发病数 人数 observed incidence cnt freq value",
    "plain count": "count counts cases case n anzahl casos cas fälle faelle случаи случаев 病例 病例数 例数 observed",
    "cumulative": "cum cumulative total_cases kumulativ acumulado acumulados накоп накопительно нарастающим 累计 cumul",
    "lesser": "death deaths dead died recovered recoveries muertes fallecidos décès умерло "
    "смертей выздоровело 死亡 死亡数 "
    "治愈 hospitalised hospitalized tests tested per rate pct percent cfr share",
    "not a count": "id ids code codes age ages edad alter возраст 年龄 lat lon long latitude "
    "longitude x y year month week "
    "population pop einwohner población население 人口 temp temperature humidity precipitation rain beds capacity "
    "threshold upperbound expected delay lag weight code_id micro fips iso geoid t series day time horizon quantile "
    "generation class group rain density size row index",
    "lag": "delay lag delays lead after since",
    "code": "id code codes fips iso iso3 iso2 geoid uid key ibge ubigeo kod код 代码 编码 nuts",
    "place": "region regions province provinces state states county counties district "
    "districts department departamento "
    "provincia distrito estado municipio country land bundesland kreis location place city "
    "area oblast регион область "
    "район город страна 省 市 县 地区 省份 城市 区 unit municipality municipality_name hospital canton prefecture",
    "person": "sex gender sexo geschlecht пол 性别 patient case_id caseid outcome age edad alter возраст 年龄 onset",
    "age": "age ages edad alter возраст 年龄",
    "end": "end ending ends last bis lastday until конец окончание",
    "start": "start starting begin beginning first from von начало",
}
TOKENS = {
    kind: frozenset(
        "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))
        for word in words.split()
    )
    for kind, words in WORDS.items()
}


def words_of(name: str) -> list[str]:
    """The lower-case words of a column's name, without accents: 'LastDayWeek' has three."""
    spaced = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", unicodedata.normalize("NFKC", name))
    bare = "".join(c for c in unicodedata.normalize("NFD", spaced.casefold()) if not unicodedata.combining(c))
    return [word for word in re.split(r"[\W_]+|(?<=\D)(?=\d)|(?<=\d)(?=\D)", bare) if word]


def says(name: str, kind: str) -> bool:
    """Whether the whole name or one of its words is known for `kind`."""
    words = words_of(name)
    known = TOKENS[kind]
    if "".join(words) in known or "_".join(words) in known or any(word in known for word in words):
        return True
    # Chinese puts no spaces between words.
    return any(character > "\u2e80" and any(c in word for word in words) for c in known for character in c[:1])
