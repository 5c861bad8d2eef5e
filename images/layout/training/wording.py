"""Random words for synthetic pages: senseless sentences that look like office prose, Cyrillic or Latin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_RUSSIAN = """
в на по из от для при об не но как также между через после перед без над под до за и а же ли то что это его их ее
который которые вопрос вопроса вопросов решение решения правительство правительства министерство министр посол посла
посольство беседа беседе совещание протокол проект договор соглашение делегация представитель представители сообщить
сообщил сообщает заявил заявление считаем полагаем необходимо следует можно нужно просим направить получить поставки
завод завода план плана выполнение работы работу рабочих комиссия комитет совет советский советского народной народного
республики товарищ товарищи положение положении условия мер меры принять приняты ответ ответа письмо письма номер дело
дела года году месяца дня сентября октября мая июля тонн рублей тысяч человек войск района области города станция поезд
дорога снабжение хозяйство промышленность торговля отдел начальник управления заместитель секретарь указание приказ
доклад отчет сведения данные список приложение копия согласно настоящим ввиду относительно прежнему повидимому весьма
значительно своевременно немедленно окончательно предварительно объяснение съезд щит этого экземпляр юридический ясно
"""
_LATIN = """
le la les des une dans pour avec sur par que qui est ont plus sans cette entre the of and to in for with that which was
has been upon their would der die und von mit das ein nicht auf werden wurde question rapport lettre conseil ministre
gouvernement affaires situation travail reunion commission projet accord depuis pendant toujours conference committee
report letter minister office government general meeting agreement question department between concerning several during
Bericht Frage Ministerium Regierung Vertrag Sitzung Antwort Schreiben Abteilung wegen zwischen Arbeit Leitung jedoch
"""
_NAMES = """
Иванов Петров Кузнецов Щербаков Ильин Зорин Федоренко Малик Вышинский Юдин Штыков Рощин Лебедев Цыганов Ёлкин Эренбург
"""
_PLACES = "МОСКВА ПЕКИН БЕРЛИН ВАРШАВА СОФИЯ ПРАГА БУДАПЕШТ ПХЕНЬЯН УЛАН-БАТОР ЖЕНЕВА ПАРИЖ ЛОНДОН ВЕНА ХЕЛЬСИНКИ"
_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
_ROMAN = "I II III IV V VI VII VIII IX X XI XII"
_STAMPS = (
    ("СЕКРЕТНО",), ("СОВЕРШЕННО СЕКРЕТНО",), ("СТРОГО СЕКРЕТНО", "Снятие копий воспрещается"), ("КОПИЯ",), ("ВЕРНО",),
    ("РАССЕКРЕЧЕНО",), ("В ДЕЛО",), ("ПОЛУЧЕНО",), ("ОТПРАВЛЕНО",), ("Подлежит возврату",), ("ОБЩИЙ ОТДЕЛ", "Вх. №"),
    ("КАНЦЕЛЯРИЯ", "Входящий №"), ("АРХИВ",), ("Экз. №",), ("ПОДЛЕЖИТ ВОЗВРАТУ", "в течение 48 часов"),
    ("К ПРОТОКОЛУ",), ("НЕ ОГЛАШАТЬ",), ("ОСОБАЯ ПАПКА",), ("ШИФРОМ",), ("Вход. №", "Листов"), ("ОТДЕЛ КАДРОВ",),
    ("СЕКТОР ПИСЕМ", "поступило", "контроль до"), ("ИСПОЛНЕНО",), ("Хранить постоянно",), ("РАЗМНОЖЕНИЕ ЗАПРЕЩЕНО",),
)  # fmt: skip
_SEALS = (
    "МИНИСТЕРСТВО ТОРГОВЛИ", "ОБЛАСТНОЙ КОМИТЕТ СОЮЗА", "ДЛЯ ПАКЕТОВ И СПРАВОК", "УПРАВЛЕНИЕ ДЕЛАМИ СОВЕТА",
    "НАРОДНЫЙ КОМИССАРИАТ", "АКАДЕМИЯ НАУК ИНСТИТУТ", "ГОРОДСКОЙ СОВЕТ ДЕПУТАТОВ",
)  # fmt: skip
_NOTES = (
    "В дело", "Тов. {name}", "Прошу переговорить", "Доложить {date}", "Согласен", "Не возражаю. {name}", "К исполнению",
    "Ознакомить членов", "Копию послать", "Срочно!", "Исполнено {date}", "См. прил.", "Читал. {name}", "Напомнить",
    "Тов. {name} на заключение", "Вернуть в отдел", "Архив", "Проверить цифры", "Разослано по списку {date}",
)  # fmt: skip
_VOWELS = "аеёиоуыэюяaeiouy"


@dataclass(frozen=True, slots=True)
class Wording:
    """A source of random words; `latin` gives Latin letters instead of Cyrillic in running text."""

    rng: np.random.Generator
    latin: bool = False

    def choose(self, words: Sequence[str]) -> str:
        """Choose one of several."""
        return words[int(self.rng.integers(len(words)))]

    def words(self, count: int) -> str:
        """Give so many words of running text, with a figure now and then."""
        pool = (_LATIN if self.latin else _RUSSIAN).split()
        chosen = [self.choose(pool) for _ in range(count)]
        if self.rng.random() < 0.25:
            chosen[int(self.rng.integers(count))] = str(self.rng.integers(2, 2000))
        return " ".join(chosen)

    def sentence(self) -> str:
        """Give one sentence."""
        parts = [self.words(int(self.rng.integers(2, 8))) for _ in range(int(self.rng.integers(1, 4)))]
        said = self.choose((", ", ", ", " - ", "; ")).join(parts)
        if self.rng.random() < 0.1:
            said += f' "{self.words(2)}"'
        if self.rng.random() < 0.08:
            said += f" ({self.words(2)})"
        return said[0].upper() + said[1:] + self.choose((".", ".", ".", ":", "!"))

    def lines(self, width: int, count: int) -> list[str]:
        """Give the lines of a paragraph of about `count` lines, broken as a typist breaks them; the last is shorter."""
        text = self.sentence()
        while len(text) < width * count:
            text += " " + self.sentence()
        return wrapped(text, width)[:count]

    def name(self) -> str:
        """Give a person's name, with initials more often than not."""
        initials = "".join(self.choose("АБВГДИКМНПСФЯ") + "." for _ in range(int(self.rng.integers(0, 3))))
        return f"{initials} {self.choose(_NAMES.split())}".strip()

    def place(self) -> str:
        """Give a place as an address writes it."""
        return self.choose(_PLACES.split())

    def date(self) -> str:
        """Give a date as a hand writes it."""
        day, year = int(self.rng.integers(1, 32)), int(self.rng.integers(1917, 1962))
        forms = (
            f"{day} {self.choose(_MONTHS.split())} {year} г.", f"{day}.{self.choose(_ROMAN.split())}.{year % 100:02d}",
            f"{day}/{self.choose(_ROMAN.split())}-{year % 100:02d}", f"{day}.{int(self.rng.integers(1, 13))}.{year}",
        )  # fmt: skip
        return self.choose(forms)

    def note(self) -> str:
        """Give a short note as an official writes it on a paper."""
        return self.choose(_NOTES).format(name=self.name(), date=self.date())

    def stamp(self) -> tuple[str, ...]:
        """Give the lines of a stamp."""
        lines = self.choose_lines(_STAMPS)
        if self.rng.random() < 0.4:
            lines = (*lines, self.choose((str(self.rng.integers(10, 9999)), self._stamped_date())))
        return lines

    def seal(self) -> tuple[str, ...]:
        """Give the rim and the middle of a round stamp."""
        middle = (self._stamped_date(),) if self.rng.random() < 0.7 else ()
        return (self.choose(_SEALS), *middle)

    def choose_lines(self, choices: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """Choose one of several groups of lines."""
        return choices[int(self.rng.integers(len(choices)))]

    def _stamped_date(self) -> str:
        month = self.choose("ЯНВ ФЕВ МАР АПР МАЙ ИЮН ИЮЛ АВГ СЕН ОКТ НОЯ ДЕК".split())
        return f"{int(self.rng.integers(1, 32))} {month} {int(self.rng.integers(1917, 1962))}"


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of a width, with hyphens where a word can be cut."""
    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if len(joined) <= width:
            line = joined
            continue
        room = width - len(line) - 2
        cut = next((place for place in range(min(room, len(word) - 3), 1, -1) if _may_break(word, place)), 0)
        if cut and room >= 3:
            lines.append(f"{line} {word[:cut]}-")
            line = word[cut:]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def _may_break(word: str, place: int) -> bool:
    """Say whether a word can be cut after a vowel before a consonant."""
    if re.fullmatch(r"\w+", word) is None or any(char.isdigit() for char in word):
        return False
    return word[place - 1].lower() in _VOWELS and word[place].lower() not in _VOWELS + "ьъй"
