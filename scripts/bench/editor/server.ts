/** The built language server in a process of its own, started over IPC as the extension does, and its memory, read through Node's inspector. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  CodeLensRefreshRequest,
  ConfigurationRequest,
  createProtocolConnection,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  InlayHintRefreshRequest,
  IPCMessageReader,
  IPCMessageWriter,
  type ProtocolConnection,
  RegistrationRequest,
  ShutdownRequest,
} from 'vscode-languageserver/node';
import { root } from '../../host/install.ts';

/** Bytes after a full garbage collection. */
export interface Memory {
  readonly heap: number;
  readonly rss: number;
}

export interface Server {
  readonly connection: ProtocolConnection;
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

/** The address of a process's inspector, which Node writes to standard error. */
function inspectorOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    child.stderr?.setEncoding('utf8').on('data', (s: string) => {
      heard += s;
      const address = /ws:\/\/\S+/.exec(heard)?.[0];
      if (address) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${heard}`)));
  });
}

/** Asks a process for its memory, after it has collected its garbage. */
async function memoryOf(inspector: string): Promise<Memory> {
  const socket = new WebSocket(inspector);
  await once(socket, 'open');
  const ask = async (id: number, method: string, params = {}): Promise<unknown> => {
    socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [{ data }] = (await once(socket, 'message')) as [{ readonly data: string }];
      const answer: { readonly id?: number; readonly result?: unknown } = JSON.parse(data);
      if (answer.id === id) return answer.result;
    }
  };
  // What the first one frees through finalisers, the second one collects.
  await ask(1, 'HeapProfiler.collectGarbage');
  await ask(2, 'HeapProfiler.collectGarbage');
  const answer = await ask(3, 'Runtime.evaluate', { expression: 'process.memoryUsage()', returnByValue: true });
  socket.close();
  const { heapUsed, rss } = (answer as { readonly result: { readonly value: NodeJS.MemoryUsage } }).result.value;
  return { heap: heapUsed, rss };
}

/** Starts the server on a folder. The build must be there. */
export async function startServer(folderUri: string): Promise<Server> {
  const child = fork(join(root, 'dist', 'server.cjs'), ['--node-ipc', `--clientProcessId=${process.pid}`], {
    execArgv: ['--inspect=127.0.0.1:0'],
    silent: true,
  });
  const inspector = await inspectorOf(child);
  const connection = createProtocolConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
  connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => ({})));
  connection.onRequest(RegistrationRequest.type, () => {});
  connection.onRequest(InlayHintRefreshRequest.type, () => {});
  connection.onRequest(CodeLensRefreshRequest.type, () => {});
  connection.listen();
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: folderUri,
    workspaceFolders: [{ uri: folderUri, name: 'bench' }],
    capabilities: {
      workspace: {
        configuration: true,
        workspaceFolders: true,
        inlayHint: { refreshSupport: true },
        codeLens: { refreshSupport: true },
        didChangeConfiguration: { dynamicRegistration: true },
        didChangeWatchedFiles: { dynamicRegistration: true },
      },
    },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    connection,
    memory: () => memoryOf(inspector),
    async stop() {
      const exit = once(child, 'exit');
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      await exit;
      connection.dispose();
    },
  };
}
