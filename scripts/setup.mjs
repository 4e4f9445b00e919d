/** Makes a checkout ready to work in: checks Node and installs the dependencies where they are missing or out of date. Built-ins only. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Pointwise needs Node 20 or later; this is ${process.version} (${process.execPath}).`);
  process.exit(1);
}

/** The packages that a lock file lists, or undefined where it cannot be read. */
function packages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** What npm installed (its hidden lock file) answers what package-lock.json asks; optional packages may be those of another platform. */
function isInstalled() {
  const wanted = packages(join(root, 'package-lock.json')) ?? {};
  const found = packages(join(root, 'node_modules', '.package-lock.json'));
  if (!found || !existsSync(join(root, 'node_modules', 'node', 'package.json'))) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || optional || found[path]?.version === version);
}

if (!isInstalled()) {
  console.error('Installing dependencies …');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  // `install`, not `ci`: a registry that lacks the binaries of other platforms must not stop this one. The lock file still decides versions.
  const { status, error } = spawnSync(command, [...args, 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // onnxruntime-node, which the tests compare with, carries what it needs for the CPU; its script would fetch GPU libraries.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: !npm && process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`npm install failed${error ? `: ${error.message}` : ''}. Is the npm registry reachable?`);
    process.exit(status ?? 1);
  }
}
