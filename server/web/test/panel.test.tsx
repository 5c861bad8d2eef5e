import { act, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArchivalDocument } from '../src/model/document';
import type { PageContent } from '../src/model/page';
import { Column } from '../src/panels/Column';
import { NOTHING, type Change, type Reading } from '../src/state/reader';
import { Speech } from '../src/strings';
import document1 from './fixtures/document.json';
import page1 from './fixtures/page-1.json';

const archival = document1 as unknown as ArchivalDocument;
const content = page1 as unknown as PageContent;
const lines = new Map(content.lines.map((line) => [line.id, line]));
const marks = new Map(content.marks.map((mark) => [mark.id, mark]));
const insertion = content.lines.find((line) => line.role === 'insertion')!;

let root: Root;
let place: HTMLElement;
let told: Change[];

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
  told = [];
});
afterEach(() => {
  act(() => root.unmount());
  place.remove();
});

function show(kind: 'transcription' | 'translation', reading: Partial<Reading> = {}): void {
  const texts = archival.texts.filter((text) => text.kind === kind && text.part === 'part1');
  act(() => root.render(
    <StrictMode>
      <Speech value="ru">
        <Column
          side={kind === 'transcription' ? 'source' : 'translation'}
          texts={texts}
          missing="missing"
          reading={{ ...NOTHING, page: 'page1', content, ...reading }}
          marks={marks}
          lines={lines}
          dispatch={(change) => told.push(change)}
        />
      </Speech>
    </StrictMode>,
  ));
}

const at = (selector: string): HTMLElement => {
  const found = place.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`nothing at ${selector}`);
  return found;
};

describe('a text', () => {
  it('is in its own language, under a notice in the page’s', () => {
    show('translation');
    expect(at('article').lang).toBe('en');
    expect(at('.notice').textContent).toBe('Машинная привязка, не проверена');
    expect(at('.notice').lang).toBe('ru');
  });

  it('has a caret before the inserted words, which copying leaves out', () => {
    show('transcription');
    const words = at('ins.mark-insertion');
    expect(words.textContent).toBe('как и компартия,');
    expect(words.classList.contains('has-caret')).toBe(true);
  });

  it('has the date as a chip that tells its value, a framed stamp, and notes that say what they are', () => {
    show('translation');
    expect(at('.mark-date').textContent).toBe('20 September 1950');
    expect(at('.mark-date').title).toBe('Дата от руки: 1950-09-20');
    expect(at('.mark-stamp').textContent).toBe('SECRET');
    expect(at('.note-translator_note').textContent).toBe('Примечание переводчика: a word here cannot be read');
  });

  it('shows a line in every one of its runs', () => {
    show('transcription', { focus: 'line105' });
    expect([...place.querySelectorAll('.is-shown')].map((run) => run.textContent)).toEqual(['помнить, что армия ', 'является слишком молодой и имеет']);
  });

  it('is one stop for the Tab key, at the focused line', () => {
    show('transcription', { focus: insertion.id });
    expect([...place.querySelectorAll('[tabindex="0"]')].map((run) => run.textContent)).toEqual(['как и компартия, ']);
    expect(at('[tabindex="0"]').getAttribute('aria-label')).toBe('Строка 7 из 12');
  });

  it('tells which line is pointed at, and which is chosen', () => {
    show('translation');
    const run = at(`[data-line="${insertion.id}"]`);
    act(() => run.click());
    act(() => { run.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })); });
    const chosen = { type: 'line-focused', line: insertion.id, origin: 'text' };
    expect(told).toEqual([chosen, chosen]);
  });

  it('loses no word, on the page’s lines or running', () => {
    const words = (): string => (at('.text-body').textContent ?? '').replace(/\s+/g, '');
    show('transcription');
    const onPage = words();
    act(() => at('button.quiet').click());
    expect(words()).toBe(onPage);
    expect(onPage).toContain('являетсяслишкоммолодойиимеетвсего');
  });
});

describe('a column without a text', () => {
  it('says so', () => {
    act(() => root.render(
      <Column side="translation" texts={[]} missing="This part is declared as not translated." reading={{ ...NOTHING, content }} marks={marks} lines={lines} dispatch={() => undefined} />,
    ));
    expect(at('.missing').textContent).toBe('This part is declared as not translated.');
  });
});
