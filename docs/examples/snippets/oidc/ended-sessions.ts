/** A store that all processes share belongs here; this one is for the test. */
const known = new Set<string>()

export const ended = {
  async add(name: string | null): Promise<void> {
    if (name !== null) known.add(name)
  },
  has: async (name: string | null) => name !== null && known.has(name),
}
