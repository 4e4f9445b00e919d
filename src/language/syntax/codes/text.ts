/** Codes of problems with the text itself: what the lexer and the parser refuse. */
import type { CodeInfo } from './code.ts';

export const text = {
  syntax: {
    severity: 'error',
    says: 'The text cannot be parsed from here on.',
    wrong: 'block A on 3x32x32 { conv(16 3x3) }',
    right: 'block A on 3x32x32 { conv(16, 3x3) }',
    about:
      'Only the first such problem of a line is shown, and no others of that line. Behind it, its declaration says nothing more, and what uses that declaration speaks only of unknown names; the rest of the file is analysed as ever. Where the slip is a known one (`=>` for `->`, `a if c else b`, `for i, c in`), the message says how it is written here.',
  },
  'bad-character': {
    severity: 'error',
    says: 'A character is not part of the language.',
    wrong: 'block A on 3x32x32 { conv(16, 3×3) }',
    right: 'block A on 3x32x32 { conv(16, 3x3) }',
  },
  'not-text': {
    severity: 'error',
    says: 'The file is not text: somebody opened an image or a model as `.cnn`.',
    wrong: '\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD',
  },
  'too-deep': {
    severity: 'error',
    says: 'Brackets are nested too deeply, or an expression is too long, to be parsed.',
    wrong: `let a = ${'('.repeat(41)}1${')'.repeat(41)}`,
    about:
      'At most 40 brackets of expressions may be nested, or 100 bodies, and an expression may have at most 2000 operators and 50 conditionals. Give parts of it names with `let`.',
  },
  'bad-ignore': {
    severity: 'warning',
    says: 'A `# pointwise-ignore` comment names a code that does not exist, or that cannot be ignored.',
    wrong: 'block A on 3x32x32 { conv(16, 3x3) } # pointwise-ignore unusd-name',
    right: 'block A on 3x32x32 { conv(16, 3x3) } # pointwise-ignore unused-name',
    about:
      '`# pointwise-ignore CODE`, at the end of a line or on a line of its own above it, hides the warnings and hints of that code there. Several codes are separated by commas, and a reason may follow after a colon: `# pointwise-ignore unused-name: callers give it`. Errors cannot be ignored.',
  },
} as const satisfies Readonly<Record<string, CodeInfo>>;
