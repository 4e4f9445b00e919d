/**
 * Entry of a worker that helps with runs, in Node's worker_threads and in a page's workers alike: a thread of a crew, which shares memory with
 * the others, or a member of a team, which does not. What it is told first says which.
 */
import { member } from '../team/member.ts';
import type { FromMember, ToMember } from '../team/protocol.ts';
import type { ToHelper } from './crew.ts';
import { helper } from './helper.ts';

function handler(post: (message: FromMember) => void): (message: ToHelper | ToMember) => void {
  const [asHelper, asMember] = [helper(), member(post)];
  return (message) => {
    switch (message.type) {
      case 'hello':
      case 'load':
      case 'drop':
        return asHelper(message);
      case 'meet':
      case 'learn':
      case 'forget':
        return asMember(message);
      default:
        return message satisfies never;
    }
  };
}

if (typeof process === 'undefined') {
  const handle = handler((message) => self.postMessage(message));
  self.onmessage = ({ data }: MessageEvent<ToHelper | ToMember>) => handle(data);
} else {
  const { parentPort } = await import('node:worker_threads');
  parentPort?.on(
    'message',
    handler((message) => parentPort.postMessage(message)),
  );
}
