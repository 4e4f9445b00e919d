/** Draws how many times faster than onnxruntime-web each engine was, as an SVG that reads on light and dark pages. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { BASE, type WorkloadResult } from '../../src/bench/bench.ts';

/** Colour-blind safe (Okabe & Ito 2008), and legible on white and on black. */
const COLOURS: Readonly<Record<string, string>> = {
  fast: '#0090d9',
  exact: '#56b4e9',
  'strict SIMD': '#8b9dc3',
  threads: '#009e73',
  'tfjs-wasm': '#e69f00',
  'onnxruntime-node': '#d55e00',
};
const MUTED = '#808080';

export function plotOf(runtimes: readonly { readonly name: string; readonly results: readonly WorkloadResult[] }[]): string {
  const { document } = parseHTML('<html><body></body></html>');
  const bars = runtimes.flatMap(({ name, results }) =>
    results.flatMap((r) =>
      r.engines
        .filter((e) => e.engine !== BASE && e.ratio)
        .map((e) => ({ runtime: name, workload: r.name, engine: e.engine, ...(e.ratio as NonNullable<typeof e.ratio>) })),
    ),
  );
  const engines = [...new Set(bars.map((b) => b.engine))];
  const colour = (engine: string): string => COLOURS[engine] ?? COLOURS.threads ?? MUTED;
  const svgs = runtimes.map(({ name }) => {
    const own = bars.filter((b) => b.runtime === name);
    return Plot.plot({
      document: document as unknown as Document,
      width: 860,
      height: 260,
      marginLeft: 46,
      marginTop: 34,
      style: { fontSize: '11px', color: MUTED, background: 'none' },
      fx: { label: null, domain: [...new Set(own.map((b) => b.workload))], padding: 0.18 },
      x: { axis: null, domain: engines.filter((e) => own.some((b) => b.engine === e)), padding: 0.08 },
      y: { label: `${name}: times faster than ${BASE}`, grid: true },
      color: { domain: engines, range: engines.map(colour) },
      marks: [
        Plot.barY(own, { fx: 'workload', x: 'engine', y: 'median', fill: 'engine' }),
        Plot.ruleX(own, { fx: 'workload', x: 'engine', y1: 'low', y2: 'high', stroke: MUTED }),
        Plot.ruleY([1], { stroke: MUTED, strokeDasharray: '3 3' }),
      ],
    });
  });
  const key = engines
    .map(
      (e, i) =>
        `<g transform="translate(${46 + i * 140},12)"><rect width="11" height="11" fill="${colour(e)}"/><text x="16" y="10">${e}</text></g>`,
    )
    .join('');
  const nested = svgs.map((svg, i) => {
    svg.setAttribute('y', String(28 + i * 268));
    return svg.outerHTML;
  });
  const height = 28 + svgs.length * 268;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="860" height="${height}" viewBox="0 0 860 ${height}" font-family="system-ui, sans-serif" font-size="12" fill="${MUTED}" role="img" aria-label="How many times faster than ${BASE} each engine was">${key}${nested.join('')}</svg>\n`;
}
