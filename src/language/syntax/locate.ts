/** What is at a position of the text. */
import { type AstNode, AstUtils, CstUtils, type LangiumDocument } from 'langium';
import { type Block, isBlock, isNetwork, type Model, type Network } from './generated/ast.ts';

/** The innermost node at an offset, and the leaf's text; a position at a word's end counts as in the word. */
export function nodeAt(document: LangiumDocument, offset: number): { readonly node: AstNode; readonly text: string } | undefined {
  const root = (document.parseResult.value as Model).$cstNode;
  const leaf = root && CstUtils.findDeclarationNodeAtOffset(root, offset);
  return leaf && { node: leaf.astNode, text: leaf.text };
}

/** The block or network around a node. */
export const blockOf = (node: AstNode): Block | Network | undefined =>
  AstUtils.getContainerOfType(node, (n): n is Block | Network => isBlock(n) || isNetwork(n));

/** The nodes from one outwards. */
export function* outwards(node: AstNode): Generator<AstNode> {
  for (let n: AstNode | undefined = node; n; n = n.$container) yield n;
}
