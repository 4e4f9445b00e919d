/** What mutation testing found, as text: the mutants that no test noticed, and a row for each folder. */
import type { MutantStatus } from '@stryker-mutator/api/core';
import { markdown } from '../../src/graph/tree/written.ts';

interface Place {
  readonly line: number;
  readonly column: number;
}

/** What we read of a report of the schema `mutation-testing-report-schema`. */
export interface MutationReport {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly status: MutantStatus;
          readonly mutatorName: string;
          readonly replacement?: string;
          readonly location: { readonly start: Place; readonly end: Place };
        }[];
      }
    >
  >;
}

/** The text between two places of a file, on one line. */
function between(source: string, start: Place, end: Place): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1)?.slice(0, end.column - 1) ?? '';
  lines[0] = lines[0]?.slice(start.column - 1) ?? '';
  return lines.join(' ').replaceAll(/\s+/g, ' ');
}

const short = (text: string): string => (text.length > 90 ? `${text.slice(0, 87)}…` : text);

/** The mutants that no test noticed, a line each: where, what stood there, and what took its place. */
export function survivors({ files }: MutationReport): string {
  const lines = Object.entries(files).flatMap(([path, { source, mutants }]) =>
    mutants
      .filter((m) => m.status === 'Survived' || m.status === 'NoCoverage')
      .map(({ status, location: { start, end }, replacement }) => {
        const uncovered = status === 'NoCoverage' ? ' (no test runs it)' : '';
        return `${path}:${start.line}:${start.column}  ${short(between(source, start, end))}  →  ${short((replacement ?? '').replaceAll(/\s+/g, ' '))}${uncovered}`;
      }),
  );
  return lines.join('\n');
}

/** A row a folder: how many mutants a test failed for, or never ended for; how many none noticed, or none ran; and the share that was noticed. */
export function table(reports: readonly (readonly [string, MutationReport])[]): string {
  const rows = reports.map(([folder, { files }]) => {
    const all = Object.values(files).flatMap((f) => f.mutants);
    const count = (...statuses: readonly MutantStatus[]): number => all.filter((m) => statuses.includes(m.status)).length;
    const [killed, endless] = [count('Killed', 'RuntimeError'), count('Timeout')];
    const [survived, uncovered] = [count('Survived'), count('NoCoverage')];
    const score = (killed + endless) / (killed + endless + survived + uncovered);
    return [folder, ...[killed, endless, survived, uncovered].map(String), `${(100 * score).toFixed(0)} %`];
  });
  const heads = ['killed', 'timeout', 'survived', 'not run', 'score'].map((head) => ({ head, right: true }));
  return markdown([{ head: 'folder' }, ...heads], rows);
}
