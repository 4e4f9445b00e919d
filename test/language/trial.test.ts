/** Values tried in place of those of a text: what a target would be with them, and what is written where they are applied. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { TextDocument } from 'langium';
import type { Graph } from '../../src/graph/graph.ts';
import { Views } from '../../src/language/editor/view.ts';
import { applied } from '../../src/language/editor/what-if/apply.ts';
import { knobsOf } from '../../src/language/editor/what-if/knobs.ts';
import type { Knob, Tried } from '../../src/protocol/server.ts';
import { type Analysed, analyse } from '../support/cnn.ts';

const inception = readFileSync('examples/inception.cnn', 'utf8');
const resnet = readFileSync('examples/resnet.cnn', 'utf8');
const small = `let width = 16
let table = [[1, 8], [3, 16]]
block B(c=2*width, groups=2, k=3x3, act=relu, p=same, bias=true, rate=0.5) on 32x8x8 {
  conv(c, k, groups=groups, pad=p, bias=bias) -> act -> dropout(rate)
  for [kernel, n] in table { conv(n, kernel) }
}
block Named on 3x8x8 { conv(4, 1x1) }
network Alone = B
network Wide = B(64, groups=4) on 32x16x16
network Wider = Wide(act=gelu)
network Two(side=8) takes a, b on size(3, side, side), 3x8x8 { add { | a | b } }
`;

const targetIn = ({ analysis }: Analysed, name: string) => {
  const found = analysis.targets.find((t) => t.name === name);
  assert.ok(found, name);
  return found;
};
const tryOn = (a: Analysed, name: string, tried: Tried) => a.analysis.trial(targetIn(a, name), tried);
const knobs = (a: Analysed, name: string): readonly Knob[] => knobsOf(tryOn(a, name, {}).text, a.document, a.services.shared);

/** The text once what is tried is written into it. */
async function write(a: Analysed, name: string, tried: Tried): Promise<string> {
  const made = await applied(a.document, a.services, name, tried);
  assert.ok('edits' in made, JSON.stringify(made));
  return TextDocument.applyEdits(
    a.document.textDocument,
    made.edits.map((e) => ({ range: e.location.range, newText: e.text })),
  );
}
/** The lines that are other in a text. */
const changed = (before: string, after: string): readonly string[] => after.split('\n').filter((line, i) => line !== before.split('\n')[i]);

/** What a graph computes, without where it stands. */
const computes = (g: Graph | undefined): unknown => g && [g.nodes.map(({ source: _, ...n }) => n), g.outputs];

