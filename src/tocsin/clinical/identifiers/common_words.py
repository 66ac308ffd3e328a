"""Names that are words as well: alone they are found as names only where they stand as a name does (names.py).

Folded: ё is е, й is и. Names of three letters and fewer count as words without being listed.
"""

__all__ = ["WORDS"]

RUSSIAN = """
мороз волк заяц медведь соловеи воробеи голубь орел сокол ворона галка грач сорока чаика лебедь гусь петух жук муха
комар кузнец мельник ткач гончар столяр плотник рыбак охотник писарь казак солдат маршал матрос король князь граф
барон царь коза баран козел бобер белка барсук щука карась окунь хмель береза сосна калина малина вишня груша горох
капуста редька роза зима лето весна осень буря гроза туча ветер снег дождь пурга вьюга пятница суббота среда четверг
март апрель гора река море поле озеро степь остров золото серебро железо камень соль сахар перец хлеб каша борщ сало
молоко масло бедныи белыи белая черныи черная красныи зеленыи синии серыи рыжии толстои худои малыи большои добрыи
злои веселыи грозныи левыи правыи глухои слепои хромои вера надежда любовь роман слава победа свет радость мила лина
нина майя маия боль рана кровь губа борода голова рука нога палец шея сердце живот спина бок колено глаз кость кожа
печень легкое крупа мука смола дорога мост дворец замок город хутор базар рынок суд закон новак новыи старыи сила
ловкии тихии быстрыи слабыи крепкии холод жара мель роса заря гром туман мрак тень пожар дым пепел огонь вода лед
град лист цвет корень зерно
"""
ENGLISH = """
young white black brown green gray grey gold silver rose king queen prince bishop pope knight june april will mark
hope grace faith bill wood woods stone field fields hill hills rivers lake lakes baker cook fisher hunter mason page
price rich love best long short small little large wise strong cross bell ball head hand foot heart blood bone pain
burns payne chance case ward wards church banks brooks parks rain snow frost winter summer august major miles means
more most moody noble power powers reason read reid sharp stern swift sweet waters weeks welsh west east north south
worth wright clean cold drain english french frank fever gale good hale hardy hurt ivory jack jean joy june lane
laws lord low marsh may moss nice pace park pearl pike pool poor post pray pride quick ray regular render root rush
sage sands savage school shade shell sick singer slim speed spring sterling street sun temple terry tower trace
train virgin vital walker wall waste weaver wells wing worm violet iris lily daisy ruby amber crystal dawn eve star
glen dale cliff rob art guy max chad victor
"""
WORDS = frozenset(RUSSIAN.split()) | frozenset(ENGLISH.split())
