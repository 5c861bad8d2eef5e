/** Remembers the language that a reader chose for the pages, where the browser lets it. */

import type { Interface } from '../model/language';

const KEY = 'stroka-language';

export function keptSpeech(): Interface | null {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === 'en' || kept === 'ru' ? kept : null;
  } catch {
    return null;
  }
}

export function keepSpeech(language: Interface): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // A browser that keeps nothing asks navigator.languages again next time.
  }
}
