/** Talks to the service: conditional requests, and problems as RFC 9457 tells them. */

import type { ArchivalDocument } from './model/document';
import type { PageContent } from './model/page';

/** What the service answered instead of the thing asked for, or that it did not answer (status 0). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
  ) {
    super(detail === '' ? title : `${title}: ${detail}`);
    this.name = 'Problem';
  }
}

interface Held {
  readonly etag: string;
  readonly value: unknown;
}

/** Keeps each answer with its ETag, and asks again only whether it has changed. */
export class Api {
  readonly #held = new Map<string, Held>();
  readonly #fetch: typeof fetch;

  constructor(fetcher: typeof fetch = (...request) => fetch(...request)) {
    this.#fetch = fetcher;
  }

  document(id: string): Promise<ArchivalDocument> {
    return this.#get(`/api/documents/${encodeURIComponent(id)}`) as Promise<ArchivalDocument>;
  }

  page(document: string, page: string): Promise<PageContent> {
    const address = `/api/documents/${encodeURIComponent(document)}/pages/${encodeURIComponent(page)}`;
    return this.#get(address) as Promise<PageContent>;
  }

  async #get(address: string): Promise<unknown> {
    const held = this.#held.get(address);
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (held) headers['If-None-Match'] = held.etag;
    let answer: Response;
    try {
      answer = await this.#fetch(address, { headers });
    } catch {
      throw new Problem(0, 'The service cannot be reached', '');
    }
    if (answer.status === 304 && held) return held.value;
    if (!answer.ok) throw await problemOf(answer);
    const value: unknown = await answer.json().catch(() => {
      throw new Problem(answer.status, 'The service gave an answer that is not JSON', address);
    });
    const etag = answer.headers.get('ETag');
    if (etag) this.#held.set(address, { etag, value });
    return value;
  }
}

async function problemOf(answer: Response): Promise<Problem> {
  if ((answer.headers.get('Content-Type') ?? '').includes('json')) {
    const body: unknown = await answer.json().catch(() => null);
    if (typeof body === 'object' && body !== null) {
      const { title, detail } = body as { title?: unknown; detail?: unknown };
      return new Problem(answer.status, text(title) || `Error ${answer.status}`, text(detail));
    }
  }
  return new Problem(answer.status, `Error ${answer.status}`, answer.statusText);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
