/** One text of the page, set so that each of its lines can be pointed at, reached by keys, selected and copied. */

import { Fragment, useEffect, useMemo, useRef, type JSX } from 'react';
import type { Line, Mark, PageText } from '../model/page';
import { rowsOf, type Placed } from '../model/rows';
import type { Origin } from '../state/reader';
import { RunText, type RunEvents } from './RunText';
import { bringIntoView } from './scrolling';

interface Props {
  readonly text: PageText;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly lines: ReadonlyMap<string, Line>;
  readonly shown: string | null;
  readonly focus: string | null;
  readonly origin: Origin;
  readonly wish: number;
  readonly lineForLine: boolean;
  readonly events: RunEvents;
}

export function TextPanel({ text, marks, lines, shown, focus, origin, wish, lineForLine, events }: Props): JSX.Element {
  const body = useRef<HTMLDivElement>(null);
  const numbers = useMemo(() => new Map([...lines.keys()].map((id, index) => [id, index + 1])), [lines]);
  const paragraphs = useMemo(
    () => text.paragraphs.map(({ segments }) => ({ kind: segments[0]?.kind ?? 'sentence', rows: rowsOf(segments, lines, lineForLine) })),
    [text, lines, lineForLine],
  );
  const stop = useMemo(() => tabStop(paragraphs.flatMap(({ rows }) => rows.flat()), focus), [paragraphs, focus]);

  useEffect(() => {
    if (focus === null || !body.current) return;
    const found = body.current.querySelector<HTMLElement>(`[data-line="${CSS.escape(focus)}"]`);
    if (!found) return;
    bringIntoView(found);
    if (origin === 'keys' && body.current.contains(document.activeElement)) found.focus({ preventScroll: true });
  }, [focus, origin, wish]);

  return (
    <div className={`text-body ${lineForLine ? 'is-line-for-line' : 'is-running'}`} ref={body}>
      {paragraphs.map(({ kind, rows }, index) => (
        <p key={index} className={`paragraph-${kind}`}>
          {rows.map((row, at) => (
            <span key={at} className="row">
              {row.map((placed) => (
                <Fragment key={placed.key}>
                  {placed.spaced && ' '}
                  <RunText
                    placed={placed}
                    marks={marks}
                    number={numbers.get(placed.run.line ?? '') ?? 0}
                    all={numbers.size}
                    isShown={placed.run.line !== null && placed.run.line === shown}
                    isStop={placed.key === stop}
                    events={events}
                  />
                </Fragment>
              ))}
            </span>
          ))}
        </p>
      ))}
    </div>
  );
}

/** The one run that the Tab key reaches: the first of the focused line, or else of the text. */
function tabStop(all: readonly Placed[], focus: string | null): string | null {
  const placed = all.filter(({ run }) => run.line !== null);
  return (placed.find(({ run }) => run.line === focus) ?? placed[0])?.key ?? null;
}
