/** `npm start`: opens the workbench on the examples, in desktop VS Code where `code` is on the PATH, else in VS Code served to a browser. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.ts';
import { codeCommand } from './host/desktop.ts';
import { cache, root } from './host/install.ts';
import { address, serve } from './host/serve.ts';

const examples = join(root, 'examples');
const first = 'inception.cnn';

await ensureBuilt();
const code = process.env.POINTWISE_VSCODE === 'code-server' ? undefined : codeCommand();
if (code) {
  console.log('Opening VS Code on the examples …');
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, examples, join(examples, first)];
  process.exitCode = spawnSync(code, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1;
} else {
  const server = await serve({ home: join(cache, 'start') });
  console.log(`\nPointwise runs at ${address(server, examples, first)}\n\nOpen it in a browser. Ctrl+C stops it.`);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stopping = true;
      server.stop();
    });
  }
  await server.ended;
  if (!stopping) {
    console.error(`code-server ended:\n${server.log()}`);
    process.exitCode = 1;
  }
}
