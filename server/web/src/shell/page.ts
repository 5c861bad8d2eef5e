/** What both viewer pages need of the document around them: a place, a script, a message. */

/** Load a script that sets a global, and give the global. */
export function loadGlobal<T>(source: string, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = source;
    script.onload = () => resolve((window as unknown as Record<string, T>)[name] as T);
    script.onerror = () => reject(new Error(`The viewer’s script ${source} is missing: run make setup again.`));
    document.head.append(script);
  });
}

/** The element that the viewer fills. */
export function place(): HTMLElement {
  const element = document.getElementById('viewer');
  if (!element) throw new Error('The page has no element with the id “viewer”.');
  return element;
}

/** Say in the viewer's place why nothing is shown. */
export function explain(problem: unknown): void {
  const box = document.createElement('div');
  box.className = 'problem';
  box.setAttribute('role', 'alert');
  const heading = document.createElement('h1');
  const russian = prefersRussian();
  document.documentElement.lang = 'en';
  heading.textContent = russian ? 'Здесь нечего показать' : 'Nothing can be shown here';
  heading.lang = russian ? 'ru' : 'en';
  const words = document.createElement('p');
  words.textContent = problem instanceof Error ? problem.message : String(problem);
  const home = document.createElement('p');
  const link = document.createElement('a');
  link.href = '/';
  link.textContent = russian ? 'Все документы' : 'All documents';
  link.lang = heading.lang;
  home.append(link);
  box.append(heading, words, home);
  place().replaceChildren(box);
}

/** Whether the reader would rather have Russian than English. */
export function prefersRussian(): boolean {
  const first = navigator.languages.find((tag) => /^(ru|en)\b/i.test(tag)) ?? '';
  return /^ru\b/i.test(first);
}
