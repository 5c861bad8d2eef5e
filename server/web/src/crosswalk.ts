/** The one place that reads IIIF and W3C JSON: content states (Content State 1.0), and annotations for viewers. */

import type { Box } from './model/page';

/** What a viewer shall open. `range` and `canvas` are places in the manifest; `box` is a place on the canvas. */
export interface Opening {
  readonly manifest: string;
  readonly canvas?: string;
  readonly range?: string;
  readonly box?: Box;
}

/** A content state that is only an address: what stands there decides. */
export interface Address {
  readonly address: string;
}

/** A content state that cannot be opened; the message is a sentence for the reader. */
export class BadContentState extends Error {
  override readonly name = 'BadContentState';
}

type Json = Readonly<Record<string, unknown>>;

/** Read the value of `iiif-content`: a plain address, or a content state in the encoding of the specification. */
export function parseContentState(text: string): Opening | Address {
  const given = text.trim();
  if (given === '') throw new BadContentState('The content state is empty: give a manifest’s address or a content state.');
  if (/^https?:\/\//i.test(given)) return { address: addressOf(given) };
  if (given.startsWith('{')) return openingOf(jsonOf(given));
  if (/^(https?|ftp|file|data|javascript):/i.test(given) || given.includes('/')) {
    throw new BadContentState(`“${shorten(given)}” is no web address: a plain content state begins with http:// or https://.`);
  }
  return openingOf(jsonOf(decodeContentState(given)));
}

/** Undo content-state-encoding: base64url without padding, then percent-encoding. */
export function decodeContentState(text: string): string {
  const bare = text.replace(/=+$/, '');
  if (!/^[A-Za-z0-9_+/-]*$/.test(bare)) throw new BadContentState('The content state has letters that base64url does not have.');
  if (bare.length % 4 === 1) throw new BadContentState('The content state is cut off: its length cannot be that of base64url.');
  try {
    return decodeURIComponent(atob(bare.replaceAll('-', '+').replaceAll('_', '/')));
  } catch {
    throw new BadContentState('The content state is not encoded as it must be: base64url of percent-encoded text.');
  }
}

/** Write a content state in its encoding, for the value of `iiif-content`. */
export function encodeContentState(text: string): string {
  return btoa(encodeURIComponent(text)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Read an annotation, a target, a manifest or a canvas, already decoded. */
export function openingOf(value: unknown): Opening | Address {
  const body = first(value);
  if (typeof body === 'string') return { address: addressOf(body) };
  if (!isJson(body)) throw new BadContentState('The content state is JSON, but no annotation and no IIIF resource.');
  const type = typeOf(body);
  if (type === 'Annotation') {
    if (body.target == null) throw new BadContentState('The content state is an annotation without a target.');
    return openingOf(body.target);
  }
  if (type === 'SpecificResource') return specific(body);
  return resource(body, null);
}

function specific(body: Json): Opening | Address {
  const source = first(body.source);
  const box = boxOfSelector(body.selector);
  if (typeof source === 'string') return resource({ id: source, type: 'Canvas', partOf: body.partOf }, box);
  if (!isJson(source)) throw new BadContentState('The content state’s target has no source.');
  return resource(source, box);
}

function resource(body: Json, given: Box | null): Opening | Address {
  const id = idOf(body);
  const type = typeOf(body);
  if (id === '') throw new BadContentState('The content state names nothing: its target has no id.');
  const [bare = '', fragment = ''] = id.split('#');
  const box = given ?? boxOfFragment(fragment);
  if (type === 'Manifest' || type === 'Collection') return { manifest: addressOf(bare) };
  if (type === '' && body.partOf == null && box === null) return { address: addressOf(bare) };
  const manifest = manifestIn(body.partOf);
  if (manifest === '') {
    throw new BadContentState(`The content state names the ${type || 'Canvas'} ${shorten(bare)}, but not the manifest that it is part of (partOf).`);
  }
  const opening: Opening = { manifest: addressOf(manifest), ...(type === 'Range' ? { range: bare } : { canvas: bare }) };
  return box && type !== 'Range' ? { ...opening, box } : opening;
}

function manifestIn(partOf: unknown): string {
  const all = Array.isArray(partOf) ? partOf : [partOf];
  const named = all.find((one) => isJson(one) && typeOf(one) === 'Manifest') ?? all[0];
  return typeof named === 'string' ? named : isJson(named) ? idOf(named) : '';
}

function boxOfSelector(selector: unknown): Box | null {
  for (const one of Array.isArray(selector) ? selector : [selector]) {
    if (!isJson(one)) continue;
    if (typeof one.value === 'string') {
      const box = boxOfFragment(one.value);
      if (box) return box;
    }
    if (one.type === 'PointSelector' && typeof one.x === 'number' && typeof one.y === 'number') {
      return [Math.max(0, Math.round(one.x) - 200), Math.max(0, Math.round(one.y) - 100), 400, 200];
    }
  }
  return null;
}

/** The box of a media fragment in pixels; other units and empty boxes give none. */
export function boxOfFragment(fragment: string): Box | null {
  const found = /(?:^|&)xywh=(?:pixel:)?(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)(?:&|$)/.exec(fragment);
  if (!found) return null;
  const [x = 0, y = 0, width = 0, height = 0] = found.slice(1).map(Number);
  return width > 0 && height > 0 ? [x, y, width, height] : null;
}

function addressOf(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new BadContentState(`“${shorten(text)}” is no web address.`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new BadContentState(`“${shorten(text)}” is no web address: it begins with neither http:// nor https://.`);
  }
  return text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new BadContentState('The content state is decoded, but is not JSON.');
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function idOf(body: Json): string {
  const id = body.id ?? body['@id'];
  return typeof id === 'string' ? id : '';
}

export function typeOf(body: Json): string {
  const type = first(body.type ?? body['@type']);
  return typeof type === 'string' ? type.replace(/^(sc|oa):/, '') : '';
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? (value as unknown[])[0] : value;
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
