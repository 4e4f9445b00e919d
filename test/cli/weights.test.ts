import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readNpy, writeNpy } from '../../src/run/npy.ts';
import { readSafetensors } from '../../src/weights/safetensors.ts';
import { type Ended, pointwise } from '../support/cli.ts';

const NET = 'network Net on 3x16x16 {\n  stem: conv(8, 3x3) -> norm: bn -> relu\n  repeat 2 { conv(8, 3x3) -> bn }\n}\n';

describe('weights at the command line', function () {
  this.timeout(240_000);
  let folder: string;
  const call = (text: string): Promise<Ended> => pointwise(text.split(' '), folder);
  const output = async (options: string, net = 'net.cnn'): Promise<readonly number[]> => {
    const ended = await call(`run ${net} --exact --output y.npy ${options}`.trim());
    assert.equal(ended.status, 0, ended.stderr);
    return [...readNpy(readFileSync(join(folder, 'y.npy'))).data];
  };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'pointwise-weights-'));
    writeFileSync(join(folder, 'net.cnn'), NET);
    writeFileSync(join(folder, 'other.cnn'), 'network Other on 3x16x16 { conv(4, 1x1) }\n');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are written beside the code under the keys of its state dict, and run as the seed does', async () => {
    const ended = await call('export net.cnn --to pytorch --weights --seed 3');
    assert.match(ended.stderr, /wrote Net\.py, Net\.safetensors/);
    const { tensors } = readSafetensors(readFileSync(join(folder, 'Net.safetensors')));
    assert.deepEqual([...tensors.keys()].slice(0, 3), ['stem.weight', 'stem.bias', 'norm.weight']);
    assert.deepEqual(await output('--weights Net.safetensors --seed 3'), await output('--seed 3'));
    assert.notDeepEqual(await output('--weights Net.safetensors --seed 3'), await output('--weights Net.safetensors --seed 4'));
  });

  it('are written and read under the keys of a published model', async () => {
    writeFileSync(
      join(folder, 'row.cnn'),
      'network Row on 3x8x8 { conv(4, 3x3) -> relu -> maxpool(2x2) -> flatten -> dropout -> linear(3) }\n',
    );
    await call('export row.cnn --to pytorch --weights --seed 3 --names torchvision');
    const { tensors } = readSafetensors(readFileSync(join(folder, 'Row.safetensors')));
    assert.deepEqual([...tensors.keys()], ['features.0.weight', 'features.0.bias', 'classifier.1.weight', 'classifier.1.bias']);
    await call('run row.cnn --exact --output own.npy --seed 3');
    await call('run row.cnn --exact --output theirs.npy --weights Row.safetensors --seed 3');
    assert.deepEqual(readFileSync(join(folder, 'theirs.npy')), readFileSync(join(folder, 'own.npy')));
    assert.match(
      (await call('export net.cnn --to pytorch --weights --names torchvision -o theirs.py')).stderr,
      /Net has the layers of no family of torchvision/,
    );
  });

  it('have statistics of the input where they are calibrated: each channel has mean 0 and variance 1', async () => {
    const y = await output('--calibrate');
    const channel = y.slice(0, 256);
    const mean = channel.reduce((a, b) => a + b, 0) / 256;
    assert.ok(Math.abs(mean) < 1e-5, `${mean}`);
    assert.ok(Math.abs(channel.reduce((a, b) => a + (b - mean) ** 2, 0) / 256 - 1) < 1e-3);
    assert.notDeepEqual(y, await output(''));
  });

  it('are calibrated by a file too, once for all', async () => {
    writeFileSync(join(folder, 'x.npy'), writeNpy({ shape: [3, 16, 16], data: Float32Array.from({ length: 768 }, (_, i) => Math.sin(i)) }));
    await call('export net.cnn --to pytorch --weights --calibrate x.npy -o cal.py');
    assert.deepEqual(await output('--weights cal.safetensors --input x.npy'), await output('--calibrate x.npy --input x.npy'));
  });

  it('of a state dict of PyTorch are found by the paths of layers, or by the names of the code', async () => {
    writeFileSync(join(folder, 'state.pth'), readFileSync(new URL('../weights/state.pth', import.meta.url)));
    writeFileSync(join(folder, 'whole.pt'), readFileSync(new URL('../weights/whole.pt', import.meta.url)));
    writeFileSync(join(folder, 'torch.cnn'), 'network T on 3x8x8 {\n  stem: conv(4, 3x3) -> norm: bn\n  conv(2, 1x1, bias=false)\n}\n');
    assert.notDeepEqual(await output('--weights state.pth', 'torch.cnn'), await output('', 'torch.cnn'));
    assert.equal((await call('export torch.cnn --to onnx --weights state.pth -o t.onnx')).status, 0);
    assert.match(
      (await call('run torch.cnn --weights whole.pt')).stderr,
      /whole\.pt cannot be read: it holds `__main__\.Net`, which is code/,
    );
    assert.match(
      (await call('run net.cnn --weights state.pth')).stderr,
      /state\.pth does not fit Net: `stem\.weight` is 4×3×3×3, where stem has 8×3×3×3/,
    );
  });

  it('that do not fit, cannot be read or are not taken are said', async () => {
    await call('export net.cnn --to pytorch --weights -o a.py');
    writeFileSync(join(folder, 'bad.safetensors'), 'nonsense!');
    for (const [command, status, said] of [
      ['run other.cnn --weights a.safetensors', 1, /a\.safetensors does not fit Other: it has no `conv\.weight`, the weights of conv/],
      ['run net.cnn --weights bad.safetensors', 1, /bad\.safetensors cannot be read: its header is longer than the file/],
      ['run net.cnn --weights none.safetensors', 2, /none\.safetensors/],
      ['export net.cnn --to svg --weights', 2, /--to svg has no weights/],
      ['run other.cnn --calibrate y.npy', 2, /--calibrate takes an \.npy file of 3×16×16, not y\.npy/],
    ] as const) {
      const ended = await call(command);
      assert.equal(ended.status, status, command + ended.stderr);
      assert.match(ended.stderr, said);
    }
  });
});
