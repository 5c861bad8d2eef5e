/** The scan with its lines drawn over it, and the buttons for its size. */

import { useEffect, useMemo, useRef, useState, type JSX } from 'react';
import { createPortal } from 'react-dom';
import type { PageEntry } from '../model/document';
import { shown, type Change, type Reading } from '../state/reader';
import { fill, useWords } from '../strings';
import { ScanLines } from './ScanLines';
import { Scan } from './scan';

interface Props {
  readonly page: PageEntry;
  readonly reading: Reading;
  readonly dispatch: (change: Change) => void;
}

export function ScanPanel({ page, reading, dispatch }: Props): JSX.Element {
  const words = useWords();
  const frame = useRef<HTMLDivElement>(null);
  const scan = useRef<Scan | null>(null);
  const [layer, setLayer] = useState<SVGSVGElement | null>(null);
  const [failed, setFailed] = useState(false);
  const label = fill(words.scanOf, { label: page.label });

  useEffect(() => {
    if (!frame.current) return;
    setFailed(false);
    const opened = new Scan(frame.current, page, label, { opened: setLayer, failed: () => setFailed(true) });
    scan.current = opened;
    return () => {
      setLayer(null);
      scan.current = null;
      opened.close();
    };
  }, [page, label]);

  const lines = useMemo(() => new Map((reading.content?.lines ?? []).map((line) => [line.id, line])), [reading.content]);
  const { focus, origin, wish } = reading;
  useEffect(() => {
    const line = focus === null ? undefined : lines.get(focus);
    if (!line || !layer || origin === 'scan') return;
    if (origin === 'keys') scan.current?.reveal(line.box);
    else scan.current?.show(line.box);
  }, [focus, origin, wish, lines, layer]);

  return (
    <section className="scan" aria-label={label}>
      <div className="scan-frame" ref={frame} />
      {failed && <p className="problem scan-problem" role="alert">{fill(words.scanFailed, { address: page.image })}</p>}
      {layer && createPortal(
        <ScanLines lines={reading.content?.lines ?? []} shown={shown(reading)} focus={focus} dispatch={dispatch} />,
        layer,
      )}
      <div className="scan-buttons" role="group" aria-label={words.scan}>
        <button type="button" onClick={() => scan.current?.zoom(1.5)} aria-label={words.zoomIn} title={words.zoomIn}>+</button>
        <button type="button" onClick={() => scan.current?.zoom(1 / 1.5)} aria-label={words.zoomOut} title={words.zoomOut}>−</button>
        <button type="button" onClick={() => scan.current?.whole()} aria-label={words.fullPage} title={words.fullPage}>⤢</button>
      </div>
    </section>
  );
}
