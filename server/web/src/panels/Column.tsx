/** A column of the reader: one text chosen among those of its kind, its notice, and its words. */

import { useContext, useId, useMemo, useState, type JSX } from 'react';
import type { TextEntry } from '../model/document';
import { pick } from '../model/language';
import type { Line, Mark } from '../model/page';
import { shown, type Change, type Reading } from '../state/reader';
import { fill, Speech, useWords } from '../strings';
import type { RunEvents } from './RunText';
import { TextPanel } from './TextPanel';

interface Props {
  readonly side: 'source' | 'translation';
  readonly texts: readonly TextEntry[];
  readonly missing: string;
  readonly reading: Reading;
  readonly marks: ReadonlyMap<string, Mark>;
  readonly lines: ReadonlyMap<string, Line>;
  readonly dispatch: (change: Change) => void;
}

export function Column({ side, texts, missing, reading, marks, lines, dispatch }: Props): JSX.Element {
  const words = useWords();
  const speech = useContext(Speech);
  const [chosen, choose] = useState<string | null>(null);
  const [lineForLine, setLineForLine] = useState(side === 'source' && matchMedia('(min-width: 760px)').matches);
  const heading = useId();
  const events = useMemo<RunEvents>(() => ({
    hover: (line) => dispatch({ type: 'line-hovered', line }),
    choose: (line) => dispatch({ type: 'line-focused', line, origin: 'text' }),
    reach: (line) => dispatch({ type: 'line-focused', line, origin: 'keys' }),
  }), [dispatch]);
  const entry = texts.find((text) => text.id === chosen) ?? texts[0];
  const text = reading.content?.texts.find((one) => one.text === entry?.id);
  const notice = pick(entry?.notice, speech);
  const name = entry ? words[entry.kind] : side === 'source' ? words.transcription : words.translation;

  return (
    <section className={`column column-${side}`} aria-labelledby={heading}>
      <header className="column-head">
        <h2 id={heading}>{name}</h2>
        {texts.length > 1 && (
          <label className="column-choice">
            <span className="unseen">{words.otherText}</span>
            <select value={entry?.id} onChange={(event) => choose(event.target.value)}>
              {texts.map((one) => <option key={one.id} value={one.id}>{pick(one.label, speech).words || words[one.kind]}</option>)}
            </select>
          </label>
        )}
        {side === 'source' && text && (
          <button type="button" className="quiet" onClick={() => setLineForLine(!lineForLine)}>
            {lineForLine ? words.asRunning : words.asOnPage}
          </button>
        )}
      </header>
      <div className="text-scroll">
        {notice.words !== '' && <p className="notice" role="status" lang={notice.lang || undefined}>{notice.words}</p>}
        {entry && text && text.paragraphs.length > 0 ? (
          <article lang={entry.language || undefined}>
            <TextPanel
              text={text}
              marks={marks}
              lines={lines}
              shown={shown(reading)}
              focus={reading.focus}
              origin={reading.origin}
              wish={reading.wish}
              lineForLine={lineForLine}
              events={events}
            />
          </article>
        ) : (
          <p className="missing">{reading.content === null ? words.loading : entry ? words.emptyText : missing}</p>
        )}
        {entry?.creator && text && <p className="creator">{fill(words.by, { name: entry.creator })}</p>}
      </div>
    </section>
  );
}
