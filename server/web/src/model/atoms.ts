/** Cuts a run where marks begin and end, so that each piece of text carries the marks that hold over all of it. */

import type { Mark, Run } from './page';

/** A piece of a run's text, or a mark without width (a note, a gap) that stands at one place. */
export type Atom =
  | { readonly kind: 'text'; readonly text: string; readonly marks: readonly Mark[]; readonly opens: readonly Mark[] }
  | { readonly kind: 'note'; readonly mark: Mark };

/** Cut a run at the borders of its marks. Positions are code points, as on the wire. */
export function atomsOf(run: Run, marks: ReadonlyMap<string, Mark>): readonly Atom[] {
  const letters = [...run.text];
  const own = run.marks.flatMap((id) => marks.get(id) ?? []);
  const spans = own.filter((mark) => mark.end > mark.start);
  const within = (mark: Mark): boolean => mark.start >= run.start && mark.start <= run.start + letters.length;
  const notes = own.filter((mark) => mark.end <= mark.start && within(mark));
  const clamp = (position: number): number => Math.min(Math.max(position, run.start), run.start + letters.length);
  const cuts = new Set([run.start, run.start + letters.length]);
  for (const mark of own) cuts.add(clamp(mark.start)).add(clamp(mark.end));
  const places = [...cuts].sort((a, b) => a - b);

  const atoms: Atom[] = [];
  places.forEach((place, index) => {
    for (const mark of notes) if (mark.start === place) atoms.push({ kind: 'note', mark });
    const next = places[index + 1];
    if (next === undefined) return;
    atoms.push({
      kind: 'text',
      text: letters.slice(place - run.start, next - run.start).join(''),
      marks: spans.filter((mark) => mark.start <= place && mark.end >= next),
      opens: spans.filter((mark) => mark.start === place),
    });
  });
  return atoms;
}
