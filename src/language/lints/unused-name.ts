/** `unused-name`: constants, values, parameters and imports that nothing reads. */
import { locationOfPlace, type NamePlace } from '../names/places.ts';
import { drop, dropImportName, dropUpTo, possible } from '../syntax/edits.ts';
import { isImportName, isInput, isLet, isModel, isNamed, isParam, isShared } from '../syntax/generated/ast.ts';
import type { Edit } from '../syntax/problem.ts';
import { defineLint, type Finding } from './lint.ts';
import { readNames } from './read-names.ts';

export const unusedName = defineLint({
  code: 'unused-name',
  level: 'hint',
  says: 'Nothing reads a constant, value, parameter or import.',
  wrong: 'block A on 3x32x32 {\n  let wide = 64\n  conv(32, 3x3)\n}',
  right: 'block A on 3x32x32 {\n  let wide = 64\n  conv(wide, 3x3)\n}',
  about:
    'Labels are not checked: a label names its stage in every view and export, which is reason enough to have it. Constants, functions and blocks of a file may be read by other files, so they are not checked either; nor are the variables of a `for`. A parameter whose name begins with `_` is meant to be ignored, for blocks that have to take the same arguments as others.',
  *check(file) {
    for (const place of readNames(file).unread) yield* found(place);
  },
});

function* found(place: NamePlace): Generator<Finding> {
  const { node, name } = place;
  const said = (message: string, title = '', ...edits: readonly Edit[]): Finding => ({
    message,
    location: locationOfPlace(place),
    fixes: edits.length > 0 ? [possible(title, edits)] : [],
    unused: true,
  });
  if (isImportName(node))
    yield said(`\`${name}\` is imported, but nothing here uses it.`, `Remove the import of ${name}`, dropImportName(node));
  if (isShared(node)) yield said(`Nothing uses \`${name}\`, which would be shared.`, `Remove ${name}`, drop(node));
  // The flow starts with the first input, which so needs no name.
  if (isInput(node) && node.$container.takes[0] !== node) yield said(`Nothing in \`${node.$container.name}\` reads the input \`${name}\`.`);
  if (isLet(node) && !isModel(node.$container)) yield said(`Nothing reads the constant \`${name}\`.`, `Remove ${name}`, drop(node));
  if (isNamed(node) && node.value)
    yield said(`Nothing reads the value \`${name}\`.`, `Remove the name ${name}`, dropUpTo(node, node.value));
  if (isParam(node) && !name.startsWith('_')) yield said(`Nothing in \`${node.$container.name}\` reads the parameter \`${name}\`.`);
}
