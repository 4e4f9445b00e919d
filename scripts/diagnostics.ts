/**
 * Writes what follows from the registry of codes: `docs/diagnostics.md`, the page about every code, and the settings of lints in
 * `package.json`. Tests hold both to it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { LINTS } from '../src/language/lints/index.ts';
import { LEVELS } from '../src/language/lints/lint.ts';
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

const part = (title: string, codes: readonly (readonly [string, CodeInfo])[], about: readonly string[] = []): string =>
  [`## ${title}`, ...about, ...codes.map(([name, info]) => section(name, info))].join('\n\n');

const aboutLints =
  'What is sound, but hardly meant so. Each has a level, `off`, `hint`, `warning` or `error`, which the setting `pointwise.lint.CODE` changes; here stands the one that it has of itself. A comment `# pointwise-ignore CODE`, at the end of the line or on a line above it, silences it there.';

/** The page as it should be. */
export const diagnosticsPage = (): string =>
  [
    '# Diagnostics',
    'What Pointwise says against a text: one section a code. The editor shows the code behind each problem as a link to its section; the command line prints it in brackets, `error[channel-mismatch]`.',
    ...Object.entries(PARTS).map(([title, codes]) => part(title, Object.entries<CodeInfo>(codes))),
    part(
      'Lints',
      LINTS.map((l) => [l.code, { ...l, severity: l.level }]),
      [aboutLints],
    ),
  ]
    .join('\n\n')
    .concat('\n');

/** A setting for the level of each lint. */
export const lintSettings = (): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    LINTS.map((l, i) => [
      `pointwise.lint.${l.code}`,
      { type: 'string', enum: LEVELS, default: l.level, markdownDescription: l.says, order: 100 + i },
    ]),
  );

if (import.meta.main) {
  writeFileSync(pagePath, diagnosticsPage());
  const path = new URL('../package.json', import.meta.url);
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  const lints = manifest.contributes.configuration.find((group: { readonly id: string }) => group.id === 'pointwise.lints');
  lints.properties = lintSettings();
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}
