/** The keywords that completion offers, with what it inserts: `${1:name}` is a placeholder of the language server protocol. */

export interface Snippet {
  readonly label: string;
  readonly detail: string;
  readonly insert: string;
}
/** What may stand at file level. */
export const FILE: readonly Snippet[] = [
  { label: 'block', detail: 'A reusable piece', insert: 'block ${1:Name}(${2:channels=64}) on ${3:64x56x56} {\n  $0\n}' },
  { label: 'network', detail: 'A whole network', insert: 'network ${1:Name}(${2:classes=1000}) on ${3:3x224x224} {\n  $0\n}' },
  { label: 'let', detail: 'A constant', insert: 'let ${1:name} = $0' },
  { label: 'fn', detail: 'A function over values', insert: 'fn ${1:name}(${2:x}) = $0' },
  { label: 'import', detail: 'Blocks of another file', insert: 'import ${1:Name} from "./${2:file}.cnn"' },
];
/** Stages that are keywords. */
export const STAGES: readonly Snippet[] = [
  { label: 'concat', detail: 'Branches joined along channels', insert: 'concat {\n  | $1\n  | $2\n}' },
  { label: 'add', detail: 'Branches added element by element', insert: 'add {\n  | $1\n  | ${2:identity}\n}' },
  { label: 'mul', detail: 'Branches multiplied element by element', insert: 'mul {\n  | ${1:identity}\n  | $2\n}' },
  { label: 'repeat', detail: 'The body n times', insert: 'repeat ${1:2} {\n  $0\n}' },
  { label: 'for', detail: 'The body for each element', insert: 'for ${1:x} in ${2:list} {\n  $0\n}' },
  { label: 'if', detail: 'Chosen at analysis time', insert: 'if ${1:condition} {\n  $0\n}' },
  { label: 'expect', detail: 'A shape or budget that must hold', insert: 'expect ${0:256x28x28}' },
];
/** Statements that are no stages. */
export const STATEMENTS: readonly Snippet[] = [
  { label: 'let', detail: 'A constant for the rest of the body', insert: 'let ${1:name} = $0' },
  { label: 'output', detail: 'One more output', insert: 'output ${1:name} = $0' },
];

/** Keywords and signs inside a declaration or statement; what is not listed is inserted as it is. */
export const WORDS: Readonly<Record<string, Snippet>> = {
  on: { label: 'on', detail: 'The input: channels × height × width', insert: 'on ${0:64x56x56}' },
  versus: { label: 'versus', detail: 'The variant to compare with', insert: 'versus ' },
  from: { label: 'from', detail: 'The other file', insert: 'from "./$0"' },
  as: { label: 'as', detail: 'A name of one’s own', insert: 'as ' },
  '{': { label: '{', detail: 'The body', insert: '{\n  $0\n}' },
  '|': { label: '|', detail: 'A branch', insert: '| ' },
  'else {': { label: 'else', detail: 'Where the condition does not hold', insert: 'else {\n  $0\n}' },
};
/** Inputs and outputs as they are common: images, then feature maps. */
export const SHAPES: readonly string[] = ['3x224x224', '3x32x32', '64x56x56', '256x28x28'];
