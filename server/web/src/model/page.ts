/** A page's lines, texts and marks as `GET /api/documents/{doc}/pages/{page}` gives them. Pixels of the page frame. */

import type { LanguageMap } from './language';

export type Box = readonly [x: number, y: number, width: number, height: number];
export type Point = readonly [x: number, y: number];

export type Role = 'body' | 'heading' | 'date' | 'insertion' | 'marginal' | 'stamp' | 'signature' | 'page_number';
export type Hand = 'typed' | 'handwritten' | 'printed' | 'stamp' | 'unknown';

export interface Line {
  readonly id: string;
  readonly box: Box;
  readonly polygon: readonly Point[];
  readonly role: Role;
  readonly hand: Hand;
  readonly confidence: number;
  readonly anchor: { readonly line: string; readonly x: number } | null;
}

/** A stretch of a segment that lies on one line, or on none that is known. Positions are code points. */
export interface Run {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly line: string | null;
  readonly box: Box | null;
  readonly confidence: number;
  readonly moved: boolean;
  readonly marks: readonly string[];
}

export type SegmentKind = 'sentence' | 'heading' | 'date_line' | 'address' | 'signature' | 'note';

export interface Segment {
  readonly id: string;
  readonly kind: SegmentKind;
  readonly runs: readonly Run[];
}

export interface PageText {
  readonly text: string;
  readonly paragraphs: readonly { readonly segments: readonly Segment[] }[];
}

export interface Mark {
  readonly id: string;
  readonly text: string;
  readonly segment: string;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly value: string;
  readonly raw: string;
  readonly hand: Hand;
  readonly certainty: 'high' | 'medium' | 'low' | 'none';
  readonly label: LanguageMap;
  readonly boxes: readonly Box[];
}

export interface PageContent {
  readonly page: string;
  readonly lines: readonly Line[];
  readonly texts: readonly PageText[];
  readonly marks: readonly Mark[];
}

/** Below this a link or a line is shown as doubtful. */
export const DOUBTFUL = 0.5;
