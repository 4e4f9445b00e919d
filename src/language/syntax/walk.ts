/** Walks syntax trees. An edit asks for all nodes several times over, and Langium's streams take longer than what is done with them. */
import { type AstNode, isAstNode } from 'langium';
import { isModel } from './generated/ast.ts';

const walked = new WeakMap<AstNode, readonly AstNode[]>();

/** A node and all that it contains, each before what it contains, in the order of the text. Walked once for each root. */
export function nodesOf(root: AstNode): readonly AstNode[] {
  const known = walked.get(root);
  if (known) return known;
  const nodes: AstNode[] = [];
  if (isModel(root)) {
    nodes.push(root);
    // Most declarations are those of the tree before the last edit, and have been walked.
    const parts: readonly AstNode[] = [...root.imports, ...root.declarations];
    for (const part of parts.toSorted((a, b) => offsetOf(a) - offsetOf(b))) for (const node of nodesOf(part)) nodes.push(node);
  } else visit(root, nodes);
  walked.set(root, nodes);
  return nodes;
}

const offsetOf = (n: AstNode): number => n.$cstNode?.offset ?? 0;

function visit(node: AstNode, nodes: AstNode[]): void {
  nodes.push(node);
  // Of what begins with `$`, only Langium makes use.
  for (const [property, value] of Object.entries(node)) {
    if (typeof value !== 'object' || value === null || property.startsWith('$')) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isAstNode(item)) visit(item, nodes);
    } else if (isAstNode(value)) visit(value, nodes);
  }
}
