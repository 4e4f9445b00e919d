/** What one may choose of an ONNX file: batch, opset, IR, folded batch norm; each held to onnxruntime's numbers for the file as usual. */
import assert from 'node:assert/strict';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelOptions, Subject } from '../../src/export/exporter.ts';
import { onnx } from '../../src/export/onnx/exporter.ts';
import { inputsOf } from '../../src/graph/graph.ts';
import { dimsOf, record } from '../../src/graph/record.ts';
import { decodeModel, METADATA, type Read } from '../../src/onnx/schema.ts';
import { initialise, randomInput } from '../../src/tensor/index.ts';
import { targetOf } from '../support/cnn.ts';
import { difference } from '../support/onnxruntime.ts';

/** A layer each of what is written in another way where the batch is open or the opset old. */
const BODY = `conv(8, 3x3) -> bn -> hardswish -> gn(2) -> gelu -> grn -> shuffle(2) -> softmax(2) -> upsample(mode="bilinear")
  dwconv(3x3, multiplier=2, bias=false) -> bn(affine=false) -> deconv(6, 2x2, stride=2, groups=2) -> bn
  output attention = channelmean -> softmax(over="pixels")
  channelmax -> reshape(576) -> linear(5, bias=false) -> bn`;

async function subject(text: string): Promise<Subject> {
  const { graph, facts, outline } = await targetOf(text, 'Net');
  const { program } = record(graph);
  const data = initialise(program.weights, 7).map((w, i) =>
    program.weights[i]?.init.kind === 'constant' ? w.map((v, j) => v + 0.1 + 0.05 * Math.sin(i + j)) : w,
  );
  const weights = new Map(program.weights.map((w, i) => [w.name, data[i] as Float32Array]));
  return { graph, facts, kind: 'network', outline: () => outline, family: () => outline, weights: () => weights };
}
const bytesOf = async (s: Subject, o: ModelOptions = {}): Promise<Uint8Array> => (await onnx.write(s, o)) as Uint8Array;
async function modelOf(s: Subject, o: ModelOptions = {}): Promise<Read<'ModelProto'>> {
  const model = decodeModel(await bytesOf(s, o), 1e6);
  assert.ok(typeof model !== 'number');
  return model;
}
/** All outputs for `batch` different inputs, one behind the other. */
async function run(s: Subject, o: ModelOptions, batch: number): Promise<readonly Float32Array[]> {
  const session = await InferenceSession.create(Buffer.from(await bytesOf(s, o)));
  const [input] = inputsOf(s.graph);
  const shape = input?.shape ?? [1];
  const size = shape.reduce((a, b) => a * b, 1);
  const data = new Float32Array(batch * size);
  for (let i = 0; i < batch; i++) data.set(randomInput(dimsOf(shape), 3 + i), i * size);
  const result = await session.run({ input: new Tensor('float32', data, [batch, ...shape]) });
  await session.release();
  return s.graph.outputs.map((out) => (result[out.name] as Tensor).data as Float32Array);
}
const dimsOfFirst = (values: readonly Read<'ValueInfoProto'>[]): readonly (number | string | undefined)[] =>
  values.map((v) => v.type?.tensorType?.shape?.dim[0]).map((d) => d?.dimParam ?? d?.dimValue);

