/** Language maps, and the choice of a language from them. */

export type LanguageMap = Readonly<Record<string, readonly string[]>>;

/** The languages that the pages themselves speak. */
export type Interface = 'en' | 'ru';

/** Words, and the tag of the language that they are in (empty where it is unknown). */
export interface Worded {
  readonly words: string;
  readonly lang: string;
}

/** Choose a value: the wanted language, then no language, then English, then whatever there is. */
export function pick(map: LanguageMap | null | undefined, wanted: string): Worded {
  const tags = Object.keys(map ?? {});
  const tag =
    tags.find((one) => one === wanted) ??
    tags.find((one) => one.split('-')[0] === wanted) ??
    tags.find((one) => one === 'none') ??
    tags.find((one) => one.split('-')[0] === 'en') ??
    tags[0];
  if (map == null || tag === undefined) return { words: '', lang: '' };
  return { words: (map[tag] ?? []).join(' · '), lang: tag === 'none' ? '' : tag };
}

/** Say which of the pages' languages a reader would like, from the browser's list. */
export function interfaceFor(languages: readonly string[]): Interface {
  for (const tag of languages) {
    const base = tag.toLowerCase().split('-')[0];
    if (base === 'ru' || base === 'en') return base;
  }
  return 'en';
}
