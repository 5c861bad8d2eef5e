/** Shapes on the scan, as paths in the page's pixels: pure geometry, no drawing. */

import type { Box, Line, Point } from '../model/page';

/** A closed path along a line's boundary; its box where the boundary has too few corners. */
export function outline(line: Line): string {
  const [x, y, width, height] = line.box;
  const corners: readonly Point[] =
    line.polygon.length >= 3 ? line.polygon : [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];
  return `M${corners.map(([px, py]) => `${px} ${py}`).join('L')}Z`;
}

/** A caret in the line that an insertion goes into, and a thread from the insertion to it. */
export interface Caret {
  readonly caret: string;
  readonly thread: string;
}

/** Draw the caret of an insertion whose anchor line is known. */
export function caretOf(insertion: Line, target: Line): Caret {
  const [left, top, width, height] = insertion.box;
  const [, lineTop, , lineHeight] = target.box;
  const x = insertion.anchor?.x ?? left + width / 2;
  const size = Math.max(12, Math.min(lineHeight, height) * 0.42);
  const above = top + height / 2 <= lineTop + lineHeight / 2;
  // As a corrector writes it: under the line, pointing up between the letters.
  const tip = lineTop + lineHeight * 0.8;
  const foot = tip + size;
  const from = Math.min(Math.max(x, left), left + width);
  const edge = above ? top + height : top;
  const end = above ? tip : foot;
  const bend = (edge + end) / 2;
  return {
    caret: `M${x - size * 0.55} ${foot}L${x} ${tip}L${x + size * 0.55} ${foot}`,
    thread: `M${from} ${edge}C${from} ${bend} ${x} ${bend} ${x} ${end}`,
  };
}

/** What of the page to show for a line: its surroundings, never narrower than a share of the page. */
export function surroundings(box: Box, page: { readonly width: number; readonly height: number }): Box {
  const [x, y, width, height] = box;
  const wide = Math.min(page.width, Math.max(width * 1.12, page.width * 0.7));
  const tall = Math.max(height * 5, wide * 0.3);
  const left = Math.min(Math.max(x + width / 2 - wide / 2, 0), page.width - wide);
  return [left, y + height / 2 - tall / 2, wide, tall];
}
