/** The page that opens Mirador on a content state, with the lines of every text listed and drawn. */

import './style/viewer.css';
import type { Opening } from './crosswalk';
import { openingFor } from './shell/opening';
import { explain, loadGlobal, place, prefersRussian } from './shell/page';

interface Mirador {
  viewer(configuration: object, plugins?: readonly unknown[]): unknown;
}

const MOTIVATIONS = ['supplementing', 'commenting', 'tagging', 'oa:commenting', 'oa:tagging', 'sc:painting'];

/** Mirador's configuration for one window on what is to be opened. */
export function configurationFor(opening: Opening, language: string): object {
  return {
    id: 'viewer',
    language,
    availableLanguages: { en: 'English', ru: 'Русский' },
    windows: [
      {
        id: 'window-1',
        manifestId: opening.manifest,
        sideBarOpen: true,
        sideBarPanel: 'annotations',
        highlightAllAnnotations: true,
        maximized: true,
        ...(opening.canvas ? { canvasId: opening.canvas } : {}),
        ...(opening.range ? { rangeId: opening.range } : {}),
        ...(opening.box ? { initialViewerConfig: { bounds: opening.box } } : {}),
      },
    ],
    window: { defaultSideBarPanel: 'annotations', sideBarOpenByDefault: true, highlightAllAnnotations: true, allowClose: false },
    workspaceControlPanel: { enabled: false },
    annotations: { htmlSanitizationRuleSet: 'iiif', filteredMotivations: MOTIVATIONS },
  };
}

async function open(): Promise<void> {
  const opening = await openingFor(location.search);
  const mirador = await loadGlobal<Mirador>(`${__MIRADOR__}/mirador.min.js`, 'Mirador');
  place().replaceChildren();
  Object.assign(window, { stroka: mirador.viewer(configurationFor(opening, prefersRussian() ? 'ru' : 'en')) });
}

if (document.getElementById('viewer')) open().catch(explain);
