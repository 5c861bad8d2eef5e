/** What the reader looks at, as a value, and how it changes. Pure: effects live in the components. */

import type { PageContent } from '../model/page';

/** Who changed the focus: only a person's own wish moves the scan or the texts under their eyes. */
export type Origin = 'scan' | 'text' | 'keys' | 'address';

export interface Reading {
  readonly page: string | null;
  readonly content: PageContent | null;
  readonly focus: string | null;
  readonly hover: string | null;
  readonly origin: Origin;
  /** Grows with every wish to see a line, so that the same line asked for twice is shown twice. */
  readonly wish: number;
}

export type Change =
  | { readonly type: 'page-chosen'; readonly page: string; readonly line: string | null }
  | { readonly type: 'page-arrived'; readonly content: PageContent }
  | { readonly type: 'line-focused'; readonly line: string | null; readonly origin: Origin }
  | { readonly type: 'line-hovered'; readonly line: string | null }
  | { readonly type: 'line-stepped'; readonly by: 1 | -1 };

export const NOTHING: Reading = { page: null, content: null, focus: null, hover: null, origin: 'address', wish: 0 };

/** Give the reading after a change. */
export function reduce(reading: Reading, change: Change): Reading {
  switch (change.type) {
    case 'page-chosen':
      if (change.page === reading.page) return focused(reading, change.line, 'address');
      return { ...NOTHING, page: change.page, focus: change.line, wish: reading.wish + 1 };
    case 'page-arrived': {
      if (change.content.page !== reading.page) return reading;
      const known = change.content.lines.some((line) => line.id === reading.focus);
      return { ...reading, content: change.content, focus: known ? reading.focus : null, wish: reading.wish + 1 };
    }
    case 'line-focused':
      return focused(reading, change.line, change.origin);
    case 'line-hovered':
      return reading.hover === change.line ? reading : { ...reading, hover: change.line };
    case 'line-stepped':
      return focused(reading, stepped(reading, change.by), 'keys');
  }
}

function focused(reading: Reading, line: string | null, origin: Origin): Reading {
  return { ...reading, focus: line, hover: null, origin, wish: reading.wish + 1 };
}

function stepped(reading: Reading, by: 1 | -1): string | null {
  const lines = reading.content?.lines ?? [];
  const at = lines.findIndex((line) => line.id === reading.focus);
  const next = at < 0 ? (by > 0 ? 0 : lines.length - 1) : Math.min(Math.max(at + by, 0), lines.length - 1);
  return lines[next]?.id ?? null;
}

/** The line that is shown in all three places. */
export function shown(reading: Reading): string | null {
  return reading.hover ?? reading.focus;
}
