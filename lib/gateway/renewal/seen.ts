/** Knows the names of tokens again that were issued through this process. */
export type Seen = { add(name: string): void; has(name: string): boolean }

/** 64 bits of a digest: enough that nobody meets one by chance. */
const LENGTH = 8

/** Remembers up to `size` names; the oldest is forgotten. */
export function createSeen(size: number): Seen {
  const names = new Set<string>()
  return {
    has: (name) => names.has(name.slice(0, LENGTH)),
    add(name) {
      names.add(name.slice(0, LENGTH))
      // The first of a set is its oldest.
      for (const oldest of names) {
        if (names.size <= size) break
        names.delete(oldest)
      }
    },
  }
}
