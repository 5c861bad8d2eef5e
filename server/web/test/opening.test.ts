import { describe, expect, it } from 'vitest';
import { BadContentState, encodeContentState } from '../src/crosswalk';
import { configurationFor } from '../src/mirador';
import { annotationPages, wordsOf } from '../src/shell/annotations';
import { openingFor } from '../src/shell/opening';
import { dataFor } from '../src/uv';

const MANIFEST = 'https://archive.example/manifest';

/** A web of a few addresses; everything else is not found. */
function web(answers: Readonly<Record<string, unknown>>): typeof fetch {
  return (address) => {
    const body = answers[String(address)];
    if (body instanceof Error) return Promise.reject(body);
    return Promise.resolve(body === undefined ? new Response('', { status: 404 }) : new Response(typeof body === 'string' ? body : JSON.stringify(body)));
  };
}

const ask = (value: string): string => `?iiif-content=${encodeURIComponent(value)}`;

describe('what a viewer page opens', () => {
  it('is the manifest at a plain address', async () => {
    const opening = await openingFor(ask(MANIFEST), web({ [MANIFEST]: { id: MANIFEST, type: 'Manifest' } }));
    expect(opening).toEqual({ manifest: MANIFEST });
  });

  it('is what an annotation at a plain address points to', async () => {
    const state = 'https://archive.example/state';
    const canvas = { id: 'https://archive.example/canvas#xywh=1,2,3,4', type: 'Canvas', partOf: [{ id: MANIFEST, type: 'Manifest' }] };
    const opening = await openingFor(ask(state), web({ [state]: { type: 'Annotation', target: canvas } }));
    expect(opening).toEqual({ manifest: MANIFEST, canvas: 'https://archive.example/canvas', box: [1, 2, 3, 4] });
  });

  it('needs no network where the content state says all', async () => {
    const state = encodeContentState(JSON.stringify({ id: MANIFEST, type: 'Manifest' }));
    expect(await openingFor(ask(state), web({}))).toEqual({ manifest: MANIFEST });
  });

  it.each([
    ['', 'Nothing to open', {}],
    [ask(MANIFEST), 'status 404', {}],
    [ask(MANIFEST), 'not JSON', { [MANIFEST]: '<html>' }],
    [ask(MANIFEST), 'has no type', { [MANIFEST]: {} }],
    [ask(MANIFEST), 'cannot be reached', { [MANIFEST]: new TypeError('Failed to fetch') }],
    [ask(MANIFEST), 'from address to address', { [MANIFEST]: { type: 'Annotation', target: MANIFEST } }],
  ])('is explained where there is nothing: %s %s', async (search, words, answers) => {
    const asked = openingFor(search, web(answers));
    await expect(asked).rejects.toThrow(BadContentState);
    await expect(asked).rejects.toThrow(words);
  });
});

describe('the viewers’ settings', () => {
  const opening = { manifest: MANIFEST, canvas: 'https://archive.example/canvas', box: [1, 2, 3, 4] } as const;

  it('give Mirador the canvas, the bounds, and the supplementing annotations', () => {
    expect(configurationFor(opening, 'ru')).toMatchObject({
      language: 'ru',
      windows: [{ manifestId: MANIFEST, canvasId: opening.canvas, initialViewerConfig: { bounds: [1, 2, 3, 4] }, sideBarPanel: 'annotations' }],
      annotations: { filteredMotivations: expect.arrayContaining(['supplementing', 'commenting']) as unknown },
    });
  });

  it('give Universal Viewer whole pixels', () => {
    expect(dataFor({ ...opening, box: [1.4, 2, 3, 4] })).toMatchObject({ iiifManifestId: MANIFEST, canvasId: opening.canvas, xywh: '1,2,3,4' });
  });
});

describe('the words laid over a scan', () => {
  const canvas = 'https://archive.example/canvas';
  const line = (value: string, target: string): object => ({ type: 'Annotation', body: { type: 'TextualBody', value }, target });

  it('join the texts of one box, and leave out what has no box', () => {
    const russian = { items: [line('Первое.', `${canvas}#xywh=1,2,3,4`), line('целиком', canvas)] };
    const english = { items: [line('First.', `${canvas}#xywh=1,2,3,4`), line('Second.', `${canvas}#xywh=1,9,3,4`)] };
    expect(wordsOf([russian, english, null])).toEqual([
      { target: `${canvas}#xywh=1,2,3,4`, bodyValue: 'Первое.\nFirst.' },
      { target: `${canvas}#xywh=1,9,3,4`, bodyValue: 'Second.' },
    ]);
  });

  it('leave tags out', () => {
    const page = { items: [{ body: [{ value: 'как и' }, { value: 'insert', purpose: 'tagging' }], target: `${canvas}#xywh=1,2,3,4` }] };
    expect(wordsOf([page])).toEqual([{ target: `${canvas}#xywh=1,2,3,4`, bodyValue: 'как и' }]);
  });

  it('come from the pages that the canvases name', () => {
    const pages = annotationPages({ items: [{ id: canvas, type: 'Canvas', annotations: [{ id: 'a', type: 'AnnotationPage' }] }, 'x'] });
    expect([...pages]).toEqual([[canvas, [{ id: 'a', type: 'AnnotationPage' }]]]);
    expect(annotationPages(null).size).toBe(0);
  });
});
