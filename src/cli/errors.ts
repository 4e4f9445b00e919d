/** How a command ends where it cannot do what was asked: a message for standard error, and an exit status. */

/** 1: the input has errors. 2: wrong usage. */
export class Failure extends Error {
  readonly status: 1 | 2;
  constructor(message: string, status: 1 | 2 = 1) {
    super(message);
    this.status = status;
  }
}
