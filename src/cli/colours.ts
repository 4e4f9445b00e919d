/** Colours for a terminal that shows them; a pipe gets plain text, on a build server too. */
import { stdout } from 'node:process';
import pc from 'picocolors';

export const colours = pc.createColors(stdout.isTTY === true && pc.isColorSupported);
