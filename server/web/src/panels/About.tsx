/** What is known of the document, behind a word in the head; a click elsewhere or Escape puts it away. */

import { useContext, useEffect, useRef, type JSX } from 'react';
import type { ArchivalDocument } from '../model/document';
import { pick, type LanguageMap } from '../model/language';
import { Speech, useWords } from '../strings';

export function About({ document }: { readonly document: ArchivalDocument }): JSX.Element {
  const words = useWords();
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const leave = (event: Event): void => {
      const elsewhere = event.target instanceof Node && !box.current?.contains(event.target);
      if (box.current?.open && (event instanceof KeyboardEvent ? event.key === 'Escape' : elsewhere)) box.current.open = false;
    };
    addEventListener('pointerdown', leave);
    addEventListener('keydown', leave);
    return () => {
      removeEventListener('pointerdown', leave);
      removeEventListener('keydown', leave);
    };
  }, []);
  return (
    <details className="about" ref={box}>
      <summary>{words.about}</summary>
      <div className="about-body">
        <Worded map={document.summary} className="about-summary" />
        <dl>
          {document.fields.map((field, index) => (
            <div key={index}>
              <dt><Worded map={field.label} /></dt>
              <dd><Worded map={field.value} /></dd>
            </div>
          ))}
          {document.files.length > 0 && (
            <div>
              <dt>{words.files}</dt>
              <dd>
                <ul className="about-files">
                  {document.files.map((file) => (
                    <li key={file.address}><a href={file.address} type={file.format}><Worded map={file.label} /></a></li>
                  ))}
                </ul>
              </dd>
            </div>
          )}
        </dl>
        <Worded map={document.credit} className="about-credit" />
        <p className="about-keys">{words.keys}</p>
      </div>
    </details>
  );
}

function Worded({ map, className }: { readonly map: LanguageMap; readonly className?: string }): JSX.Element | null {
  const speech = useContext(Speech);
  const { words, lang } = pick(map, speech);
  if (words === '') return null;
  const Element = className === undefined ? 'span' : 'p';
  return <Element className={className} lang={lang || undefined}>{words}</Element>;
}
