/** What a slip of syntax is: how it is found in a text, what is said of it, and how it is put right. */

/** How a slip is put right: the text from one offset to another becomes something else. */
export interface Repair {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** That it is a guess, and what it is. */
  readonly guess?: string;
}

export interface Slip {
  /** The text from the place of the error on begins so. */
  readonly here: RegExp;
  /** The text before it ends so. */
  readonly before?: RegExp;
  /** What to say; `{}` stands for what would be right. */
  readonly hint: string;
  /** How to put it right. `here` and `before` are what the expressions matched. */
  repair?(slip: { readonly text: string; readonly at: number; readonly here: string; readonly before: string }): Repair | undefined;
}

/** Replaces what `here` and `before` matched. */
export const all =
  (to: (matched: string) => string) =>
  ({ at, here, before }: { readonly at: number; readonly here: string; readonly before: string }): Repair => ({
    from: at - before.length,
    to: at + here.length,
    text: to(before + here),
  });
/** Takes away what `here` matched. */
export const gone = ({ at, here }: { readonly at: number; readonly here: string }): Repair => ({
  from: at,
  to: at + here.length,
  text: '',
});
