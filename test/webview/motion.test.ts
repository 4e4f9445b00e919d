/** What an edit moves goes from its old place to its new one: who was who, and that it is seen, and not where one asks for stillness. */
import assert from 'node:assert/strict';
import { layoutWithin, type Placed } from '../../src/diagram/index.ts';
import { createLayered } from '../../src/export/picture/elk.ts';
import { analyse } from '../../src/graph/analyse.ts';
import { bandsBefore, isAnother, partnersOf } from '../../webview/parts/canvas/partners.ts';
import { targetOf } from '../support/cnn.ts';
import { stageOfSuite, type Workbench } from './harness.ts';
import { sent, viewOf } from './views.ts';

const graphOf = async (body: string) => (await targetOf(`block A on 8x16x16 {\n${body}\n}`, 'A')).graph;
async function pictureOf(body: string): Promise<Placed> {
  const graph = await graphOf(body);
  return layoutWithin(graph, analyse(graph), {}, undefined, createLayered());
}
const BODY = 'conv(16, 3x3) -> relu\nadd {\n| conv(16, 1x1) -> bn\n| identity\n}\nconv(32, 3x3) -> relu';

describe('what an edit moves', function () {
  this.timeout(60_000);

  it('is known by its place in the flow, not by a path that the edit gave to another', async () => {
    const [before, now] = [await pictureOf(BODY), await pictureOf(`conv(24, 5x5)\n${BODY}`)];
    const were = partnersOf(before, now);
    assert.equal(were.get('conv_2')?.box.key, 'conv');
    assert.equal(were.get('branch1/conv')?.box.key, 'branch1/conv');
    assert.equal(were.get('conv_3')?.box.key, 'conv_2');
    assert.equal(were.get('conv'), undefined, 'that is the new one');
    assert.equal(were.size, before.boxes.length);
  });

  it('is what is between two edits by its path, and what changed where it stands', async () => {
    const [before, now] = [await pictureOf(BODY), await pictureOf(BODY.replace('conv(16, 1x1)', 'conv(16, 3x3)'))];
    assert.equal(partnersOf(before, now).get('branch1/conv')?.box.key, 'branch1/conv');
    assert.equal(isAnother(before, now), true);
    assert.equal(isAnother(before, await pictureOf(BODY)), false);
  });

  it('has ribbons that become theirs where they have the same form', async () => {
    const [before, now] = [
      await pictureOf(BODY),
      await pictureOf(BODY.replace('conv(16, 3x3)', 'conv(64, 3x3)').replace('16, 1x1', '64, 1x1')),
    ];
    const old = bandsBefore(before, now, partnersOf(before, now));
    assert.ok(old.filter((d) => d !== undefined).length > now.bands.length / 2);
  });

  describe('on the page', () => {
    const stage = stageOfSuite();
    let w: Workbench;
    /** The boxes that are on their way, and how far along the first picture of it each has still to go. */
    const going = (): Promise<readonly string[]> =>
      w.page.evaluate(() =>
        document.getAnimations().flatMap((a) => {
          const target = (a.effect as KeyframeEffect | null)?.target as SVGElement | null;
          const isMove = (a.effect as KeyframeEffect | null)?.getKeyframes().some((k) => 'transform' in k);
          return isMove && !(a instanceof CSSTransition) && target?.classList.contains('box') ? [target.dataset.key ?? ''] : [];
        }),
      );
    const edit = async (body: string, version: number): Promise<void> => {
      await w.send({ type: 'view', result: { status: 'ok', sent: sent(viewOf(await graphOf(body), { version })) }, fileName: 'a.cnn' });
    };

    it('goes there, and stands; nothing goes as it opens, zooms, or where one asks for stillness', async () => {
      w = await stage.page();
      await w.page.evaluate(() => {
        // Slow enough to be caught at it.
        const animate = Element.prototype.animate;
        Element.prototype.animate = function (frames, how) {
          return animate.call(this, frames, { ...(how as KeyframeAnimationOptions), duration: 1500 });
        };
      });
      await w.show(viewOf(await graphOf(BODY)));
      assert.deepEqual(await going(), []);
      await w.page.locator('[aria-label="Zoom in"]').click();
      assert.deepEqual(await going(), []);
      await edit(`conv(24, 5x5)\n${BODY}`, 2);
      await w.until('that boxes go', async () => (await going()).includes('conv_3'));
      await w.page.mouse.move(500, 400);
      await w.page.mouse.wheel(0, 40);
      await w.until('that a hand ends it', async () => (await going()).length === 0);
      await w.page.emulateMedia({ reducedMotion: 'reduce' });
      await edit(BODY, 3);
      await w.box('conv_3').waitFor({ state: 'detached' });
      assert.deepEqual(await going(), []);
    });
  });
});
