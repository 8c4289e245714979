import type { SharedStore } from '../../held-session/shared-flight.ts'

/** A store that several processes of a test share. */
export function memoryStore(clock: () => number = Date.now) {
  const values = new Map<string, { value: string; until: number }>()
  const state = { isDown: false }
  const find = (key: string) => {
    if (state.isDown) throw new Error('the store is down')
    const found = values.get(key)
    return found && found.until > clock() ? found.value : null
  }
  const set = (key: string, value: string, seconds: number) =>
    void values.set(key, { value, until: clock() + seconds * 1000 })
  const store: SharedStore = {
    async add(key, value, seconds) {
      // A call in between waits for the answer, as with a real store.
      await Promise.resolve()
      if (find(key) !== null) return false
      set(key, value, seconds)
      return true
    },
    get: async (key) => find(key),
    async set(key, value, seconds) {
      find(key)
      set(key, value, seconds)
    },
  }
  return Object.assign(state, { store, values })
}