describe('values that are tried', () => {
  const params = async (text: string, name: string, tried: Tried): Promise<number | string | undefined> => {
    const a = await analyse(text);
    const { trial, wrong } = tryOn(a, name, tried);
    return wrong?.message ?? a.analysis.target(trial.target)?.facts.totals.params;
  };

  for (const [text, name, tried, expected] of [
    [inception, 'Inception', {}, 163_696],
    [inception, 'Inception', { c1: '96' }, 169_872],
    [inception, 'Inception', { c1: '96', on: '64x14x14' }, 139_152],
    [resnet, 'ResNet50', { layers: '[3, 4, 23, 3]' }, 44_549_160],
    [resnet, 'ResNet50', { layers: '[3, 8, 36, 3]', classes: '10' }, 58_164_298],
    [small, 'B', { 'let width': '8' }, 3_624],
    [small, 'B', { c: '4*8', groups: '1' }, 10_680],
    [small, 'B', { 'let table': '[[1, 16]]' }, 5_168],
    [small, 'Wider', { k: '1x1' }, 2_264],
  ] as const)
    it(`make ${name} with ${JSON.stringify(tried)}`, async () => assert.equal(await params(text, name, tried), expected));

  for (const [text, name, tried, message] of [
    [small, 'B', { groups: '3' }, '`conv` has 3 groups, which do not divide its 32 input channels: choose a divisor of 32.'],
    [inception, 'Inception', { c1: '0' }, '`channels` of `conv` must be at least 1, not 0.'],
    [
      inception,
      'Inception',
      { on: '64x28' },
      'The input is a shape such as `3x224x224` (channels×height×width) or a number of features, not the size 64x28.',
    ],
    [inception, 'Inception', { c1: 'r2' }, 'There is no `r2` here.'],
    [inception, 'Inception', { c1: '' }, 'A value is missing: give one, or go back to that of the text.'],
    [inception, 'Inception', { c1: '64 # so' }, '`64 # so` is not one value.'],
    [inception, 'Inception', { c1: '64) on 3x8x8 { relu } block X(c=1' }, '`)` does not fit here: a declaration begins with'],
    [inception, 'Inception', { c1: '64 let b = 3' }, '`64 let b = 3` is not one value.'],
  ] as const)
    it(`say why ${JSON.stringify(tried)} cannot be`, async () => {
      const said = await params(text, name, tried);
      assert.ok(typeof said === 'string' && said.startsWith(message), String(said));
    });

  it('are wrong as the editor would say it of the text that has them', async () => {
    for (const [name, tried] of [
      ['B', { groups: '3' }],
      ['B', { k: '11x11', p: '0' }],
      ['Wide', { act: 'linear(3)' }],
      ['Alone', { 'let table': '[[1, 0]]' }],
    ] as const) {
      const a = await analyse(small);
      const wrong = tryOn(a, name, tried).wrong?.message;
      assert.ok(wrong, name);
      // What cannot be is not applied, so it is written by hand.
      const text = Object.entries(tried).reduce((t, [key, v]) => {
        if (key.startsWith('let ')) return t.replace(new RegExp(`${key} = .*`), `${key} = ${v}`);
        return name === 'B'
          ? t.replace(new RegExp(`(block B.*?\\b${key})=[^,)]*`), `$1=${v}`)
          : t.replace('groups=4)', `groups=4, ${key}=${v})`);
      }, small);
      const said = (await analyse(text)).problems.filter((p) => p.severity === 'error').map((p) => p.message);
      assert.ok(
        said.some((m) => m.startsWith(wrong.replace(/\.$/, ''))),
        `${wrong} is not among\n${said.join('\n')}`,
      );
    }
  });

  it('may break a budget, which is told and no reason to refuse', async () => {
    const a = await analyse('block A(c=8) on 3x8x8 { conv(c, 1x1)\n expect params <= 40 }');
    const { wrong, broken, trial } = tryOn(a, 'A', { c: '16' });
    assert.equal(wrong, undefined);
    assert.deepEqual(
      broken.map((p) => p.message),
      ['`expect params <= 40` is broken: params = 64 in `A` up to here.'],
    );
    assert.equal(a.analysis.target(trial.target)?.facts.totals.params, 64);
  });

  it('leave out what the text says, and name what there is not', async () => {
    const { tried, gone } = tryOn(await analyse(resnet), 'ResNet50', { layers: '[3,4,6,3]', classes: '1000', depth: '9', on: '3x64x64' });
    assert.deepEqual([tried, gone], [{ on: '3x64x64' }, ['depth']]);
  });

  it('go with each other: what is made of a value is another with it, unless it is tried itself', async () => {
    const a = await analyse(small);
    const views = new Views(a.services);
    const values = async (tried: Tried): Promise<unknown> => {
      const answer = await views.view(a.document, 'B', undefined, { on: 'B', tried });
      const trying = answer.status === 'ok' ? answer.sent.head.trying : undefined;
      return [trying?.values.c, trying?.values['let width'], Object.keys(trying?.tried ?? {}).join()];
    };
    assert.deepEqual(await values({ 'let width': '8' }), ['16', '8', 'let width']);
    // It is 32 in the text too, but there it is made of the width.
    assert.deepEqual(await values({ 'let width': '8', c: '32' }), ['32', '8', 'let width,c']);
  });

  it('are of a block of another file too, for an alias alone', async () => {
    const a = await analyse('import Cell from "./cells.cnn"\nnetwork N = Cell on 8x8x8\n', {
      'cells.cnn': 'let k = 3x3\nblock Cell(c=8) on 3x8x8 { conv(c, k) }\n',
    });
    assert.deepEqual(
      knobs(a, 'N').map((k) => [k.key, k.written, k.where]),
      [
        ['c', '8', 'an argument of `Cell`, for `N` alone'],
        ['on', '8x8x8', '`on` of `N`'],
      ],
    );
    const tried = { c: '16', on: '4x8x8' };
    assert.equal(a.analysis.target(tryOn(a, 'N', tried).trial.target)?.facts.totals.params, 4 * 16 * 9 + 16);
    assert.match(await write(a, 'N', tried), /network N = Cell\(c=16\) on 4x8x8/);
  });

  it('leave the text and what is known of it alone', async () => {
    const a = await analyse(small);
    const before = computes(a.analysis.target(targetIn(a, 'B'))?.graph);
    for (const c of ['8', '16', '24']) tryOn(a, 'B', { c, 'let width': c });
    assert.deepEqual(computes(a.analysis.target(targetIn(a, 'B'))?.graph), before);
    assert.deepEqual(computes(a.analysis.target(tryOn(a, 'B', {}).trial.target)?.graph), before);
  });
});

