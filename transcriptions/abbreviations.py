"""Whether a full stop ends a sentence: abbreviations, initials and enumerators of cables and their translations."""

from __future__ import annotations

import re

_WITHIN = frozenset(
    (
        "т тт т.т тов т.е т.к т.н т.о им ул пл пр-т бул стр с л лл п пп ст гл см ср напр проф акад ген полк "
        "подполк кап лейт адм марш мин зам нач зав пом секр отд упр деп ред изд сб кн рис табл прим перев пер соч цит "
        "гр гос быв бывш ок прибл вкл ув уваж тел вх исх ч м о ф оп д док ед хр корп кв обл р-н пос дер оз "
        "янв фев февр апр авг сен сент окт ноя нояб дек "
        "англ нем кит кор рус шт № "
        "cde cdes com mr mrs ms messrs dr prof gen lt lt-gen col lt-col maj capt sgt brig adm amb sen rep pres gov min "
        "sec dept prov mt ft st nº vs i.e e.g cf vol vols pp ed eds op approx ca fig ch art para jan feb mar apr jun "
        "jul aug sept oct nov dec viz p.s"
    ).split()
)
"""Abbreviations that the sentence goes on after."""

_BEFORE_NUMBERS = frozenset("no nos л лл стр с п пп ст р p f о оп ф д гл ч nº №".split())
"""Those that stand before a number; in English, before a word they are words."""

_OFTEN_LAST = frozenset(
    "т.д т.п др пр об etc al inc ltd co corp bros руб коп тыс млн млрд экз сек час мин кг км cit ibid jr sr".split()
)
"""Abbreviations after which a capital begins a sentence."""

_OPEN_WORDS = frozenset(
    (
        "The A An It He She They We I You This That These Those There In On At As By For From To With Without After "
        "Before When While If But And However Also Moreover Therefore Thus Then Our Their His Her Its "
        "В Во На По С Со К Ко О Об От До За Из У И А Но Да Не Он Она Они Мы Вы Я Это Этот Эта Эти Тот Та Те При Для "
        "Однако Если Когда Как Что Чтобы Так Также Кроме После Перед Затем Наш Наша Наши Ваш Вам Нам Все Всё"
    ).split()
)
"""Words that open sentences, and stand with a capital nowhere else."""

_EITHER = frozenset("г гг с.г т.г u.s u.n u.s.s.r a.m p.m d.c м.г".split())
"""Abbreviations after which only such a word begins a sentence."""

_ENUMERATOR = re.compile(
    r"(?:[\"“„«(]?(?:(?:перв|втор|трет|четв[её]рт|пят|шест|седьм|восьм|девят|десят)\w{0,3}|"
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?:ly)?|\d{1,2}(?:\.\d{1,2})*|[а-яa-z]|"
    r"(?-i:[IVX]{1,5})))",
    re.IGNORECASE,
)
_LONGEST = 40


def ends_sentence(text: str, start: int, stop: int, following: int) -> bool:
    """Say whether the one full stop at `stop` ends a sentence that began at `start`; at `following` the next begins."""
    before = text[max(start, stop - _LONGEST) : stop]
    if stop - start <= _LONGEST and _ENUMERATOR.fullmatch(before.strip()):
        return False
    if re.search(r"[:;]\s+\d{1,2}$", before):
        # "Decided: 1. To agree."
        return False
    token = re.split(r"[\s(«“„\"'’\[]", before)[-1]
    if len(token) == 1 and token.isalpha() and token.isupper():
        return False
    word = token.lower()
    opening = text[following : following + _LONGEST].lstrip('"“«„‘([')
    if word in _BEFORE_NUMBERS and token.isascii():
        return not opening[:1].isdecimal()
    if word in _OFTEN_LAST:
        return not opening[:1].isdecimal()
    found = re.match(r"[^\W\d_]+", opening)
    if word in _EITHER:
        return found is not None and found[0] in _OPEN_WORDS
    if word == "им" and found is not None:
        # "завода им. Сталина" names somebody in the genitive; "доложил им. Ответ" does not.
        return len(found[0]) > 1 and re.search(r"(?:[аяыи]|[оеы]й|[оеё]го|[ыи]х)$", found[0]) is None
    return word not in _WITHIN and word not in _BEFORE_NUMBERS
