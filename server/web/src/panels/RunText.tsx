/** The words of one run: an ordinary piece of text that knows its line. */

import { memo, type JSX } from 'react';
import { DOUBTFUL, type Mark } from '../model/page';
import type { Placed } from '../model/rows';
import { fill, useWords } from '../strings';
import { Marked } from './Marked';

/** What a run tells: pointed at, chosen, reached by the keyboard. */
export interface RunEvents {
  readonly hover: (line: string | null) => void;
  readonly choose: (line: string) => void;
  readonly reach: (line: string) => void;
}

interface Props {
  readonly placed: Placed;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly number: number;
  readonly all: number;
  readonly isShown: boolean;
  readonly isStop: boolean;
  readonly events: RunEvents;
}

export const RunText = memo(function RunText({ placed, marks, number, all, isShown, isStop, events }: Props): JSX.Element {
  const words = useWords();
  const { run, kind } = placed;
  const { line } = run;
  if (line === null) {
    return <span className={`run is-${kind}`}><Marked run={run} marks={marks} /></span>;
  }
  const doubtful = run.confidence < DOUBTFUL;
  const said = [doubtful ? words.low : '', run.moved ? words.moved : ''].filter(Boolean);
  return (
    <span
      className={['run is-placed', `is-${kind}`, isShown ? 'is-shown' : '', doubtful ? 'is-doubtful' : ''].join(' ')}
      data-line={line}
      tabIndex={isStop ? 0 : -1}
      role="group"
      aria-label={fill(words.line, { n: number, all })}
      aria-current={isShown || undefined}
      title={said.length ? said.join('; ') : undefined}
      onPointerEnter={() => events.hover(line)}
      onPointerLeave={() => events.hover(null)}
      onFocus={(event) => { if (event.currentTarget.matches(':focus-visible')) events.reach(line); }}
      onClick={() => { if (getSelection()?.isCollapsed !== false) events.choose(line); }}
      onKeyDown={(event) => { if (event.key === 'Enter') events.choose(line); }}
    >
      <Marked run={run} marks={marks} />
    </span>
  );
});
