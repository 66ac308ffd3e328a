"""Made-up messages in three scripts, whose words are as unevenly common as those of real ones (Zipf's law)."""

import random
from collections.abc import Iterator
from itertools import accumulate

__all__ = ["KNOWN", "texts"]

RUSSIAN_WORDS, ENGLISH_WORDS, CHINESE_CHARACTERS = 40_000, 25_000, 3_500
_KNOWN_WORDS = {
    "ru": "пациент боли температура пневмония лечение симптомы вентиляция Иванов малярия ожог",
    "en": "patient pain fever pneumonia treatment symptoms ventilation Ivanov malaria burns",
    "zh": "患者 疼痛 发热 肺炎 治疗 症状 通气 北京 疟疾 烧伤",
}
KNOWN = {name: said.split() for name, said in _KNOWN_WORDS.items()}
"""Real words, from one that half the messages have to one that a message in many thousands has."""
SHARES = (0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.003, 0.001, 0.0001)
_SYLLABLES = {
    "ru": "ба ва га да жа за ка ла ма на ра са та ро ло но то ко по пре при ста тро кар пуль мо ни ти ри ви ги ди",
    "en": "ba con de en fer gra he in jo ka lo me no or per qua re so ti un vi wa ex ya str pul mon tion",
}
_ENDINGS = {"ru": " а ы ов ами ия ии ный ного ная", "en": " s ed ing al ly"}


def texts(number: int, *, seed: int) -> Iterator[str]:
    """So many messages of 200 to 600 characters: two in five Russian, two Chinese, one English."""
    rng = random.Random(seed)
    language = {name: _Language(name, rng) for name in KNOWN}
    for _ in range(number):
        name = rng.choices(("ru", "zh", "en"), (2, 2, 1))[0]
        yield language[name].message(rng.randint(200, 600), rng)


class _Language:
    """Words of a language from the commonest on, with what is needed to draw them."""

    def __init__(self, name: str, rng: random.Random) -> None:
        self.name = name
        self.words = self._made_up(rng)
        self.upto = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))
        self.pool: list[str] = []

    def _made_up(self, rng: random.Random) -> list[str]:
        if self.name == "zh":
            # A Chinese word is mostly of two characters.
            characters = rng.sample([chr(code) for code in range(0x4E00, 0x9FA5)], CHINESE_CHARACTERS)
            upto = list(accumulate(1 / (rank + 2.7) for rank in range(len(characters))))
            pairs = rng.choices(characters, cum_weights=upto, k=80_000)
            return list(dict.fromkeys("".join(pair) for pair in zip(pairs[::2], pairs[1::2], strict=True)))
        syllables, endings = _SYLLABLES[self.name].split(), _ENDINGS[self.name].split(" ")
        wanted = RUSSIAN_WORDS if self.name == "ru" else ENGLISH_WORDS
        made: dict[str, None] = {}
        while len(made) < wanted:
            length = 1 + (len(made) > 200) + (len(made) > 3_000) + rng.randint(0, 1)
            made["".join(rng.choices(syllables, k=length)) + rng.choice(endings)] = None
        return list(made)

    def message(self, length: int, rng: random.Random) -> str:
        said = [word for word, share in zip(KNOWN[self.name], SHARES, strict=True) if rng.random() < share]
        between = "" if self.name == "zh" else " "
        so_far = sum(len(word) + len(between) for word in said)
        while so_far < length:
            if not self.pool:
                self.pool = rng.choices(self.words, cum_weights=self.upto, k=50_000)
            said.append(self.pool.pop())
            so_far += len(said[-1]) + len(between)
        rng.shuffle(said)
        return between.join(said) + ("。" if self.name == "zh" else ".")
