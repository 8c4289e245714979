/** Those who are told of endings. */
export interface Listeners {
  /** @returns ends it */
  add(listener: () => void): () => void
  tell(): void
}

/**
 * @param start - begins to hear of endings, when there is somebody to tell
 * @param stop - ends that, when nobody is left
 */
export function createListeners(start: () => void, stop: () => void): Listeners {
  const listeners = new Set<() => void>()
  return {
    add(listener) {
      // Its own, so that the same function may listen twice.
      const own = () => listener()
      listeners.add(own)
      if (listeners.size === 1) start()
      return () => {
        if (listeners.delete(own) && listeners.size === 0) stop()
      }
    },
    tell() {
      for (const listener of [...listeners]) listener()
    },
  }
}
