/** The page that opens Universal Viewer on a content state, and lays the lines' words over the scan as boxes. */

import './style/viewer.css';
import type { Opening } from './crosswalk';
import { annotationPages, wordsOf } from './shell/annotations';
import { fetchJson, openingFor } from './shell/opening';
import { explain, loadGlobal, place } from './shell/page';

interface Viewer {
  on(event: string, then: (data: never) => void): void;
  set(data: object): void;
  resize(): void;
}
interface UniversalViewer {
  init(element: HTMLElement, data: object): Viewer;
}

const OPTIONS = {
  options: { dropEnabled: false, rightPanelEnabled: true, leftPanelEnabled: true, footerPanelEnabled: true, saveUserSettings: false },
  modules: {
    openSeadragonCenterPanel: { options: { zoomToInitialAnnotation: false, autoHideControls: false, showAdjustImageControl: true } },
    footerPanel: { options: { openEnabled: false, embedEnabled: false, shareEnabled: false } },
  },
};

/** Universal Viewer's data for what is to be opened. */
export function dataFor(opening: Opening): object {
  return {
    iiifManifestId: opening.manifest,
    embedded: true,
    locales: [{ name: 'en-GB', label: 'English' }],
    ...(opening.canvas ? { canvasId: opening.canvas } : {}),
    ...(opening.range ? { rangeId: opening.range } : {}),
    ...(opening.box ? { xywh: opening.box.map(Math.round).join(',') } : {}),
  };
}

async function open(): Promise<void> {
  const opening = await openingFor(location.search);
  const manifest = await fetchJson(opening.manifest, (...request) => fetch(...request));
  addStyle(`${__UNIVERSAL_VIEWER__}/uv.css`);
  const library = await loadGlobal<UniversalViewer>(`${__UNIVERSAL_VIEWER__}/umd/UV.js`, 'UV');
  const element = place();
  element.classList.add('uv');
  const viewer = library.init(element, dataFor(opening));
  viewer.on('configure', ({ cb }: { cb: (options: object) => void }) => cb(OPTIONS));
  layWords(viewer, manifest);
  viewer.on('annotations', ({ terms }: { terms?: string }) => element.classList.toggle('has-hits', Boolean(terms)));
  Object.assign(window, { stroka: viewer });
}

/** Fetch a canvas's annotations when it is opened, and hand all that are known to the viewer. */
function layWords(viewer: Viewer, manifest: unknown): void {
  const pages = annotationPages(manifest);
  const canvases = [...pages.keys()];
  const known = new Map<string, readonly unknown[]>();
  viewer.on('canvasIndexChange', (index: number) => {
    const canvas = canvases[index];
    if (canvas === undefined || known.has(canvas)) return;
    known.set(canvas, []);
    const wanted = (pages.get(canvas) ?? []).map((page) =>
      Array.isArray(page.items) ? page : fetchJson(String(page.id), (...request) => fetch(...request)).catch(() => null),
    );
    void Promise.all(wanted).then((found) => {
      known.set(canvas, found);
      const annotations = wordsOf([...known.values()].flat());
      if (annotations.length > 0) viewer.set({ annotations });
    });
  });
}

function addStyle(source: string): void {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = source;
  document.head.append(link);
}

if (document.getElementById('viewer')) open().catch(explain);
