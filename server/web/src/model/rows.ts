/** Lays the runs of a paragraph out in rows: one for each line of the page, or all in one for running text. */

import type { Line, Run, Segment, SegmentKind } from './page';

/** A run with what it needs to stand alone: a key, its segment's kind, and whether a space parts it from what precedes. */
export interface Placed {
  readonly key: string;
  readonly run: Run;
  readonly kind: SegmentKind;
  readonly spaced: boolean;
}

/** Put runs into rows. An insertion stays in the row of the line that it goes into. */
export function rowsOf(
  segments: readonly Segment[],
  lines: ReadonlyMap<string, Line>,
  lineForLine: boolean,
): readonly (readonly Placed[])[] {
  const rows: Placed[][] = [[]];
  let current: string | null = null;
  let last = '\n';
  for (const segment of segments) {
    segment.runs.forEach((whole, index) => {
      splitAtBreaks(whole, lineForLine).forEach((run, piece) => {
        const line = rowLine(run, lines);
        const moves = lineForLine && line !== null && current !== null && line !== current;
        if (piece > 0 || moves) {
          rows.push([]);
          last = '\n';
        }
        if (piece > 0) current = null;
        current = line ?? current;
        const spaced = index === 0 && run.text !== '' && !/\s$/.test(last) && !/^\s/.test(run.text);
        rows.at(-1)?.push({ key: `${segment.id}:${index}:${piece}`, run, kind: segment.kind, spaced });
        last = run.text || last;
      });
    });
  }
  return rows.filter((row) => row.some(({ run }) => run.text !== '' || run.marks.length > 0));
}

/** Cut a run at the line breaks that its source kept; the breaks themselves go, as each row is a block. */
function splitAtBreaks(run: Run, lineForLine: boolean): readonly Run[] {
  if (!lineForLine || !run.text.includes('\n')) return [run];
  let start = run.start;
  return run.text.split('\n').map((text) => {
    const piece = { ...run, text, start, end: start + [...text].length };
    start = piece.end + 1;
    return piece;
  });
}

/** The line whose row a run belongs to. */
function rowLine(run: Run, lines: ReadonlyMap<string, Line>): string | null {
  if (run.line === null) return null;
  const line = lines.get(run.line);
  return line?.anchor?.line ?? run.line;
}
