/** The reader's keys: lines by j and k (arrows where a line has the keyboard), pages by [ and ], Escape lets go. */

import { useEffect, useRef } from 'react';
import type { Change } from '../state/reader';

export function useKeys(dispatch: (change: Change) => void, turn: (by: 1 | -1) => void): void {
  const turning = useRef(turn);
  turning.current = turn;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input, select, textarea, [contenteditable]')) return;
      const onLine = target?.closest('.run') != null;
      const key = event.key;
      if (key === 'j' || (onLine && key === 'ArrowDown')) dispatch({ type: 'line-stepped', by: 1 });
      else if (key === 'k' || (onLine && key === 'ArrowUp')) dispatch({ type: 'line-stepped', by: -1 });
      else if (key === ']') turning.current(1);
      else if (key === '[') turning.current(-1);
      else if (key === 'Escape') dispatch({ type: 'line-focused', line: null, origin: 'keys' });
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [dispatch]);
}
