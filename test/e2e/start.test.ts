/** `npm start`: without desktop VS Code it prints an address that answers, and stops on Ctrl+C; with `code` on the PATH it starts that. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../../scripts/host/install.ts';
import { answers } from '../../scripts/host/server.ts';

describe('npm start', function () {
  this.timeout(90_000);

  it('prints an address that answers, and stops on Ctrl+C', async () => {
    const child = spawn('npm', ['start'], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, POINTWISE_VSCODE: 'code-server' },
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    try {
      let output = '';
      const found = Promise.withResolvers<string>();
      const read = (chunk: Buffer): void => {
        output += chunk.toString();
        const address = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(output)?.[0];
        if (address) found.resolve(address);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      ended.then(() => found.reject(new Error(`npm start ended:\n${output}`)));
      const address = await found.promise;
      assert.ok(await answers(address), `${address} does not answer`);
      const page = await (await fetch(address)).text();
      assert.match(page, /workbench/);

      // Ctrl+C reaches every process of the terminal.
      process.kill(-(child.pid ?? 0), 'SIGINT');
      await Promise.race([ended, delay(10_000).then(() => Promise.reject(new Error('npm start did not stop')))]);
      assert.equal(await answers(address), false, 'the server is still there');
    } finally {
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
    }
  });

  it('opens the examples in the VS Code whose `code` is on the path', function () {
    if (process.platform === 'win32') this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'pointwise-code-'));
    try {
      // Stands for VS Code's own: writes down what it is asked for, and returns at once as that does.
      writeFileSync(join(folder, 'code'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${join(folder, 'asked')}'\n`, { mode: 0o755 });
      const { POINTWISE_VSCODE: _, ...env } = process.env;
      const started = spawnSync('npm', ['start'], { cwd: root, env: { ...env, PATH: `${folder}${delimiter}${env.PATH ?? ''}` } });
      assert.equal(started.status, 0, started.stderr.toString());
      assert.deepEqual(readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n'), [
        '--new-window',
        `--extensionDevelopmentPath=${root}`,
        join(root, 'examples'),
        join(root, 'examples', 'inception.cnn'),
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
