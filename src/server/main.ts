/** The language server as a Node process, over IPC or standard input and output as its arguments say. */
import { NodeFileSystem } from 'langium/node';
import { createConnection, ProposedFeatures, ResponseError } from 'vscode-languageserver/node';
import { assetsBeside } from './assets.ts';
import { explainBeside } from './explain.ts';
import { startServer } from './server.ts';

const connection = createConnection(ProposedFeatures.all);
// An editor may refuse what it is asked on the side (to register a capability, to refresh its hints): that must not end the server. Anything
// else does, so that the editor restarts it.
process.on('unhandledRejection', (reason) => {
  if (!(reason instanceof ResponseError)) throw reason;
  connection.console.warn(`The editor refused a request: ${reason.message}`);
});
const program = process.argv[1] ?? '';
startServer(connection, NodeFileSystem, explainBeside(program), assetsBeside(program));