describe('an ONNX file as one chooses it', () => {
  it('takes any number of inputs at once, and gives for each what it gives alone', async () => {
    const s = await subject(`network Net on 3x6x6 { ${BODY} }`);
    const alone = await run(s, {}, 1);
    for (const [options, batch] of [
      [{ batch: 'dynamic' }, 3],
      [{ batch: 3 }, 3],
      [{ batch: 'dynamic', opset: 17 }, 2],
      [{ batch: 'dynamic', opset: 13 }, 2],
      [{ opset: 13 }, 1],
      [{ opset: 20 }, 1],
      [{ foldBatchNorm: true }, 1],
      [{ foldBatchNorm: true, batch: 2, opset: 25 }, 2],
    ] as const) {
      const given = await run(s, options, batch);
      for (const [i, one] of alone.entries()) {
        assert.equal(given[i]?.length, batch * one.length, JSON.stringify(options));
        assert.ok(difference((given[i] as Float32Array).subarray(0, one.length), one) < 1e-5, `${JSON.stringify(options)}, output ${i}`);
      }
    }
  });

  it('says of every value that its batch is open, but of what is made of weights alone', async () => {
    const { graph } = await modelOf(await subject('network Net on 3x6x6 { scale -> gn(3) -> flatten -> linear(2) }'), { batch: 'dynamic' });
    assert.deepEqual([dimsOfFirst(graph?.input ?? []), dimsOfFirst(graph?.output ?? [])], [['N'], ['N']]);
    const named = new Map(graph?.valueInfo.map((v) => [v.name, dimsOfFirst([v])[0]]));
    assert.deepEqual([named.get('scale'), named.get('gn/reshape0'), named.get('scale/reshape0')], ['N', 'N', 1]);
  });

  it('has the opset and the format that were chosen, the oldest format that fits where none was', async () => {
    const s = await subject('network Net on 3x6x6 { relu -> gelu }');
    for (const [options, opset, ir] of [
      [{}, 18, 8],
      [{ opset: 13 }, 13, 8],
      [{ opset: 13, ir: 7 }, 13, 7],
      [{ opset: 20 }, 20, 9],
      [{ opset: 26 }, 26, 13],
      [{ ir: 10 }, 18, 10],
    ] as const) {
      const model = await modelOf(s, options);
      assert.deepEqual([model.opsetImport[0]?.version, model.irVersion], [opset, ir]);
      assert.equal(
        model.graph?.node.some((n) => n.opType === 'Gelu'),
        opset >= 20,
      );
    }
  });

  it('is refused, and why, where it does not exist', async () => {
    const s = await subject('network Net on 3x6x6 { norm: ln -> upsample(to=7x7, mode="bilinear") }');
    for (const [options, why] of [
      [{ opset: 12 }, /^Opset 12 is not written: choose one from 13 to 26/],
      [{ opset: 27 }, /^Opset 27 is not written/],
      [{ opset: 16 }, /^norm \(ln\) needs opset 17, in which ONNX's LayerNormalization came; opset 16 was asked for\.$/],
      [{ opset: 17, batch: 'dynamic' }, /^upsample \(upsample\) needs opset 18 where the batch is open, or a batch that is fixed\.$/],
      [{ opset: 21, ir: 9 }, /^Opset 21 needs IR 10 or later, up to 13/],
      [{ ir: 14 }, /up to 13, which is the last that onnxruntime 1\.30 takes; not 14\.$/],
      [{ batch: 0 }, /^The batch is a number from 1 to 65,536, or dynamic; not 0\.$/],
    ] as const)
      await assert.rejects(onnx.write(s, options), (e) => e instanceof Error && why.test(e.message), JSON.stringify(options));
  });

  it('loses the batch norms that stand right behind a layer and nowhere else', async () => {
    const s = await subject(`network Net on 3x6x6 {
      shared twice = conv(3, 1x1)
      a = first: conv(4, 3x3, bias=false) -> bn
      b = conv(4, 1x1)
      add { | a | b -> bn | b } -> bn -> conv(3, 1x1) -> relu -> bn -> twice -> bn -> twice
    }`);
    const folded = await modelOf(s, { foldBatchNorm: true });
    const count = (m: Read<'ModelProto'>, type: string): number => m.graph?.node.filter((n) => n.opType === type).length ?? 0;
    assert.deepEqual([count(await modelOf(s), 'BatchNormalization'), count(folded, 'BatchNormalization')], [5, 4]);
    assert.deepEqual(
      folded.graph?.initializer.map((t) => t.name).filter((n) => n?.startsWith('first')),
      ['first/weight', 'first/bias'],
    );
    assert.ok(difference((await run(s, { foldBatchNorm: true }, 1))[0] as Float32Array, (await run(s, {}, 1))[0] as Float32Array) < 1e-5);
  });

  it('holds the text that makes it, on the input that it has', async () => {
    const said = async (text: string): Promise<Readonly<Record<string, string>>> =>
      Object.fromEntries((await modelOf(await subject(text))).metadataProps.map((p) => [p.key, p.value]));
    const text = 'block Unit(c) {\n  conv(c, 3x3) -> relu\n}\n\nnetwork Net on 3x6x6 {\n  repeat 2 { Unit(4) }\n}\n';
    const metadata = await said(text);
    assert.equal(metadata[METADATA.target], 'Net');
    assert.equal(metadata[METADATA.text]?.replace(/\s+/g, ' '), text.replace(/\s+/g, ' '));
  });
});
