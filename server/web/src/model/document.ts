/** A document as `GET /api/documents/{doc}` gives it. */

import type { LanguageMap } from './language';

export interface DocumentDate {
  readonly written: string;
  readonly edtf: string;
  readonly kind: string;
}

export interface Part {
  readonly id: string;
  readonly label: LanguageMap;
  readonly pages: readonly string[];
  readonly untranslated: boolean;
}

export interface PageEntry {
  readonly id: string;
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly canvas: string;
  readonly image: string;
}

export type TextKind = 'transcription' | 'translation' | 'ocr_draft';

export interface TextEntry {
  readonly id: string;
  readonly part: string;
  readonly kind: TextKind;
  readonly language: string;
  readonly label: LanguageMap;
  readonly notice: LanguageMap | null;
  readonly creator: string;
}

/** The document in another format; the address is from the service's root. */
export interface FileEntry {
  readonly label: LanguageMap;
  readonly address: string;
  readonly format: string;
}

export interface ArchivalDocument {
  readonly id: string;
  readonly title: LanguageMap;
  readonly summary: LanguageMap;
  readonly credit: LanguageMap;
  readonly modified: string;
  readonly manifest: string;
  readonly fields: readonly { readonly label: LanguageMap; readonly value: LanguageMap }[];
  readonly files: readonly FileEntry[];
  readonly dates: readonly DocumentDate[];
  readonly parts: readonly Part[];
  readonly pages: readonly PageEntry[];
  readonly texts: readonly TextEntry[];
}

/** The pages in the order of the parts; pages of no part come last. */
export function pagesInOrder(document: ArchivalDocument): readonly PageEntry[] {
  const byId = new Map(document.pages.map((page) => [page.id, page]));
  const ids = new Set(document.parts.flatMap((part) => part.pages));
  for (const page of document.pages) ids.add(page.id);
  return [...ids].flatMap((id) => byId.get(id) ?? []);
}

/** The part that a page belongs to. */
export function partOf(document: ArchivalDocument, page: string): Part | undefined {
  return document.parts.find((part) => part.pages.includes(page));
}

/** The texts of a page's part: those of the source's language first, then the translations. */
export function textsOf(
  document: ArchivalDocument,
  page: string,
): { readonly sources: readonly TextEntry[]; readonly translations: readonly TextEntry[] } {
  const part = partOf(document, page);
  const here = document.texts.filter((text) => text.part === part?.id);
  return {
    sources: [...here.filter((text) => text.kind === 'transcription'), ...here.filter((text) => text.kind === 'ocr_draft')],
    translations: here.filter((text) => text.kind === 'translation'),
  };
}
