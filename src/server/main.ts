/** The language server as a Node process, over IPC or standard input and output as its arguments say. */
import { NodeFileSystem } from 'langium/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server.ts';

const connection = createConnection(ProposedFeatures.all);
// An editor may refuse what it is asked on the side (to register a capability, to refresh its hints): that must not end the server.
process.on('unhandledRejection', (reason) => connection.console.warn(`Pointwise: ${reason instanceof Error ? reason.message : reason}`));
startServer(connection, NodeFileSystem);
