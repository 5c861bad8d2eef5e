/** The page and the line that the browser's address names: `?page=` and `#line`. */

export interface Place {
  readonly page: string | null;
  readonly line: string | null;
}

/** Read the place out of a query string and a fragment. */
export function placeOf(search: string, hash: string): Place {
  const page = new URLSearchParams(search).get('page');
  let line: string;
  try {
    line = decodeURIComponent(hash.replace(/^#/, ''));
  } catch {
    line = '';
  }
  return { page: page || null, line: line || null };
}

/** Write a place behind a path. Other parameters of the query stay. */
export function addressOf(path: string, search: string, place: Place): string {
  const parameters = new URLSearchParams(search);
  if (place.page) parameters.set('page', place.page);
  else parameters.delete('page');
  const query = parameters.toString();
  return path + (query ? `?${query}` : '') + (place.line ? `#${encodeURIComponent(place.line)}` : '');
}
