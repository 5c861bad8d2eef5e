/** The scan: one OpenSeadragon viewer with an SVG layer in the page's pixels. No framework in here. */

import OpenSeadragon from 'openseadragon';
import type { PageEntry } from '../model/document';
import type { Box } from '../model/page';
import { surroundings } from './shapes';

const SVG = 'http://www.w3.org/2000/svg';

/** What the scan tells to whoever holds it. */
export interface ScanEvents {
  opened(layer: SVGSVGElement): void;
  failed(): void;
}

/** One scan on the screen. */
export class Scan {
  readonly #viewer: OpenSeadragon.Viewer;
  readonly #page: PageEntry;

  constructor(element: HTMLElement, page: PageEntry, label: string, events: ScanEvents) {
    this.#page = page;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#viewer = new OpenSeadragon.Viewer({
      element,
      tileSources: [`${page.image}/info.json`],
      drawer: 'canvas',
      showNavigationControl: false,
      showNavigator: false,
      animationTime: still ? 0 : 0.7,
      springStiffness: 8,
      visibilityRatio: 0.4,
      minZoomImageRatio: 0.85,
      maxZoomPixelRatio: 3,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      gestureSettingsTouch: { dblClickToZoom: true },
      gestureSettingsPen: { clickToZoom: false },
    });
    this.#viewer.addOnceHandler('open', () => events.opened(this.#layer()));
    this.#viewer.addHandler('open-failed', () => events.failed());
    // Letters are the page's own commands; OpenSeadragon would pan and turn with some of them.
    this.#viewer.addHandler('canvas-key', (event) => {
      event.preventDefaultAction = /^\p{L}$/u.test((event.originalEvent as KeyboardEvent).key);
    });
    this.#viewer.canvas.setAttribute('role', 'application');
    this.#viewer.canvas.setAttribute('aria-label', label);
  }

  #layer(): SVGSVGElement {
    const layer = document.createElementNS(SVG, 'svg');
    layer.setAttribute('viewBox', `0 0 ${this.#page.width} ${this.#page.height}`);
    layer.setAttribute('preserveAspectRatio', 'none');
    layer.setAttribute('class', 'scan-layer');
    layer.setAttribute('aria-hidden', 'true');
    const bounds = this.#viewer.world.getItemAt(0).getBounds(true);
    this.#viewer.addOverlay({ element: layer as unknown as HTMLElement, location: bounds });
    return layer;
  }

  #rectangle([x, y, width, height]: Box): OpenSeadragon.Rect {
    const image = this.#viewer.world.getItemAt(0);
    // Coordinates are those of the page frame, which a foreign service's full size may differ from.
    const scale = image.getContentSize().x / this.#page.width;
    return image.imageToViewportRectangle(x * scale, y * scale, width * scale, height * scale);
  }

  /** Bring a line's surroundings into view, at a size that can be read. */
  show(box: Box): void {
    if (this.#viewer.world.getItemCount() === 0) return;
    this.#viewer.viewport.fitBounds(this.#rectangle(surroundings(box, this.#page)));
  }

  /** Bring a line into view only where it is not in it already; the magnification stays. */
  reveal(box: Box): void {
    if (this.#viewer.world.getItemCount() === 0) return;
    const wanted = this.#rectangle(box);
    const view = this.#viewer.viewport.getBounds(false);
    const inside =
      wanted.y >= view.y && wanted.y + wanted.height <= view.y + view.height && wanted.x >= view.x - wanted.width / 2;
    if (inside) return;
    const centre = wanted.getCenter();
    const narrow = view.width < wanted.width;
    this.#viewer.viewport.panTo(new OpenSeadragon.Point(narrow ? wanted.x + view.width * 0.48 : centre.x, centre.y));
  }

  zoom(by: number): void {
    this.#viewer.viewport.zoomBy(by);
    this.#viewer.viewport.applyConstraints();
  }

  whole(): void {
    this.#viewer.viewport.goHome();
  }

  close(): void {
    this.#viewer.destroy();
  }
}
