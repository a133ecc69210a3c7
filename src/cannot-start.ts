/**
 * Something this installation needs is not as it must be (a store is away, a port is taken, a folder is in use): for the
 * operator, told by its message alone, which names the thing and the way out. A stack is for faults of ours.
 */
export class CannotStart extends Error {}
