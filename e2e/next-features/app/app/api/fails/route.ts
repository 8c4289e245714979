/** Fails on purpose. */
export function POST(): Response {
  throw new Error('on purpose')
}
