/** The words of the pages themselves, in their two languages. */

import { createContext, useContext } from 'react';
import type { Interface } from './model/language';

const ENGLISH = {
  about: 'About this document',
  allDocuments: 'All documents',
  asOnPage: 'Line for line',
  asRunning: 'Running text',
  close: 'Close',
  dates: 'Dates',
  doubtful: 'doubtful',
  files: 'Files',
  fullPage: 'Whole page',
  handwritten: 'handwritten',
  insertion: 'insertion',
  keys: 'Keys: j and k or ↓ and ↑ move from line to line; [ and ] turn the page; Enter shows the line on the scan; Esc lets it go.',
  language: 'Language',
  line: 'Line {n} of {all}',
  loading: 'Loading…',
  low: 'uncertain alignment',
  manifest: 'IIIF manifest',
  mirador: 'Mirador',
  moved: 'read elsewhere than in the order of the page',
  nextPage: 'Next page',
  noSource: 'No transcription of this part yet.',
  noTranslation: 'No translation of this part yet.',
  untranslated: 'This part is declared as not translated.',
  emptyText: 'Nothing of this text lies on this page.',
  otherText: 'Text',
  page: 'Page {label}',
  pages: 'Pages',
  previousPage: 'Previous page',
  reload: 'Try again',
  scan: 'Scan',
  scanFailed: 'The scan cannot be loaded from {address}.',
  scanOf: 'Scan of page {label}',
  skip: 'Skip to the texts',
  by: 'By {name}',
  summary: 'Summary',
  texts: 'Texts',
  transcription: 'Transcription',
  ocr_draft: 'Machine reading',
  translation: 'Translation',
  uv: 'Universal Viewer',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  uncertainReading: 'uncertain reading',
};

export type Words = typeof ENGLISH;

const RUSSIAN: Words = {
  about: 'О документе',
  allDocuments: 'Все документы',
  asOnPage: 'По строкам',
  asRunning: 'Сплошной текст',
  close: 'Закрыть',
  dates: 'Даты',
  doubtful: 'под вопросом',
  files: 'Файлы',
  fullPage: 'Вся страница',
  handwritten: 'от руки',
  insertion: 'вставка',
  keys: 'Клавиши: j и k или ↓ и ↑ – по строкам; [ и ] – по страницам; Enter показывает строку на скане; Esc снимает выделение.',
  language: 'Язык',
  line: 'Строка {n} из {all}',
  loading: 'Загружается…',
  low: 'привязка ненадёжна',
  manifest: 'Манифест IIIF',
  mirador: 'Mirador',
  moved: 'читается не на своём месте в порядке страницы',
  nextPage: 'Следующая страница',
  noSource: 'Расшифровки этой части пока нет.',
  noTranslation: 'Перевода этой части пока нет.',
  untranslated: 'Эта часть объявлена непереведённой.',
  emptyText: 'На этой странице нет ничего из этого текста.',
  otherText: 'Текст',
  page: 'Страница {label}',
  pages: 'Страницы',
  previousPage: 'Предыдущая страница',
  reload: 'Попробовать ещё раз',
  scan: 'Скан',
  scanFailed: 'Скан не загружается: {address}.',
  scanOf: 'Скан страницы {label}',
  skip: 'К текстам',
  by: 'Автор: {name}',
  summary: 'Содержание',
  texts: 'Тексты',
  transcription: 'Расшифровка',
  ocr_draft: 'Машинное чтение',
  translation: 'Перевод',
  uv: 'Universal Viewer',
  zoomIn: 'Крупнее',
  zoomOut: 'Мельче',
  uncertainReading: 'чтение под вопросом',
};

export const WORDS: Readonly<Record<Interface, Words>> = { en: ENGLISH, ru: RUSSIAN };

/** Put values into a sentence's places. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

const DATE_KINDS: Readonly<Record<Interface, Readonly<Record<string, string>>>> = {
  en: {
    written: 'written', dispatched: 'dispatched', received: 'received', registered: 'registered', resolution: 'resolution',
    copied: 'copied', declassified: 'declassified', assigned: 'assigned',
  },
  ru: {
    written: 'составлен', dispatched: 'отправлен', received: 'получен', registered: 'зарегистрирован', resolution: 'резолюция',
    copied: 'снята копия', declassified: 'рассекречен', assigned: 'дата присвоена',
  },
};

/** Say what happened on a date. */
export function dateKind(kind: string, language: Interface): string {
  return DATE_KINDS[language][kind] ?? kind;
}

export const Speech = createContext<Interface>('en');

/** The page's words in the chosen language. */
export function useWords(): Words {
  return WORDS[useContext(Speech)];
}
