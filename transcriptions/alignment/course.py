"""Which way a line runs on its page, so that places along it and its length mean the same for lines up the margin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from images.geometry import Baseline, Box, Size


@dataclass(frozen=True, slots=True)
class Course:
    """The way in which a line is read, in quarter turns clockwise from left to right: 1 down, 2 to the left, 3 up."""

    quarters: int

    @property
    def is_level(self) -> bool:
        """Whether places along the line are x, not y."""
        return self.quarters % 2 == 0

    @property
    def sign(self) -> int:
        """Give 1 where x (or y) grows along the line, -1 where it falls."""
        return 1 if self.quarters < 2 else -1

    def ends(self, box: Box) -> tuple[int, int]:
        """Give where a line that fills a box begins and ends, in x or y; the end of a line up the page is less."""
        low, high = (box.x, box.right) if self.is_level else (box.y, box.bottom)
        return (low, high) if self.sign > 0 else (high, low)


LEVEL = Course(0)


def course_of(baseline: Baseline) -> Course:
    """Give the way a baseline runs, to the nearest quarter turn."""
    first, last = baseline.points[0], baseline.points[-1]
    across, down = last.x - first.x, last.y - first.y
    if abs(across) >= abs(down):
        return Course(0 if across >= 0 else 2)
    return Course(1 if down > 0 else 3)


def usual_course(baselines: Iterable[Baseline]) -> Course:
    """Give the way in which most of a page's writing runs."""
    written: dict[Course, float] = {}
    for baseline in baselines:
        course = course_of(baseline)
        written[course] = written.get(course, 0.0) + baseline.length
    return max(written, key=lambda course: written[course], default=LEVEL)


def levelled(box: Box, page: Size, course: Course) -> Box:
    """Give a box of a page as it lies once the page is turned so that a course runs from left to right."""
    if course.quarters == 0:
        return box
    if course.quarters == 2:
        return Box(page.width - box.right, page.height - box.bottom, box.width, box.height)
    if course.quarters == 1:
        return Box(box.y, page.width - box.right, box.height, box.width)
    return Box(page.height - box.bottom, box.x, box.height, box.width)
