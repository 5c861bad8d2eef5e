/** A run's words with their marks: carets before insertions, chips for dates, frames for stamps, chips for notes. */

import { useContext, type JSX, type ReactNode } from 'react';
import { atomsOf } from '../model/atoms';
import { pick } from '../model/language';
import type { Mark, Run } from '../model/page';
import { Speech, useWords } from '../strings';

interface Props {
  readonly run: Run;
  readonly marks: ReadonlyMap<string, Mark>;
}

/** Kinds whose words are set off by a class alone. */
const STYLED = new Set([
  'handwritten', 'insertion', 'deletion', 'substitution', 'underline', 'date', 'stamp', 'signature', 'illegible',
  'uncertain', 'faded', 'supplied', 'expansion',
]);

export function Marked({ run, marks }: Props): JSX.Element {
  return (
    <>
      {atomsOf(run, marks).map((atom, index) =>
        atom.kind === 'note' ? <Note key={atom.mark.id} mark={atom.mark} /> : (
          <Wrapped key={index} marks={atom.marks} opens={atom.opens}>{atom.text}</Wrapped>
        ),
      )}
    </>
  );
}

function Wrapped({ marks, opens, children }: {
  readonly marks: readonly Mark[];
  readonly opens: readonly Mark[];
  readonly children: ReactNode;
}): ReactNode {
  const words = useWords();
  const speech = useContext(Speech);
  const styled = marks.filter((mark) => STYLED.has(mark.kind));
  if (styled.length === 0 && opens.length === 0) return children;
  const caret = opens.some((mark) => mark.kind === 'insertion');
  const kinds = styled.map((mark) => `mark-${mark.kind}`);
  const uncertain = styled.some((mark) => mark.certainty === 'low' || mark.certainty === 'medium');
  const title = styled.map((mark) => [pick(mark.label, speech).words, dated(mark)].filter(Boolean).join(': ')).join('; ');
  const Element = styled.some((mark) => mark.kind === 'deletion') ? 'del' : styled.some((mark) => mark.kind === 'insertion') ? 'ins' : 'span';
  const described = title + (uncertain ? ` (${words.uncertainReading})` : '');
  return (
    <Element
      className={['mark', ...kinds, uncertain ? 'mark-uncertain' : '', caret ? 'has-caret' : ''].filter(Boolean).join(' ')}
      title={described}
      data-marks={styled.map((mark) => mark.id).join(' ')}
    >
      {children}
    </Element>
  );
}

function dated(mark: Mark): string {
  return mark.kind === 'date' ? mark.value : '';
}

/** A mark without width: what it is, and what it says. */
function Note({ mark }: { readonly mark: Mark }): JSX.Element {
  const speech = useContext(Speech);
  const label = pick(mark.label, speech);
  const gap = mark.kind === 'illegible' || mark.kind === 'lost' || mark.kind === 'omission' || mark.kind === 'blank';
  return (
    <span className={`note note-${mark.kind}`} role="note" data-marks={mark.id}>
      <span className="note-label" lang={label.lang || undefined}>{label.words || mark.kind}</span>
      {mark.value !== '' && <span className="note-value">{gap ? ` ${mark.value}` : `: ${mark.value}`}</span>}
    </span>
  );
}
