/** How much is done for a text: nothing that its answers do not need, however its loops stand in each other. Work is counted, no time is taken. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { totalsIn } from '../../src/graph/analyse.ts';
import { statusOf } from '../../src/language/editor/status.ts';
import { Views } from '../../src/language/editor/view.ts';
import { flattenAll } from '../../src/language/elaborate/flatten.ts';
import type { Instance } from '../../src/language/elaborate/instance.ts';
import { DEFAULT_LIMITS, Session } from '../../src/language/elaborate/session.ts';
import { RunningSums } from '../../src/language/elaborate/so-far.ts';
import { type Analysed, analyse, cursor } from '../support/cnn.ts';

/** The titles of the lenses of a text. */
async function lensesOf({ services, document }: Analysed): Promise<readonly (string | undefined)[]> {
  const textDocument = { uri: document.uri.toString() };
  const lenses = await services.lsp.CodeLensProvider?.provideCodeLens(document, { textDocument });
  return (lenses ?? []).map((l) => l.command?.title);
}

describe('a target with an error and many layers', () => {
  const text = (rounds: number, last: string): string =>
    `block Narrow { conv(4, 1x1) -> conv(8, 3x3) }\nnetwork Large on 8x8x8 {\n  repeat ${rounds} { Narrow$0 } ${last}\n}\n`;
  const made = (rounds: number, last: string): Promise<Analysed> => analyse(cursor(text(rounds, last)).text);
  const { position } = cursor(text(9000, ''));

  it('is not shown, and has nothing to compare with, until it is sound', async () => {
    const unsound = await made(9000, 'rleu');
    const { document, services } = unsound;
    const view = await new Views(services).view(document, undefined);
    assert.equal(view.status === 'missing' && view.reason, '`Large` has 18,000 layers and an error: it is shown once that is gone.');
    assert.deepEqual(await lensesOf(unsound), ['▷ Run', 'Diagram', 'Copy as PyTorch']);
    assert.equal(await statusOf(document, services, 'Large'), undefined);
    const hover = await services.lsp.HoverProvider?.getHoverContent(document, { position, textDocument: { uri: '' } });
    const said = JSON.stringify(hover?.contents);
    assert.ok(said.includes('8×8×8') && !said.includes('receptive field'), said);

    const sound = await made(9000, 'relu');
    assert.equal((await new Views(sound.services).view(sound.document, undefined)).status, 'ok');
    assert.deepEqual(await lensesOf(sound), ['▷ Run', 'Diagram', '2.88M vs naive 5.18M weights · 1.8× fewer', 'Copy as PyTorch']);
    assert.ok(await statusOf(sound.document, sound.services, 'Large'));
  });

  it('is shown where it has few', async () => {
    const few = await made(9, 'rleu');
    assert.equal((await new Views(few.services).view(few.document, undefined)).status, 'ok');
    assert.deepEqual(await lensesOf(few), ['▷ Run', 'Diagram', '2.88k vs naive 5.18k weights · 1.8× fewer', 'Copy as PyTorch']);
  });
});

/** A text, and the steps of all elaborations that its problems take: that of the file, and of targets on other inputs. */
async function stepsOf(text: string): Promise<Analysed & { readonly steps: readonly number[] }> {
  const steps = new Map<Session, number>();
  const { step } = Session.prototype;
  Session.prototype.step = function (this: Session, n = 1) {
    steps.set(this, (steps.get(this) ?? 0) + n);
    return step.call(this, n);
  };
  try {
    return { ...(await analyse(text)), steps: [...steps.values()] };
  } finally {
    Session.prototype.step = step;
  }
}
const total = (ns: readonly number[]): number => ns.reduce((a, b) => a + b, 0);

