/** Values that are made of numbers: taken apart for a slider each, and written again as the text would have them. */
import type { Control, NumbersForm } from '../../../src/protocol/server.ts';

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** The numbers of a value as they are written, one for each slider; undefined where it is none of that form. */
export function numbersOf(text: string, control: Control): readonly string[] | undefined {
  if (control.kind !== 'numbers') return undefined;
  const { form, sliders } = control;
  const parts = taken(text.trim(), form)?.map((p) => p.trim());
  return parts?.length === sliders.length && parts.every((p) => NUMBER.test(p)) ? parts : undefined;
}

function taken(text: string, form: NumbersForm): readonly string[] | undefined {
  switch (form) {
    case 'number':
      return [text];
    case 'list':
      return /^\[.*\]$/.test(text) ? text.slice(1, -1).split(',') : undefined;
    case 'size':
      return text.split('x');
    case 'square': {
      const [side = '', other = side, ...more] = text.split('x');
      return side === other && more.length === 0 ? [side] : undefined;
    }
    default:
      return form satisfies never;
  }
}

/** As the text would have it. */
export function writtenNumbers(parts: readonly string[], form: NumbersForm): string {
  switch (form) {
    case 'number':
      return parts[0] ?? '';
    case 'list':
      return `[${parts.join(', ')}]`;
    case 'size':
      return parts.join('x');
    case 'square':
      return `${parts[0]}x${parts[0]}`;
    default:
      return form satisfies never;
  }
}

/** Whether a field has a number by now: what is half typed is none. */
export const isNumber = (text: string): boolean => NUMBER.test(text);
