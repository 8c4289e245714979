/** An expected failure: its message is one sentence for a person, shown without a stack. */
export class Problem extends Error {}
