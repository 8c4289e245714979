/** A map that keeps within bounds: what was set first is dropped first. */
export type BoundedMap<Value> = {
  get(key: string): Value | undefined
  /** `bytes` is the size of the value, about; its key is counted besides. */
  set(key: string, value: Value, bytes: number): void
  delete(key: string): void
  /** Drops values from the oldest on, as long as `isOld` says so. */
  dropWhile(isOld: (value: Value) => boolean): void
}

/** About as much as a map and its entry take besides. */
const ENTRY_BYTES = 200

/** Makes a map of at most `maxEntries` and `maxBytes`. */
export function createBoundedMap<Value>(maxEntries: number, maxBytes: number): BoundedMap<Value> {
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>()
  let total = 0

  function remove(key: string): void {
    total -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  return {
    get: (key) => entries.get(key)?.value,
    delete: remove,
    set(key, value, size) {
      remove(key)
      const bytes = size + key.length + ENTRY_BYTES
      entries.set(key, { value, bytes })
      total += bytes
      for (const [oldest] of entries) {
        if (entries.size <= maxEntries && total <= maxBytes) break
        remove(oldest)
      }
    },
    dropWhile(isOld) {
      for (const [key, { value }] of entries) {
        if (!isOld(value)) break
        remove(key)
      }
    },
  }
}
