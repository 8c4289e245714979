/** Every error that leaves a method passes `translate`; properties that are not functions stay as they are. */
export function guard<T extends object>(methods: T, translate: (error: unknown) => Error): T {
  const entries = Object.entries(methods).map(([name, method]) => {
    if (typeof method !== 'function') return [name, method]
    const wrapped = async (...args: unknown[]) => {
      try {
        return await method(...args)
      } catch (error) {
        throw translate(error)
      }
    }
    return [name, wrapped]
  })
  return Object.fromEntries(entries) as T
}
