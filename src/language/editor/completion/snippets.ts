/** What completion inserts for a keyword, and shapes that are common: `${1:name}` is a placeholder of the language server protocol. */
import type { Word } from '../../syntax/keywords.ts';

/** By keyword; where it is of several rules of the grammar, by those. */
const INSERTS = {
  block: 'block ${1:Name}(${2:channels=64}) on ${3:64x56x56} {\n  $0\n}',
  network: 'network ${1:Name}(${2:classes=1000}) on ${3:3x224x224} {\n  $0\n}',
  let: 'let ${1:name} = $0',
  fn: 'fn ${1:name}(${2:x}) = $0',
  import: 'import ${2:Name} from "./$1"',
  output: 'output ${1:name} = $0',
  shared: 'shared ${1:name} = $0',
  repeat: 'repeat ${1:2} {\n  $0\n}',
  for: { For: 'for ${1:x} in ${2:[1, 2]} {\n  $0\n}', Comprehension: 'for ${1:x} in ${0:[1, 2]}' },
  if: { If: 'if ${1:true} {\n  $0\n}', Comprehension: 'if ', Primary: 'if ${1:true} then ${2:1} else ${0:0}' },
  expect: 'expect ${0:256x28x28}',
  takes: 'takes ${1:x}, ${2:g}',
  on: 'on ${0:64x56x56}',
  versus: 'versus ',
  from: 'from "./$0"',
  as: 'as ',
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword, and nobody awaits the table
  then: 'then ',
  else: { If: 'else {\n  $0\n}', Primary: 'else ' },
  in: { For: 'in ', Comprehension: 'in ', Compared: 'in ', Primary: 'in' },
  here: 'here',
  true: 'true',
  false: 'false',
  and: 'and ',
  or: 'or ',
  not: { Not: 'not ', Compared: 'not in ' },
  '{': '{\n  $0\n}',
  '|': '| ',
} as const satisfies Readonly<Record<Word | '{' | '|', string | Readonly<Record<string, string>>>>;

/** What follows the name of a layer that joins branches: two that fit each other. */
export const branchesOf = (kind: string): string =>
  ` {\n  | \${1:identity}\n  | ${kind === 'matmul' ? '${2:transpose("cwh")}' : '${2:identity}'}\n}`;

/** What is inserted for a keyword of a rule. */
export function insertOf(word: string, rule: string): string {
  const all: Readonly<Record<string, string | Readonly<Record<string, string>>>> = INSERTS;
  const found = Object.hasOwn(all, word) ? all[word] : undefined;
  return (typeof found === 'object' ? found[rule] : found) ?? word;
}

/** Inputs and outputs as they are common: images, then feature maps. */
export const SHAPES: readonly string[] = ['3x224x224', '3x32x32', '64x56x56', '256x28x28'];
