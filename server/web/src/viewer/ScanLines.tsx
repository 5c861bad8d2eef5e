/** The lines on the scan: outlines that answer the pointer, and insertions with their carets. */

import { memo, useRef, type JSX, type PointerEvent } from 'react';
import { DOUBTFUL, type Line } from '../model/page';
import type { Change } from '../state/reader';
import { caretOf, outline } from './shapes';

interface Props {
  readonly lines: readonly Line[];
  readonly shown: string | null;
  readonly focus: string | null;
  readonly dispatch: (change: Change) => void;
}

/** A press that moves farther than this is a drag of the scan, not a choice of a line (CSS pixels). */
const DRAG = 6;

export const ScanLines = memo(function ScanLines({ lines, shown, focus, dispatch }: Props): JSX.Element {
  const pressed = useRef<readonly [number, number] | null>(null);
  const byId = new Map(lines.map((line) => [line.id, line]));
  // What stands between the lines lies on top of them, where the pointer can reach it.
  const drawn = [...lines.filter((line) => line.role === 'body'), ...lines.filter((line) => line.role !== 'body')];
  const release = (line: string) => (event: PointerEvent) => {
    const [x, y] = pressed.current ?? [Infinity, Infinity];
    if (Math.hypot(event.clientX - x, event.clientY - y) <= DRAG) dispatch({ type: 'line-focused', line, origin: 'scan' });
  };
  return (
    <>
      {drawn.map((line) => {
        const target = line.anchor ? byId.get(line.anchor.line) : undefined;
        const caret = target ? caretOf(line, target) : null;
        return (
          <g key={line.id} className={classes(line, shown, focus)} data-line={line.id} data-role={line.role}>
            <path
              className="scan-line"
              d={outline(line)}
              onPointerEnter={() => dispatch({ type: 'line-hovered', line: line.id })}
              onPointerLeave={() => dispatch({ type: 'line-hovered', line: null })}
              onPointerDown={(event) => { pressed.current = [event.clientX, event.clientY]; }}
              onPointerUp={release(line.id)}
            />
            {caret && <path className="scan-thread" d={caret.thread} />}
            {caret && <path className="scan-caret" d={caret.caret} />}
          </g>
        );
      })}
    </>
  );
});

function classes(line: Line, shown: string | null, focus: string | null): string {
  return [
    'scan-place',
    `is-${line.role}`,
    line.hand === 'handwritten' ? 'is-handwritten' : '',
    line.confidence < DOUBTFUL ? 'is-doubtful' : '',
    line.id === shown ? 'is-shown' : '',
    line.id === focus ? 'is-focus' : '',
  ].filter(Boolean).join(' ');
}
