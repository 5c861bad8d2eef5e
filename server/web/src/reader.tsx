/** The reader page: fetches the document that the page names, and shows it. */

import './style/reader.css';
import { StrictMode, useEffect, useState, type JSX } from 'react';
import { createRoot } from 'react-dom/client';
import { Api } from './api';
import type { ArchivalDocument } from './model/document';
import { interfaceFor, type Interface } from './model/language';
import { Reader } from './panels/Reader';
import { keepSpeech, keptSpeech } from './state/speech';
import { WORDS } from './strings';

function Page({ api, id }: { readonly api: Api; readonly id: string }): JSX.Element {
  const [speech, setSpeech] = useState<Interface>(() => keptSpeech() ?? interfaceFor(navigator.languages));
  const [found, setFound] = useState<ArchivalDocument | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    api.document(id).then(setFound, (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  }, [api, id]);
  const words = WORDS[speech];
  if (found) {
    const change = (language: Interface): void => {
      keepSpeech(language);
      setSpeech(language);
    };
    return <Reader api={api} document={found} speech={speech} onSpeech={change} />;
  }
  if (problem === '') return <p className="missing" role="status">{words.loading}</p>;
  return (
    <div className="problem" role="alert">
      <p>{problem}</p>
      <p><a href="/">{words.allDocuments}</a></p>
    </div>
  );
}

const element = document.getElementById('reader');
if (element) {
  createRoot(element).render(
    <StrictMode>
      <Page api={new Api()} id={element.dataset.document ?? ''} />
    </StrictMode>,
  );
}
