/**
 * What a `shared` declared: the place of the declaration, the round of its loop, and the instance in which it stands. It holds within that
 * instance and those to which it is handed on as an argument; every call of the instance has weights of its own.
 */
export type SharedId = string;
