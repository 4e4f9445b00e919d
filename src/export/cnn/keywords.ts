/** The words of the language that can be no names. An exporter knows no grammar, so they are written here once more; a test holds them to it. */
export const KEYWORDS = [
  ...['add', 'and', 'as', 'block', 'concat', 'else', 'expect', 'false', 'fn', 'for', 'from', 'here', 'if', 'import', 'in', 'let', 'mul'],
  ...['network', 'not', 'on', 'or', 'output', 'repeat', 'then', 'true', 'versus'],
] as const;
