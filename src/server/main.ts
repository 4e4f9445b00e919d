/** The language server as a Node process, over IPC or standard input and output as its arguments say. */
import { NodeFileSystem } from 'langium/node';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server.ts';

startServer(createConnection(ProposedFeatures.all), NodeFileSystem);
