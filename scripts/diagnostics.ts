/** Writes `docs/diagnostics.md`, the page about every code, from what the code says of itself. A test holds the page to it. */
import { writeFileSync } from 'node:fs';
import type { CodeInfo } from '../src/language/syntax/codes/code.ts';
import { PARTS } from '../src/language/syntax/codes/index.ts';

export const pagePath = new URL('../docs/diagnostics.md', import.meta.url);

/** Longer examples show nothing more. */
const MOST = 100;

const code = (text: string): string => {
  const lines = text.split('\n').map((l) => (l.length > MOST ? `${l.slice(0, MOST)}…` : l));
  return `\`\`\`cnn\n${lines.join('\n')}\n\`\`\``;
};

const capital = (s: string): string => s.charAt(0).toUpperCase() + s.slice(1);

const section = (name: string, { severity, says, wrong, right, about }: CodeInfo): string =>
  [
    `### \`${name}\``,
    `${capital(severity)}. ${says}`,
    code(wrong),
    ...(right === undefined ? [] : ['Right:', code(right)]),
    ...(about === undefined ? [] : [about]),
  ].join('\n\n');

const part = (title: string, codes: Readonly<Record<string, CodeInfo>>): string =>
  [`## ${title}`, ...Object.entries(codes).map(([name, info]) => section(name, info))].join('\n\n');

/** The page as it should be. */
export const diagnosticsPage = (): string =>
  [
    '# Diagnostics',
    'What Pointwise says against a text: one section a code. The editor shows the code behind each problem as a link to its section; the command line prints it in brackets, `error[channel-mismatch]`.',
    ...Object.entries(PARTS).map(([title, codes]) => part(title, codes)),
  ]
    .join('\n\n')
    .concat('\n');

if (import.meta.main) writeFileSync(pagePath, diagnosticsPage());
