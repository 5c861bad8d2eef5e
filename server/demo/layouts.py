"""Where things stand on the pages of each sample document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from images.layout.page import Hand, Role
from images.layout.training.description import Frame, Rule
from server.demo.sheets import Sheet, Spot


@dataclass(frozen=True, slots=True)
class Layout:
    """How one sample is rendered: a sheet for each transcription, the level of faults, and the seed of its pages."""

    sheets: tuple[tuple[str, Sheet], ...]
    level: float
    seed: int


_CABLE_FINAL = Sheet(
    left=12,
    first=(20, 9, 9),
    leading=2.0,
    insert_height=1.0,
    machine=1950,
    spots={
        "СТРОГО СЕКРЕТНО": Spot(61, 6.2, height=0.95, angle=2.6, frame=Frame.DOUBLE),
        "Экз. № 1": Spot(60, 10.2),
        "20 сентября 1950 г.": Spot(14, 6.8, height=1.45, angle=2.0, role=Role.DATE, underlined=True),
        "ПЕКИН": Spot(12, 13),
        "СОВПОСОЛ": Spot(12, 15, underlined=True),
        "По поручению Инстанции": Spot(17, 46, role=Role.BODY),
        "А. ГРОМЫКО": Spot(56, 50, role=Role.BODY),
        "[подпись]": Spot(41, 50.6, height=2.7, angle=7, name="Громыко"),
        "ОТПРАВЛЕНО": Spot(23, 56, height=1.25, angle=-11.5, face=1, frame=Frame.SINGLE, strength=0.7),
    },
    shifts={"как и Коммунистическая партия": (-1.0, -0.05)},
)
_CABLE_DRAFT = Sheet(
    left=12,
    first=(17, 9),
    leading=1.5,
    machine=1950,
    spots={
        "ПРОЕКТ": Spot(63, 6, underlined=True),
        "Перепечатать с поправками. 20/IX": Spot(14, 6.4, height=1.25, angle=3.5, hand=1, role=Role.MARGINAL),
        "ПЕКИН": Spot(12, 11),
        "СОВПОСОЛ": Spot(12, 12.5, underlined=True),
        "А. ГРОМЫКО": Spot(56, 66, role=Role.BODY),
    },
)
_REPORT = Sheet(
    left=14,
    first=(28, 9, 15, 9, 12),
    leading=2.0,
    insert_height=1.0,
    machine=51,
    tables=("Склад ",),
    turned={3: 1},
    rules={
        3: (
            Rule((13, 15.6), (68, 15.6), Hand.TYPED),
            Rule((13, 37.6), (68, 37.6), Hand.TYPED),
        ),
        4: (Rule((12, 30), (12.2, 36.5)),),
    },
    spots={
        "КАНЦЕЛЯРИЯ": Spot(25, 6, height=1.0, angle=4.5),
        "СЕКРЕТНО": Spot(62, 6, underlined=True),
        "Экз. № 2": Spot(62, 7.5),
        "12 марта 1951 г.": Spot(57, 10.5, height=1.3, angle=2.5, hand=1, role=Role.DATE, underlined=True),
        "НАЧАЛЬНИКУ ГЛАВНОГО УПРАВЛЕНИЯ": Spot(38, 13.5),
        "тов. ОРЕШНИКОВУ П. С.": Spot(38, 15),
        "ОТЧЕТ": Spot(41, 20, underlined=True),
        "о проверке складов и приемки грузов в порту Северный": Spot(18, 22),
        "Тов. Лапин! Доложите": Spot(5, 52, height=1.25, angle=88, hand=2),
        "Наградить!": Spot(4.5, 47.5, height=1.1, angle=62, hand=2),
        "ВЕДОМОСТЬ": Spot(39, 10),
        "мест, принятых за январь - февраль 1951 г.": Spot(23, 12),
        "Проверить склад № 2": Spot(42, 45, height=1.4, angle=5, hand=2, underlined=True),
        "ВЫВОДЫ И ПРЕДЛОЖЕНИЯ": Spot(34, 8.5, underlined=True),
        "ПРЕДСЕДАТЕЛЬ КОМИССИИ": Spot(14, 50, role=Role.BODY),
        "[подпись]": Spot(40, 50.5, height=2.6, angle=5, hand=1, name="Лапин"),
        "Н. ЛАПИН": Spot(57, 50, role=Role.BODY),
        "УПРАВЛЕНИЕ ПОРТОВ И СКЛАДОВ": Spot(27, 58, height=0.85, angle=14, frame=Frame.ROUND, strength=0.55),
        "Согласен. В приказ.": Spot(47, 58.5, height=1.5, angle=8, hand=2),
    },
)
_REPORT_APPENDIX = Sheet(
    left=14,
    first=(18,),
    leading=2.0,
    machine=51,
    tables=("Ящик ",),
    rules={6: (Rule((13, 18.6), (61, 18.6), Hand.TYPED),)},
    spots={
        "Приложение": Spot(60, 7, underlined=True),
        "ОПИСЬ": Spot(41, 12),
        "мест, вскрытых комиссией в складе № 7": Spot(26, 14),
        "8 ящиков - верно. Гущина": Spot(16, 50, height=1.3, angle=3, hand=1),
        "ВЕРНО": Spot(60, 55, height=1.6, angle=-9, frame=Frame.ROUNDED, strength=0.6),
    },
)

LAYOUTS: Mapping[str, Layout] = {
    "cable-1950-09-20": Layout(
        sheets=(("transcription.ru.txt", _CABLE_FINAL), ("draft.transcription.ru.txt", _CABLE_DRAFT)),
        level=1.0,
        seed=19500920,
    ),
    "report-1951-03-12": Layout(
        sheets=(("transcription.ru.txt", _REPORT), ("appendix.transcription.ru.txt", _REPORT_APPENDIX)),
        level=0.8,
        seed=19510312,
    ),
}
"""The samples by the names of their folders."""
