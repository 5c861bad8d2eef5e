/** Finds out what a viewer page shall open: reads the address, and asks the network what stands at a plain one. */

import { BadContentState, idOf, isJson, openingOf, parseContentState, typeOf, type Opening } from '../crosswalk';

const MOST_STEPS = 3;

/** Read `iiif-content` from a page's query string, or `manifest`, and follow it to a manifest. */
export async function openingFor(search: string, fetcher: typeof fetch = (...r) => fetch(...r)): Promise<Opening> {
  const parameters = new URLSearchParams(search);
  const given = parameters.get('iiif-content') ?? parameters.get('manifest');
  if (given === null) {
    throw new BadContentState('Nothing to open: the address of this page must end in ?iiif-content= and a manifest’s address or a content state.');
  }
  let state = parseContentState(given);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if ('manifest' in state) return state;
    state = await follow(state.address, fetcher);
  }
  if ('manifest' in state) return state;
  throw new BadContentState('The content state leads from address to address, and to no manifest.');
}

async function follow(address: string, fetcher: typeof fetch): Promise<ReturnType<typeof openingOf>> {
  const body = await fetchJson(address, fetcher);
  if (!isJson(body)) throw new BadContentState(`What stands at ${address} is neither a manifest nor a content state.`);
  const type = typeOf(body);
  if (type === 'Manifest' || type === 'Collection') return { manifest: address };
  if (type === '') throw new BadContentState(`What stands at ${address} is JSON, but has no type: it is no manifest.`);
  return openingOf(type === 'Canvas' && idOf(body) === '' ? { ...body, id: address } : body);
}

/** Fetch JSON; every failure becomes a sentence. */
export async function fetchJson(address: string, fetcher: typeof fetch): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetcher(address, { headers: { Accept: 'application/ld+json, application/json;q=0.9, */*;q=0.5' } });
  } catch {
    throw new BadContentState(`${address} cannot be reached, or its server does not let other sites read it (CORS).`);
  }
  if (!answer.ok) throw new BadContentState(`${address} was refused with status ${answer.status}.`);
  return answer.json().catch(() => {
    throw new BadContentState(`What stands at ${address} is not JSON.`);
  }) as Promise<unknown>;
}