describe('a budget on a block', () => {
  it('costs no more in the last round of a loop than in the first', async () => {
    const text = (rounds: number): string => `network A on 8x8x8 {
      repeat ${rounds} { repeat 50 { conv(8, 3x3) -> relu expect params < 1e9 and weights < 1e9 and layers < 1e9 and macs < 1e12 and total_macs < 1e12 } }
    }`;
    const [few, many] = [await stepsOf(text(10)), await stepsOf(text(40))];
    assert.deepEqual([few.problems, many.problems], [[], []]);
    assert.ok(total(many.steps) < 4.5 * total(few.steps), `${total(many.steps)} and ${total(few.steps)}`);
  });

  const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const folder = (path: string): readonly string[] =>
    readdirSync(new URL(`../../${path}`, import.meta.url))
      .filter((f) => f.endsWith('.cnn'))
      .map((f) => `${path}/${f}`);
  const files = [...folder('examples'), ...folder('test/language/composed'), ...folder('test/language/lints')];
  const PARTS = `
    block Aside { conv(4, 1x1) output side = conv(8, 3x3) }
    block Ignores takes x, g { x -> conv(8, 1x1) }
    block Both takes x, g { add { | x | g } conv(8, 1x1) }
    block Inside { a = conv(8, 3x3) b = a -> conv(8, 5x5) conv(8, 1x1) }
    block Shares { shared c = conv(8, 3x3) c -> c }
    network N on 8x8x8 {
      w: conv(8, 3x3)
      Aside -> conv(8, 1x1)
      i: Inside
      Both { | i.a | w }
      Ignores { | conv(8, 1x1) | conv(8, 7x7) }
      repeat 2 { Shares }
      Aside
    }`;

  it('is told by sums what the graph has, up to each of its layers, in any file', async () => {
    const whole = { yes: 0, no: 0 };
    for (const text of [...files.map(read), PARTS]) {
      const { analysis } = await analyse(text);
      for (const i of analysis.instances) {
        const items: Instance['items'][number][] = [];
        const sums = new RunningSums({ items, input: i.input });
        for (const item of i.items) {
          items.push(item);
          // Where there are many, some of them.
          if (items.length > 20 && items.length % 50 !== 0 && items.length < i.items.length) continue;
          const { weights, params, macs, totalMacs, layers } = totalsIn(flattenAll({ ...i, items, result: items.length, outputs: [] }));
          const { all } = sums;
          assert.deepEqual(
            [all.weights, all.params, all.layers, all.macs],
            [weights, params, layers, totalMacs],
            `${i.name} up to ${items.length}`,
          );
          const needsAll = sums.needsAll(items.length);
          if (needsAll) assert.equal(all.macs, macs, `${i.name} up to ${items.length}`);
          whole[needsAll ? 'yes' : 'no']++;
        }
      }
    }
    assert.ok(whole.yes > 500 && whole.no > 100, JSON.stringify(whole));
  });
});

describe('which other inputs a target takes', () => {
  it('is found in a quarter of the steps that a file may take, of all its targets together', async () => {
    const channels = `8 + k${' + k - k'.repeat(30)}`;
    const body = `repeat 150 { conv(${channels}, 3x3) -> relu } maxpool(9999x9999)`;
    const targets = Array.from({ length: 8 }, (_, k) => `network N${k}(k=${k}) on 8x4x4 { ${body} }`);
    const { steps, problems } = await stepsOf(targets.join('\n'));
    const [, ...others] = steps;
    assert.equal(problems.filter((p) => p.code === 'kernel-too-large').length, 8);
    assert.ok(others.length > 4, 'several inputs are tried');
    // The last one tried may go beyond it by what its sound layers allow for.
    assert.ok(total(others) < 0.5 * DEFAULT_LIMITS.steps, `${total(others)} steps in ${others.length} tries`);
  });
});

describe('a name that there is not', () => {
  it('is looked for among all others once, in however many rounds it stands', async () => {
    let asked = 0;
    const { suggest } = Session.prototype;
    Session.prototype.suggest = function (this: Session, ...args) {
      asked++;
      return suggest.apply(this, args);
    };
    const text = 'network A on 8x8x8 { repeat 30 { for i in range(20) { rleu -> conv(chanels, 3x3) } } }';
    try {
      const { problems } = await analyse(text);
      assert.deepEqual(
        problems.map((p) => [p.code, p.location.range.start.character]),
        ['rleu', 'chanels'].map((name) => ['unknown-name', text.indexOf(name)]),
      );
    } finally {
      Session.prototype.suggest = suggest;
    }
    assert.equal(asked, 2);
  });
});

describe('a loop of more rounds than fit', () => {
  const grow = 'block Grow(act=relu) { concat { | identity | repeat 49 { conv(2, 3x3) -> act } } }\n';
  const made = async (text: string) => {
    const { problems, steps } = await stepsOf(grow + text);
    return { steps: total(steps), told: problems.map((p) => `${p.code} ${p.location.range.start.character}`) };
  };

  it('is told after the first, though each gives another shape', async () => {
    for (const body of ['Grow', 'conv(here.c + 1, 3x3) -> relu', 'Grow(act=tanh) -> repeat 3 { bn }', 'Grow conv(2 * here.c % 99, 3x3)']) {
      const { steps, told } = await made(`network A on 3x8x8 { repeat 60000 { ${body} } }`);
      assert.deepEqual(told, ['too-many-nodes 28'], body);
      assert.ok(steps < 2000, `${body}: ${steps} steps`);
    }
  });

  it('is no problem where what arrives decides how much it makes', async () => {
    const more =
      'let units = [Grow, Nothing]\nfn some(c) = if c < 9 then 1 else 0\nblock Nothing { }\nblock Some { if in.c < 9 { Grow } }\n';
    for (const body of ['if here.c < 9 { Grow }', 'Some', 'repeat some(here.c) { Grow }', 'for i in range(9 - min(9, here.c)) { Grow }'])
      assert.deepEqual((await made(`${more}network A on 3x8x8 { repeat 1100 { ${body} } }`)).told, [], body);
    const passed = 'block Calls(layer) { layer }\n';
    for (const body of ['Calls(if here.c < 9 then Grow else Nothing)', 'Calls(units[min(1, here.c // 9)])'])
      assert.deepEqual((await made(`${more}${passed}network A on 3x8x8 { repeat 1100 { ${body} } }`)).told, [], body);
  });
});
