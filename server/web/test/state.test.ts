import { describe, expect, it } from 'vitest';
import { Api, Problem } from '../src/api';
import { pagesInOrder, textsOf, type ArchivalDocument } from '../src/model/document';
import type { PageContent } from '../src/model/page';
import { addressOf, placeOf } from '../src/state/address';
import { NOTHING, reduce, shown, type Change, type Reading } from '../src/state/reader';
import { fill, WORDS } from '../src/strings';
import { caretOf, outline, surroundings } from '../src/viewer/shapes';
import document1 from './fixtures/document.json';
import page1 from './fixtures/page-1.json';

const content = page1 as unknown as PageContent;
const archival = document1 as unknown as ArchivalDocument;
const after = (...changes: readonly Change[]): Reading => changes.reduce(reduce, NOTHING);
const first = content.lines[0]!.id;
const second = content.lines[1]!.id;
const open: readonly Change[] = [{ type: 'page-chosen', page: 'page1', line: null }, { type: 'page-arrived', content }];

describe('the reading', () => {
  it('steps through the lines, and stops at both ends', () => {
    expect(after(...open, { type: 'line-stepped', by: 1 }).focus).toBe(first);
    expect(after(...open, { type: 'line-stepped', by: 1 }, { type: 'line-stepped', by: 1 }).focus).toBe(second);
    expect(after(...open, { type: 'line-focused', line: first, origin: 'text' }, { type: 'line-stepped', by: -1 }).focus).toBe(first);
    expect(after(...open, { type: 'line-stepped', by: -1 }).focus).toBe(content.lines.at(-1)!.id);
  });

  it('shows the line under the pointer, and then the focused one again', () => {
    const hovering = after(...open, { type: 'line-focused', line: first, origin: 'text' }, { type: 'line-hovered', line: second });
    expect(shown(hovering)).toBe(second);
    expect(shown(reduce(hovering, { type: 'line-hovered', line: null }))).toBe(first);
  });

  it('keeps a deep link’s line until the page has arrived, and drops one that is not there', () => {
    expect(after({ type: 'page-chosen', page: 'page1', line: second }, { type: 'page-arrived', content }).focus).toBe(second);
    expect(after({ type: 'page-chosen', page: 'page1', line: 'gone' }, { type: 'page-arrived', content }).focus).toBeNull();
  });

  it('ignores a page that arrives after another was chosen', () => {
    const late = after({ type: 'page-chosen', page: 'page2', line: null }, { type: 'page-arrived', content });
    expect(late.content).toBeNull();
  });
});

describe('the address', () => {
  it.each([
    ['?page=p1', '#l1', { page: 'p1', line: 'l1' }],
    ['', '', { page: null, line: null }],
    ['?page=', '#%E0%A4%A', { page: null, line: null }],
  ])('%s%s names its place', (search, hash, place) => {
    expect(placeOf(search, hash)).toEqual(place);
  });

  it('is written as it is read, and keeps other parameters', () => {
    const address = addressOf('/documents/d', '?q=x', { page: 'a b', line: 'l#1' });
    expect(address).toBe('/documents/d?q=x&page=a+b#l%231');
    const url = new URL(address, 'http://h');
    expect(placeOf(url.search, url.hash)).toEqual({ page: 'a b', line: 'l#1' });
  });
});

describe('the service', () => {
  it('is asked only whether a page has changed, once it is held', async () => {
    const asked: (string | null)[] = [];
    const api = new Api((_address, options) => {
      const etag = new Headers(options?.headers).get('If-None-Match');
      asked.push(etag);
      return Promise.resolve(etag === '"1"' ? new Response(null, { status: 304 }) : new Response('{"page":"p"}', { headers: { ETag: '"1"' } }));
    });
    expect(await api.page('d', 'p')).toEqual({ page: 'p' });
    expect(await api.page('d', 'p')).toEqual({ page: 'p' });
    expect(asked).toEqual([null, '"1"']);
  });

  it.each([
    [new Response('{"title":"No such document","detail":"There is no x."}', { status: 404, headers: { 'Content-Type': 'application/problem+json' } }), 'No such document: There is no x.'],
    [new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' }), 'Error 502: Bad Gateway'],
    [new Response('<h1>', { status: 200 }), 'not JSON'],
  ])('tells its problems', async (answer, words) => {
    const asked = new Api(() => Promise.resolve(answer)).document('x');
    await expect(asked).rejects.toThrow(Problem);
    await expect(asked).rejects.toThrow(words);
  });

  it('may be out of reach', async () => {
    await expect(new Api(() => Promise.reject(new TypeError('x'))).document('x')).rejects.toThrow('cannot be reached');
  });

  it('gets ids into addresses safely', async () => {
    let asked = '';
    await new Api((address) => { asked = String(address); return Promise.resolve(new Response('{}')); }).page('a/b', '?');
    expect(asked).toBe('/api/documents/a%2Fb/pages/%3F');
  });
});

describe('a document', () => {
  it('gives its pages in the order of its parts', () => {
    const turned = { ...archival, parts: [...archival.parts].reverse(), pages: [...archival.pages, { ...archival.pages[0]!, id: 'loose' }] };
    expect(pagesInOrder(turned).map((page) => page.id)).toEqual(['page2', 'page1', 'loose']);
  });

  it('gives a page the texts of its part', () => {
    expect(textsOf(archival, 'page1').translations.map((text) => text.id)).toEqual(['en1']);
    expect(textsOf(archival, 'page2').translations).toEqual([]);
  });
});

describe('the shapes on the scan', () => {
  const line = content.lines.find((one) => one.role === 'body')!;

  it('have a box where a boundary has too few corners', () => {
    expect(outline({ ...line, box: [1, 2, 10, 20], polygon: [] })).toBe('M1 2L11 2L11 22L1 22Z');
  });

  it('point a caret from the insertion into the line, from above and from below', () => {
    const target = { ...line, box: [100, 100, 800, 50] as const };
    const anchor = { line: target.id, x: 300 };
    const above = caretOf({ ...line, box: [250, 40, 200, 40], anchor }, target);
    const below = caretOf({ ...line, box: [400, 170, 200, 40], anchor }, target);
    expect(above.caret).toMatch(/L300 140L/);
    expect(above.thread).toMatch(/^M300 80C/);
    expect(below.caret).toMatch(/L300 140L/);
    expect(below.thread).toMatch(/^M400 170C/);
  });

  it('show a line’s surroundings inside the page’s sides', () => {
    const [x, , width] = surroundings([0, 10, 30, 20], { width: 1000, height: 1400 });
    expect(x).toBe(0);
    expect(width).toBe(700);
    expect(surroundings([0, 10, 1000, 20], { width: 1000, height: 1400 })[2]).toBe(1000);
  });
});

describe('the words of the pages', () => {
  it('have the same places in both languages', () => {
    for (const key of Object.keys(WORDS.en) as (keyof typeof WORDS.en)[]) {
      expect(WORDS.ru[key]).not.toBe('');
      expect(WORDS.ru[key].match(/\{\w+\}/g)).toEqual(WORDS.en[key].match(/\{\w+\}/g));
    }
  });

  it('are filled', () => {
    expect(fill(WORDS.ru.line, { n: 2, all: 9 })).toBe('Строка 2 из 9');
  });
});
