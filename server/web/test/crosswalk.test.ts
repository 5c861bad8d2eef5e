import { describe, expect, it } from 'vitest';
import { BadContentState, boxOfFragment, decodeContentState, encodeContentState, parseContentState } from '../src/crosswalk';

const MANIFEST = 'https://archive.example/iiif/presentation/3/doc1/manifest';
const CANVAS = 'https://archive.example/iiif/canvas/page1';
const PART_OF = [{ id: MANIFEST, type: 'Manifest' }];

const encoded = (value: unknown): string => encodeContentState(JSON.stringify(value));

describe('the encoding of content states', () => {
  it('gives the value that the specification prints', () => {
    const text = '{"id":"https://example.org/object1/canvas7#xywh=1000,2000,1000,2000","type":"Canvas","partOf":[{"id":"https://example.org/object1/manifest","type":"Manifest"}]}';
    expect(encodeContentState(text)).toMatch(/^JTdCJTIyaWQlMjIlM0ElMjJodHRwcyUzQSUyRiUyRmV4YW1wbGUub3Jn/);
  });

  it.each(['{}', '{"label":"Шифртелеграмма – 秘"}', 'a?b>c', '%'])('gives %s back', (text) => {
    const value = encodeContentState(text);
    expect(value).toMatch(/^[A-Za-z0-9_-]*$/);
    expect(decodeContentState(value)).toBe(text);
  });
});

describe('a content state', () => {
  it.each([
    ['a canvas', { id: CANVAS, type: 'Canvas', partOf: PART_OF }, { manifest: MANIFEST, canvas: CANVAS }],
    ['a place on a canvas', { id: `${CANVAS}#xywh=10,20,30,40`, type: 'Canvas', partOf: PART_OF }, { manifest: MANIFEST, canvas: CANVAS, box: [10, 20, 30, 40] }],
    ['a manifest', { id: MANIFEST, type: 'Manifest' }, { manifest: MANIFEST }],
    ['partOf as one object', { id: CANVAS, type: 'Canvas', partOf: PART_OF[0] }, { manifest: MANIFEST, canvas: CANVAS }],
    ['partOf as an address', { id: CANVAS, type: 'Canvas', partOf: MANIFEST }, { manifest: MANIFEST, canvas: CANVAS }],
    ['a range', { id: 'https://archive.example/iiif/range/1', type: 'Range', partOf: PART_OF }, { manifest: MANIFEST, range: 'https://archive.example/iiif/range/1' }],
    ['an annotation', { id: 'https://archive.example/state', type: 'Annotation', motivation: ['contentState'], target: { id: CANVAS, type: 'Canvas', partOf: PART_OF } }, { manifest: MANIFEST, canvas: CANVAS }],
    ['an annotation with several targets', { type: 'Annotation', target: [{ id: CANVAS, type: 'Canvas', partOf: PART_OF }, { id: 'https://archive.example/2', type: 'Canvas' }] }, { manifest: MANIFEST, canvas: CANVAS }],
    ['an annotation on an address', { type: 'Annotation', target: MANIFEST }, { address: MANIFEST }],
    [
      'a specific resource',
      { type: 'Annotation', target: { type: 'SpecificResource', source: { id: CANVAS, type: 'Canvas', partOf: PART_OF }, selector: { type: 'FragmentSelector', value: 'xywh=1,2,3,4' } } },
      { manifest: MANIFEST, canvas: CANVAS, box: [1, 2, 3, 4] },
    ],
    [
      'a specific resource whose source is an address',
      { type: 'SpecificResource', source: CANVAS, partOf: PART_OF, selector: [{ type: 'SvgSelector', value: '<svg/>' }, { type: 'FragmentSelector', value: 'xywh=pixel:1,2,3,4' }] },
      { manifest: MANIFEST, canvas: CANVAS, box: [1, 2, 3, 4] },
    ],
  ])('may be %s', (_name, value, opening) => {
    expect(parseContentState(encoded(value))).toEqual(opening);
  });

  it('may be a plain address, which is not encoded', () => {
    expect(parseContentState(` ${MANIFEST} `)).toEqual({ address: MANIFEST });
  });

  it('may be JSON that somebody forgot to encode', () => {
    expect(parseContentState(JSON.stringify({ id: MANIFEST, type: 'Manifest' }))).toEqual({ manifest: MANIFEST });
  });

  it.each([
    ['', 'empty'],
    ['xxxxx', 'cut off'],
    ['ключ', 'letters'],
    ['javascript:alert(1)', 'no web address'],
    ['/iiif/doc1/manifest', 'no web address'],
    [encodeContentState('{"id":'), 'not JSON'],
    [encodeContentState('[]'), 'no annotation'],
    [encodeContentState('5'), 'no annotation'],
    [btoa('%E0%A4%A'), 'not encoded'],
    [encoded({ type: 'Annotation' }), 'without a target'],
    [encoded({ type: 'Canvas' }), 'no id'],
    [encoded({ id: CANVAS, type: 'Canvas' }), 'not the manifest'],
    [encoded({ id: 'javascript:alert(1)', type: 'Manifest' }), 'no web address'],
    [encoded({ type: 'SpecificResource', selector: {} }), 'no source'],
  ])('that is bad is refused with a sentence: %s', (text, words) => {
    expect(() => parseContentState(text)).toThrow(BadContentState);
    expect(() => parseContentState(text)).toThrow(words);
  });
});

describe('a fragment', () => {
  it.each([
    ['xywh=1,2,3,4', [1, 2, 3, 4]],
    ['t=5&xywh=1.5,2,3,4', [1.5, 2, 3, 4]],
    ['xywh=percent:1,2,3,4', null],
    ['xywh=1,2,0,4', null],
    ['xywh=1,2,3', null],
    ['', null],
  ])('%s gives %s', (fragment, box) => {
    expect(boxOfFragment(fragment)).toEqual(box);
  });
});
