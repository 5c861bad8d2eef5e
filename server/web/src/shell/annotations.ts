/** A canvas's annotation pages, as boxes with words, for a viewer that reads no annotation pages itself. */

import { idOf, isJson, typeOf } from '../crosswalk';

/** A box on a canvas with the words of every text that lies there. */
export interface Words {
  readonly target: string;
  readonly bodyValue: string;
}

type Json = Readonly<Record<string, unknown>>;

/** The annotation pages of each canvas of a manifest, by the canvas's id. */
export function annotationPages(manifest: unknown): ReadonlyMap<string, readonly Json[]> {
  const canvases = isJson(manifest) && Array.isArray(manifest.items) ? manifest.items : [];
  const pages = new Map<string, readonly Json[]>();
  for (const canvas of canvases) {
    if (!isJson(canvas) || typeOf(canvas) !== 'Canvas') continue;
    pages.set(idOf(canvas), (Array.isArray(canvas.annotations) ? canvas.annotations : []).filter(isJson));
  }
  return pages;
}

/** Join the annotations of several pages: one entry per box, the texts below each other in the pages' order. */
export function wordsOf(pages: readonly unknown[]): readonly Words[] {
  const byTarget = new Map<string, string[]>();
  for (const page of pages) {
    const items = isJson(page) && Array.isArray(page.items) ? page.items : [];
    for (const annotation of items) {
      if (!isJson(annotation) || typeof annotation.target !== 'string') continue;
      if (!/#xywh=\d+,\d+,\d+,\d+$/.test(annotation.target)) continue;
      const words = bodyOf(annotation.body);
      if (words === '') continue;
      const held = byTarget.get(annotation.target) ?? [];
      if (!held.includes(words)) held.push(words);
      byTarget.set(annotation.target, held);
    }
  }
  return [...byTarget].map(([target, words]) => ({ target, bodyValue: words.join('\n') }));
}

function bodyOf(body: unknown): string {
  return (Array.isArray(body) ? body : [body])
    .filter(isJson)
    .filter((one) => one.purpose !== 'tagging' && typeof one.value === 'string')
    .map((one) => String(one.value))
    .join(' · ');
}
