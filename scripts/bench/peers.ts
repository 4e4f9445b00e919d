/** The engines of others that the kernel is measured against: installed on first use into `.cache/bench`, which git ignores. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PEER_PACKAGES } from '../../src/bench/peers-node.ts';
import { cache } from '../host/install.ts';

/** The folder with the peers that are no dependency of the project. */
export function installPeers(): string {
  const folder = join(cache, 'bench');
  const packages = [...PEER_PACKAGES['onnxruntime-web'], ...PEER_PACKAGES['tfjs-wasm']];
  const folders = packages.map((p) => join(folder, 'node_modules', p.slice(0, p.lastIndexOf('@'))));
  if (!folders.every((f) => existsSync(f))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], { cwd: folder, stdio: 'inherit' });
  }
  return folder;
}
