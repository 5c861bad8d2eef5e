import { describe, expect, it } from 'vitest';
import { atomsOf } from '../src/model/atoms';
import { interfaceFor, pick } from '../src/model/language';
import type { Line, Mark, PageContent, Run } from '../src/model/page';
import { rowsOf } from '../src/model/rows';
import page1 from './fixtures/page-1.json';

const content = page1 as unknown as PageContent;
const lines = new Map<string, Line>(content.lines.map((line) => [line.id, line]));

const run = (text: string, marks: readonly string[] = [], start = 0): Run => ({
  text, start, end: start + [...text].length, line: 'l', box: null, confidence: 1, moved: false, marks,
});
const mark = (id: string, start: number, end: number, kind = 'underline'): Mark => ({
  id, text: 't', segment: 's', kind, start, end, value: '', raw: '', hand: 'unknown', certainty: 'none', label: {}, boxes: [],
});
const marksOf = (...all: readonly Mark[]): ReadonlyMap<string, Mark> => new Map(all.map((one) => [one.id, one]));
const shape = (cut: ReturnType<typeof atomsOf>): unknown[] =>
  cut.map((atom) => (atom.kind === 'note' ? `(${atom.mark.id})` : [atom.text, atom.marks.map((one) => one.id).join('')]));

describe('a run', () => {
  it('is cut where marks overlap, and loses no letter', () => {
    const cut = atomsOf(run('abcdef', ['x', 'y']), marksOf(mark('x', 1, 4), mark('y', 3, 9)));
    expect(shape(cut)).toEqual([['a', ''], ['bc', 'x'], ['d', 'xy'], ['ef', 'y']]);
  });

  it('counts code points, not UTF-16 units', () => {
    const cut = atomsOf(run('𝔸б𝔸в', ['x']), marksOf(mark('x', 2, 3)));
    expect(shape(cut)).toEqual([['𝔸б', ''], ['𝔸', 'x'], ['в', '']]);
  });

  it('has notes at their place, also at its end', () => {
    const cut = atomsOf(run('ab', ['n', 'm'], 10), marksOf(mark('n', 11, 11), mark('m', 12, 12)));
    expect(shape(cut)).toEqual([['a', ''], '(n)', ['b', ''], '(m)']);
  });

  it('says only where a mark begins that it begins', () => {
    const insertion = mark('x', 0, 9, 'insertion');
    const [first] = atomsOf(run('abc', ['x'], 3), marksOf(insertion));
    expect(first).toMatchObject({ text: 'abc', marks: [insertion], opens: [] });
  });

  it('shrugs at marks that do not exist', () => {
    expect(shape(atomsOf(run('ab', ['?']), new Map()))).toEqual([['ab', '']]);
  });
});

describe('the rows of a paragraph', () => {
  const texts = (lineForLine: boolean): string[] =>
    (content.texts[0]?.paragraphs ?? []).flatMap(({ segments }) =>
      rowsOf(segments, lines, lineForLine).map((row) => row.map((one) => one.run.text).join('')),
    );

  it('are the lines of the page, with the insertion in the line that it goes into', () => {
    expect(texts(true)).toContain('помнить, что армия как и компартия, является слишком молодой и имеет');
    expect(texts(true)).toContain('информируют товарищей о военном положении. Следует');
  });

  it('are one for running text', () => {
    expect(texts(false)).toHaveLength(content.texts[0]?.paragraphs.length ?? 0);
  });

  it('break where the line changes without a kept break', () => {
    const segment = { id: 's', kind: 'sentence', runs: [{ ...run('one '), line: 'a' }, { ...run('two '), line: 'b' }, { ...run('three'), line: null }] } as const;
    expect(rowsOf([segment], new Map(), true).map((row) => row.map((one) => one.run.text).join(''))).toEqual(['one ', 'two three']);
  });

  it('part segments by a space where neither has one', () => {
    const segment = (id: string, text: string) => ({ id, kind: 'sentence', runs: [run(text)] }) as const;
    const [row] = rowsOf([segment('a', 'One.'), segment('b', 'Two. '), segment('c', 'Three.')], new Map(), false);
    expect(row?.map((one) => one.spaced)).toEqual([false, true, false]);
  });

  it('break inside a run where its source did, and keep the places of marks', () => {
    const segment = { id: 's', kind: 'sentence', runs: [{ ...run('ab\ncd', [], 5), line: null }] } as const;
    expect(rowsOf([segment], new Map(), true).map(([one]) => [one?.run.text, one?.run.start, one?.run.end])).toEqual([['ab', 5, 7], ['cd', 8, 10]]);;
  });
});

describe('a language map', () => {
  it.each([
    [{ en: ['a'], ru: ['б'] }, 'ru', 'б', 'ru'],
    [{ 'en-GB': ['a'] }, 'en', 'a', 'en-GB'],
    [{ none: ['1950'], fr: ['x'] }, 'ru', '1950', ''],
    [{ fr: ['x', 'y'] }, 'ru', 'x · y', 'fr'],
    [{}, 'en', '', ''],
  ])('%o in %s gives %s', (map, wanted, words, lang) => {
    expect(pick(map, wanted)).toEqual({ words, lang });
  });

  it('is read in the language that the browser names first', () => {
    expect(interfaceFor(['de', 'ru-RU', 'en'])).toBe('ru');
    expect(interfaceFor(['en-US', 'ru'])).toBe('en');
    expect(interfaceFor(['zh'])).toBe('en');
  });
});
