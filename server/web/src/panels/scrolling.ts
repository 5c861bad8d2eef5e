/** Brings a line into view with as little movement as can be. */

/** Share of a phone's window that the scan and the buttons under it cover. */
const COVERED = 0.5;
const EDGE = 24;

/** Scroll the box around an element, or the window, so that it stands in the middle, unless it is in view. */
export function bringIntoView(element: HTMLElement): void {
  const column = element.closest('.text-scroll');
  const box = column && getComputedStyle(column).overflowY === 'auto' ? column : null;
  const outer = box?.getBoundingClientRect() ?? { top: innerHeight * COVERED, bottom: innerHeight };
  const inner = element.getBoundingClientRect();
  if (inner.height === 0 || (inner.top >= outer.top + EDGE && inner.bottom <= outer.bottom - EDGE)) return;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const top = inner.top + inner.height / 2 - (outer.top + outer.bottom) / 2;
  (box ?? window).scrollBy({ top, behavior: still ? 'auto' : 'smooth' });
}