describe('what can be tried', () => {
  const slider = (name: string, min: number, max: number, step: number) => ({ name, min, max, step });

  it('are the parameters, the input and the constants that a target depends on', async () => {
    const a = await analyse(small);
    const keys = (name: string): string =>
      knobs(a, name)
        .map((k) => k.key)
        .join(' ');
    assert.equal(keys('B'), 'c groups k act p bias rate on let width let table');
    assert.equal(keys('Named'), 'on');
    assert.equal(keys('Two'), 'side on on 2');
  });

  it('have sliders that suit what they are for', async () => {
    const [a, b] = [await analyse(small), await analyse(resnet)];
    const controls = (of: Analysed, name: string) => Object.fromEntries(knobs(of, name).map((k) => [k.key, k.control]));
    const { c, groups, k, act, p, bias, rate, on, 'let table': table } = controls(a, 'B');
    assert.deepEqual(c, { kind: 'numbers', form: 'number', sliders: [slider('', 16, 256, 16)] });
    assert.deepEqual(groups, { kind: 'numbers', form: 'number', sliders: [slider('', 1, 32, 1)] });
    assert.deepEqual(k, { kind: 'numbers', form: 'square', sliders: [slider('', 1, 11, 2)] });
    assert.ok(act?.kind === 'choice' && act.choices.includes('gelu') && act.choices.includes('identity') && !act.choices.includes('conv'));
    assert.ok(p?.kind === 'choice' && p.choices.includes('same') && p.choices.includes('tf'));
    assert.deepEqual([bias, table], [{ kind: 'flag' }, { kind: 'text' }]);
    assert.deepEqual(rate, { kind: 'numbers', form: 'number', sliders: [slider('', 0, 1, 0.05)] });
    assert.ok(on?.kind === 'numbers');
    assert.deepEqual([on.form, on.sliders.map((s) => s.name)], ['size', ['channels', 'height', 'width']]);
    const { layers, unit } = controls(b, 'ResNet');
    assert.ok(layers?.kind === 'numbers');
    assert.deepEqual([layers.form, layers.sliders.map((s) => s.name)], ['list', ['[0]', '[1]', '[2]', '[3]']]);
    assert.deepEqual(unit, { kind: 'choice', choices: ['Bottleneck'] });
  });

  it('tell what the text says, and where another value would be written', async () => {
    const a = await analyse(small);
    const told = (name: string, key: string): unknown => {
      const found = knobs(a, name).find((k) => k.key === key);
      return [found?.written, found?.value, found?.where];
    };
    assert.deepEqual(told('B', 'c'), ['2*width', '32', 'the default of `c`, for all calls of `B` that leave it out']);
    assert.deepEqual(told('Wide', 'c'), ['64', '64', 'an argument of `B`, for `Wide` alone']);
    assert.deepEqual(told('Wider', 'c'), ['64', '64', 'an argument of `Wide`, for `Wider` alone']);
    assert.deepEqual(told('Two', 'on'), ['size(3, side, side)', '3x8x8', '`on` of `Two`']);
  });
});

