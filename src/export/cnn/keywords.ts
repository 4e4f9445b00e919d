/** The words of the language that can be no names. An exporter knows no grammar, so they are written here once more; a test holds them to it. */
export const KEYWORDS = [
  ...['and', 'as', 'block', 'else', 'expect', 'false', 'fn', 'for', 'from', 'here', 'if', 'import', 'in', 'let'],
  ...['network', 'not', 'on', 'or', 'output', 'repeat', 'then', 'true', 'versus'],
] as const;
