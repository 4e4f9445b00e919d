/** ONNX at the command line: out as one chooses it, and in again, from Pointwise and from others. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeModel, floatValue } from '../../src/onnx/schema.ts';
import { readNpy } from '../../src/run/npy.ts';
import { type Ended, pointwise } from '../support/cli.ts';
import { modelBytes } from '../support/models.ts';
import { difference } from '../support/onnxruntime.ts';

const NET = `# A stem and two units.
block Unit(c) {
  conv(c, 3x3, bias=false) -> bn -> relu
}

network Net on 3x16x16 {
  stem: conv(8, 3x3)
  repeat 2 {
    Unit(8)
  }
}
`;

describe('ONNX at the command line', function () {
  this.timeout(240_000);
  let folder: string;
  const call = (text: string): Promise<Ended> => pointwise(text.split(' '), folder);
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const output = async (options: string): Promise<Float32Array> => {
    const ended = await call(`run ${options} --exact --output y.npy`);
    assert.equal(ended.status, 0, ended.stderr);
    return readNpy(readFileSync(join(folder, 'y.npy'))).data as Float32Array;
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pointwise-onnx-'));
    writeFileSync(join(folder, 'net.cnn'), NET);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('comes back as the text that it was, with its weights', async () => {
    await call('export net.cnn --to onnx --batch dynamic --opset 20 --seed 3 -o own.onnx');
    const ended = await call('import own.onnx');
    assert.match(ended.stderr, /wrote own\.cnn: Net, 1,408 params.*\nwrote own\.safetensors: 12 tensors\n.*the text is as it was/);
    assert.equal(read('own.cnn'), NET);
    assert.deepEqual(await output('own.cnn --weights own.safetensors --seed 3'), await output('net.cnn --seed 3'));
  });

  it('holds the weights of a file, and folds batch norms where that is asked for', async () => {
    await call('export net.cnn --to pytorch --weights --calibrate --seed 5 -o net.py');
    await call('export net.cnn --to onnx --weights net.safetensors --fold-batchnorm -o folded.onnx');
    const ended = await call('import folded.onnx');
    assert.match(ended.stderr, /The model holds a text too, of which it is no longer what that says/);
    assert.doesNotMatch(read('folded.cnn'), /bn/);
    assert.ok(
      difference(await output('folded.cnn --weights folded.safetensors'), await output('net.cnn --weights net.safetensors')) < 1e-5,
    );
  });

  it('is read as a graph where that is asked for', async () => {
    await call('import own.onnx --graph-only -o graph.cnn');
    assert.match(read('graph.cnn'), /^network Own on 3x16x16 \{\n {2}conv\(8, 3x3\)\n {2}repeat 2/);
    assert.ok(difference(await output('graph.cnn --weights graph.safetensors --seed 3'), await output('net.cnn --seed 3')) < 1e-5);
  });

  it('of others comes in, without weights where the file has none, and writes over nothing', async () => {
    writeFileSync(join(folder, 'squeezenet-1.1.onnx'), modelBytes('squeezenet1_1'));
    const ended = await call('import squeezenet-1.1.onnx');
    assert.equal(ended.status, 0);
    assert.match(ended.stderr, /wrote squeezenet-1\.1\.cnn: Squeezenet11, 1,235,496 params/);
    assert.match(ended.stderr, /no weights were written: the model does not hold the numbers of \d+ tensors/);
    assert.equal((await call('check squeezenet-1.1.cnn')).status, 0);
    const again = await call('import squeezenet-1.1.onnx');
    assert.deepEqual(
      [again.status, again.stderr],
      [2, 'squeezenet-1.1.cnn is there already: name the file with -o, to write over it or elsewhere.\n'],
    );
    assert.equal((await call('import squeezenet-1.1.onnx --input 3x64x64 -o small.cnn')).status, 0);
    assert.match(read('small.cnn'), / on 3x64x64 /);
  });

  it('that cannot be said is listed, and written in part where that is asked for', async () => {
    const node = (opType: string, x: string, y: string) => ({ name: opType, opType, input: [x], output: [y] });
    const graph = {
      name: 'g',
      node: [node('Relu', 'x', 'a'), node('Cos', 'a', 'y')],
      input: [floatValue('x', [1, 3, 8, 8])],
      output: [{ name: 'y' }],
    };
    writeFileSync(join(folder, 'cos.onnx'), encodeModel({ irVersion: 8, opsetImport: [{ version: 18 }], graph }));
    const refused = await call('import cos.onnx');
    assert.deepEqual([refused.status, existsSync(join(folder, 'cos.cnn'))], [1, false]);
    assert.match(refused.stderr, /1× Cos: no layer does this \(Cos\)\n--partial writes/);
    assert.match((await call('import cos.onnx --partial')).stderr, /Left out, since \.cnn cannot say it:\n {2}1× Cos/);
    assert.equal(read('cos.cnn'), 'network Cos on 3x8x8 {\n  relu\n}\n');
  });

  it("has a neighbour in YOLO's YAML, whose scale the name says", async () => {
    writeFileSync(join(folder, 'yolov8s.yaml'), readFileSync(new URL('../import/yolo/v8.yaml', import.meta.url)));
    const ended = await call('import yolov8s.yaml');
    assert.match(ended.stderr, /^wrote yolov8s\.cnn: YOLOv8s, 11,166,560 params.*\nDetect gives/);
    assert.equal((await call('check yolov8s.cnn')).status, 0);
    assert.match((await call('import yolov8s.yaml --scale n -o n.cnn --input 3x320x320')).stderr, /: YOLOv8n, 3,157,200 params/);
    assert.match(read('n.cnn'), / on 3x320x320 \{/);
    const wrong = await call('import yolov8s.yaml --partial -o p.cnn');
    assert.deepEqual([wrong.status, wrong.stderr], [2, '--partial is for ONNX models.\n']);
    assert.equal((await call('import yolov8s.yaml --scale q -o q.cnn')).status, 2);
  });

  it('says what is wrong with what it is given', async () => {
    writeFileSync(join(folder, 'none.onnx'), 'a network in words');
    for (const [command, status, said] of [
      ['import missing.onnx', 2, /There is no file missing\.onnx/],
      ['import none.onnx', 1, /none\.onnx: This is no ONNX model/],
      ['export net.cnn --to onnx --batch many -o a.onnx', 2, /--batch takes a number or dynamic, not many/],
      ['export net.cnn --to onnx --opset 12 -o a.onnx', 1, /Opset 12 is not written: choose one from 13 to 26/],
      ['export net.cnn --to onnx --ir 99 -o a.onnx', 1, /Opset 18 needs IR 8 or later, up to 13/],
      ['export net.cnn --to svg --batch 2 -o a.svg', 2, /--to svg takes no --batch/],
      ['export net.cnn --to onnx --weights own.safetensors --target Nothing -o a.onnx', 2, /no target Nothing/],
    ] as const) {
      const ended = await call(command);
      assert.equal(ended.status, status, command);
      assert.match(ended.stderr, said);
    }
  });
});
