/** The way through a document: its parts, their pages, and the steps to the next and the one before. */

import { useContext, type JSX } from 'react';
import { pagesInOrder, type ArchivalDocument } from '../model/document';
import { pick } from '../model/language';
import { fill, Speech, useWords } from '../strings';

interface Props {
  readonly document: ArchivalDocument;
  readonly page: string;
  readonly onChoose: (page: string) => void;
}

export function Pages({ document, page, onChoose }: Props): JSX.Element {
  const words = useWords();
  const speech = useContext(Speech);
  const all = pagesInOrder(document);
  const labels = new Map(all.map((one) => [one.id, one.label]));
  const at = all.findIndex((one) => one.id === page);
  const step = (by: number, sign: string, name: string): JSX.Element => {
    const to = all[at + by];
    return (
      <button type="button" className="step" disabled={!to} onClick={() => to && onChoose(to.id)} aria-label={name} title={name}>
        {sign}
      </button>
    );
  };
  return (
    <nav className="pages" aria-label={words.pages}>
      {step(-1, '‹', words.previousPage)}
      <ol className="parts">
        {document.parts.map((part) => {
          const label = pick(part.label, speech);
          return (
            <li key={part.id} className="part">
              {label.words !== '' && <span className="part-label" lang={label.lang || undefined}>{label.words}</span>}
              <ol className="part-pages">
                {part.pages.map((id) => (
                  <li key={id}>
                    <a
                      href={`?page=${encodeURIComponent(id)}`}
                      aria-current={id === page ? 'page' : undefined}
                      aria-label={fill(words.page, { label: labels.get(id) ?? '' })}
                      onClick={(event) => {
                        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                        event.preventDefault();
                        onChoose(id);
                      }}
                    >
                      {labels.get(id) ?? '?'}
                    </a>
                  </li>
                ))}
              </ol>
            </li>
          );
        })}
      </ol>
      {step(1, '›', words.nextPage)}
    </nav>
  );
}
