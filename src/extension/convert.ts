/** Between the protocol's plain places in a text and VS Code's. */
import * as vscode from 'vscode';
import type { Location, Range } from '../protocol/server.ts';

export const toRange = ({ start, end }: Range): vscode.Range => new vscode.Range(start.line, start.character, end.line, end.character);

export const toLocation = ({ uri, range }: Location): vscode.Location => new vscode.Location(vscode.Uri.parse(uri), toRange(range));

const toPosition = ({ line, character }: vscode.Position): Range['start'] => ({ line, character });

export const fromLocation = (uri: vscode.Uri, { start, end }: vscode.Range): Location => ({
  uri: uri.toString(),
  range: { start: toPosition(start), end: toPosition(end) },
});
