/** Edits at random, of the examples and the fixtures of problems. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';

const examples = new URL('../../examples/', import.meta.url);
const fixtures = new URL('./problems/', import.meta.url);

/** The texts that are edited. */
export const texts: readonly string[] = [examples, fixtures].flatMap((folder) =>
  readdirSync(folder)
    .filter((f) => f.endsWith('.cnn'))
    .map((f) => readFileSync(new URL(f, folder), 'utf8')),
);

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly typed: string;
}

/** Replaces a stretch of a text, told as shares of its length, by a piece of it or by something typed. */
export const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat({ max: 12 }),
  typed: fc.oneof(
    fc.constantFrom('', ' ', '\n', '# note\n', '64', 'relu', ' -> conv(8, 3x3)', 'block New on 3x8x8 { relu }\n', '}', '{', 'let c = 8\n'),
    fc.string({ maxLength: 3 }),
  ),
});

export const apply = (text: string, { at, cut, typed }: Edit): string => {
  const from = Math.floor(at * text.length);
  return text.slice(0, from) + typed + text.slice(from + cut);
};
