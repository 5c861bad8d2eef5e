/** The reader of one document: holds what is looked at, and keeps it in step with the browser's address. */

import { useCallback, useEffect, useMemo, useReducer, useRef, useState, type JSX } from 'react';
import type { Api } from '../api';
import { pagesInOrder, partOf, textsOf, type ArchivalDocument } from '../model/document';
import { pick, type Interface } from '../model/language';
import { addressOf, placeOf } from '../state/address';
import { NOTHING, reduce } from '../state/reader';
import { Speech, WORDS } from '../strings';
import { ScanPanel } from '../viewer/ScanPanel';
import { Column } from './Column';
import { Head } from './Head';
import { Pages } from './Pages';
import { useKeys } from './keys';

interface Props {
  readonly api: Api;
  readonly document: ArchivalDocument;
  readonly speech: Interface;
  readonly onSpeech: (language: Interface) => void;
}

type Side = 'source' | 'translation';

export function Reader({ api, document, speech, onSpeech }: Props): JSX.Element {
  const words = WORDS[speech];
  const [reading, dispatch] = useReducer(reduce, NOTHING);
  const [problem, setProblem] = useState('');
  const [attempt, setAttempt] = useState(0);
  const [side, setSide] = useState<Side>('source');
  const pages = useMemo(() => pagesInOrder(document), [document]);
  const page = pages.find((one) => one.id === reading.page);

  useEffect(() => {
    const follow = (): void => {
      const place = placeOf(location.search, location.hash);
      const known = pages.find((one) => one.id === place.page) ?? pages[0];
      if (known) dispatch({ type: 'page-chosen', page: known.id, line: place.line });
    };
    follow();
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, [pages]);

  useEffect(() => {
    if (reading.page === null) return;
    let wanted = true;
    setProblem('');
    api.page(document.id, reading.page).then(
      (content) => wanted && dispatch({ type: 'page-arrived', content }),
      (error: unknown) => wanted && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => { wanted = false; };
  }, [api, document.id, reading.page, attempt]);

  const written = useRef('');
  useEffect(() => {
    if (reading.page === null || reading.content === null) return;
    const address = addressOf(location.pathname, location.search, { page: reading.page, line: reading.focus });
    if (address === written.current) return;
    written.current = address;
    history.replaceState(null, '', address);
  }, [reading.page, reading.content, reading.focus]);

  const turn = useCallback((to: string) => {
    history.pushState(null, '', addressOf(location.pathname, location.search, { page: to, line: null }));
    dispatch({ type: 'page-chosen', page: to, line: null });
  }, []);
  useKeys(dispatch, (by) => {
    const next = pages[pages.findIndex((one) => one.id === reading.page) + by];
    if (next) turn(next.id);
  });

  const marks = useMemo(() => new Map((reading.content?.marks ?? []).map((mark) => [mark.id, mark])), [reading.content]);
  const lines = useMemo(() => new Map((reading.content?.lines ?? []).map((line) => [line.id, line])), [reading.content]);
  const { sources, translations } = textsOf(document, reading.page ?? '');
  const column = { reading, marks, lines, dispatch };
  const untranslated = partOf(document, reading.page ?? '')?.untranslated ?? false;

  useEffect(() => {
    window.document.documentElement.lang = speech;
    window.document.title = `${pick(document.title, speech).words} – Stroka`;
  }, [document, speech]);

  return (
    <Speech value={speech}>
      <a className="skip" href="#texts" onClick={(event) => { event.preventDefault(); window.document.getElementById('texts')?.focus(); }}>{words.skip}</a>
      <Head document={document} page={page} onSpeech={onSpeech} />
      {page && <Pages document={document} page={page.id} onChoose={turn} />}
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem} <button type="button" onClick={() => setAttempt(attempt + 1)}>{words.reload}</button>
        </p>
      )}
      <main className={`spread shows-${side}`}>
        {page && <ScanPanel key={page.id} page={page} reading={reading} dispatch={dispatch} />}
        <div className="sides" role="group" aria-label={words.texts}>
          {(['source', 'translation'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={one === side} onClick={() => setSide(one)}>
              {one === 'source' ? words.transcription : words.translation}
            </button>
          ))}
        </div>
        <div className="texts" id="texts" tabIndex={-1}>
          <Column side="source" texts={sources} missing={words.noSource} {...column} />
          <Column side="translation" texts={translations} missing={untranslated ? words.untranslated : words.noTranslation} {...column} />
        </div>
      </main>
    </Speech>
  );
}
