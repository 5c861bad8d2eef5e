/** The head of the reader: title and dates, the document's description, other ways to see it, the language. */

import { useContext, type JSX } from 'react';
import { encodeContentState } from '../crosswalk';
import type { ArchivalDocument, PageEntry } from '../model/document';
import { pick, type Interface } from '../model/language';
import { dateKind, Speech, useWords } from '../strings';
import { About } from './About';

interface Props {
  readonly document: ArchivalDocument;
  readonly page: PageEntry | undefined;
  readonly onSpeech: (language: Interface) => void;
}

export function Head({ document, page, onSpeech }: Props): JSX.Element {
  const words = useWords();
  const speech = useContext(Speech);
  const title = pick(document.title, speech);
  return (
    <header className="head">
      <a className="home" href="/">{words.allDocuments}</a>
      <div className="head-title">
        <h1 lang={title.lang || undefined}>{title.words}</h1>
        <ul className="dates" aria-label={words.dates}>
          {document.dates.map((date, index) => (
            <li key={index} className="date-chip" title={dateKind(date.kind, speech)}>
              {date.edtf !== '' && !/[^\d-]/.test(date.edtf) ? <time dateTime={date.edtf}>{date.written}</time> : date.written}
              {date.kind !== 'written' && <span className="date-kind"> {dateKind(date.kind, speech)}</span>}
            </li>
          ))}
        </ul>
      </div>
      <div className="head-tools">
        <About document={document} />
        <a href={viewer('mirador', document, page)}>{words.mirador}</a>
        <a href={viewer('uv', document, page)}>{words.uv}</a>
        <a href={document.manifest}>{words.manifest}</a>
        <div className="languages" role="group" aria-label={words.language}>
          {(['en', 'ru'] as const).map((one) => (
            <button key={one} type="button" lang={one} aria-pressed={one === speech} onClick={() => onSpeech(one)}>
              {one === 'en' ? 'English' : 'Русский'}
            </button>
          ))}
        </div>
      </div>
    </header>
  );
}

/** The address of a viewer page that opens the document at the page in view. */
function viewer(name: 'mirador' | 'uv', document: ArchivalDocument, page: PageEntry | undefined): string {
  const state = page
    ? encodeContentState(JSON.stringify({ id: page.canvas, type: 'Canvas', partOf: [{ id: document.manifest, type: 'Manifest' }] }))
    : encodeURIComponent(document.manifest);
  return `/view/${name}?iiif-content=${state}`;
}