describe('applying what was tried', () => {
  for (const [name, tried, lines] of [
    ['B', { c: '48', act: 'gelu' }, ['block B(c=48, groups=2, k=3x3, act=gelu, p=same, bias=true, rate=0.5) on 32x8x8 {']],
    [
      'B',
      { 'let width': '8', on: '16x4x4' },
      ['let width = 8', 'block B(c=2*width, groups=2, k=3x3, act=relu, p=same, bias=true, rate=0.5) on 16x4x4 {'],
    ],
    ['Alone', { c: '48', on: '32x4x4' }, ['network Alone = B(c=48) on 32x4x4']],
    ['Wide', { c: '96', rate: '0.1', on: '32x4x4' }, ['network Wide = B(96, groups=4, rate=0.1) on 32x4x4']],
    ['Wider', { c: '96', act: 'silu' }, ['network Wider = Wide(act=silu, c=96)']],
    ['Two', { side: '16', 'on 2': '3x16x16' }, ['network Two(side=16) takes a, b on size(3, side, side), 3x16x16 { add { | a | b } }']],
    ['Two', { on: '3x1x1' }, ['network Two(side=8) takes a, b on 3x1x1, 3x8x8 { add { | a | b } }']],
  ] as const)
    it(`writes ${JSON.stringify(tried)} for ${name}`, async () => {
      assert.deepEqual(changed(small, await write(await analyse(small), name, tried)), lines);
    });

  it('puts arguments between brackets that are there, and an input behind a call across lines', async () => {
    const a = await analyse(resnet);
    assert.deepEqual(changed(resnet, await write(a, 'ResNet50', { classes: '10', on: '3x64x64' })), [
      'network ResNet50 = ResNet(classes=10) on 3x64x64',
    ]);
    const text = 'block Y(a=1, b=2) on 3x8x8 { conv(a*b, 1x1) }\nnetwork N = Y(\n  a=3,\n  # why\n)\n';
    assert.equal(
      await write(await analyse(text), 'N', { b: '4', on: '3x4x4' }),
      'block Y(a=1, b=2) on 3x8x8 { conv(a*b, 1x1) }\nnetwork N = Y(\n  a=3, b=4,\n  # why\n) on 3x4x4\n',
    );
  });

  it('is refused where a value cannot be, or the text is broken', async () => {
    const refused = async (text: string, tried: Tried): Promise<unknown> => {
      const a = await analyse(text);
      return applied(a.document, a.services, 'Inception', tried);
    };
    assert.deepEqual(await refused(inception, { c1: '0' }), { refused: '`channels` of `conv` must be at least 1, not 0.' });
    assert.deepEqual(await refused(`${inception}}`, { c1: '8' }), { refused: 'The file has a syntax error: correct it first.' });
    assert.deepEqual(await refused('block B on 3x8x8 { relu }', { c1: '8' }), {
      refused: '`Inception` no longer exists, or it cannot stand alone.',
    });
  });

  it('makes of every example what was shown while it was tried', async () => {
    const texts = [
      inception,
      resnet,
      small,
      ...readdirSync('examples')
        .filter((f) => f.endsWith('.cnn'))
        .map((f) => readFileSync(`examples/${f}`, 'utf8')),
    ];
    const other = (k: Knob, n: number): string => {
      if (k.control.kind === 'flag') return k.value === 'true' ? 'false' : 'true';
      if (k.control.kind === 'choice') return k.control.choices[n % k.control.choices.length] ?? k.value;
      if (k.control.kind === 'text') return k.value;
      const at = k.control.sliders.map(({ min, max, step }) =>
        Number((min + step * (n % (1 + Math.floor((max - min) / step)))).toPrecision(6)),
      );
      if (k.control.form === 'list') return `[${at.join(', ')}]`;
      return k.control.form === 'square' ? `${at[0]}x${at[0]}` : at.join('x');
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(texts.length - 1), fc.nat(), fc.array(fc.nat(40), { minLength: 8, maxLength: 8 }), async (i, t, ns) => {
        const text = texts[i] ?? '';
        const a = await analyse(text);
        const targets = a.analysis.targets.filter((x) => x.instance);
        const target = targets[t % targets.length];
        if (!target) return;
        // About every second stays as it is.
        const tried = Object.fromEntries(
          knobs(a, target.name).flatMap((k, j): [string, string][] => ((ns[j % 8] ?? 0) % 2 ? [[k.key, other(k, ns[j % 8] ?? 0)]] : [])),
        );
        const { trial, wrong } = tryOn(a, target.name, tried);
        const graph = a.analysis.target(trial.target)?.graph;
        if (wrong || !graph || graph.nodes.length > 3000) return;
        const after = await analyse(await write(a, target.name, tried));
        assert.deepEqual(computes(after.analysis.target(targetIn(after, target.name))?.graph), computes(graph), JSON.stringify(tried));
        assert.deepEqual(tryOn(after, target.name, tried).tried, {}, 'the text says so then');
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('views of what is tried', () => {
  const head = async (views: Views, a: Analysed, tried: Tried) => {
    const answer = await views.view(a.document, 'Inception', undefined, { on: 'Inception', tried });
    assert.ok(answer.status === 'ok');
    const { head: of, totals } = answer.sent;
    return { trying: of.trying, params: totals.params, version: of.version };
  };

  it('keep the last that could be, and go back to the text', async () => {
    const a = await analyse(inception);
    const views = new Views(a.services);
    assert.deepEqual([(await head(views, a, {})).trying, (await head(views, a, { c1: '64' })).trying], [undefined, undefined]);
    const ok = await head(views, a, { c1: '96' });
    assert.deepEqual([ok.params, ok.trying?.shown, ok.trying?.text.params], [169_872, { c1: '96' }, 163_696]);
    const bad = await head(views, a, { c1: '0' });
    assert.equal(bad.params, 169_872);
    assert.deepEqual([bad.trying?.shown, bad.trying?.tried, bad.trying?.wrong?.at?.range.start.line], [{ c1: '96' }, { c1: '0' }, 4]);
    assert.deepEqual([(await head(views, a, {})).params, (await head(views, a, { c1: '0' })).params], [163_696, 163_696]);
    const spelt = (await head(views, a, { c1: '6 4' })).trying?.wrong;
    assert.equal(spelt?.key, 'c1');
  });

  it('are of the target for which they are tried alone', async () => {
    const a = await analyse(inception);
    const answer = await new Views(a.services).view(a.document, undefined, undefined, { on: 'Other', tried: { c1: '96' } });
    assert.ok(answer.status === 'ok');
    assert.deepEqual([answer.sent.head.trying, answer.sent.totals.params], [undefined, 163_696]);
  });
});
